"""Ports for the servers of tests: no two processes are given the same."""

from __future__ import annotations

import subprocess
import sys

from tests.ports import BEYOND, FIRST, free_port
from tests.processes import ROOT

COUNT = 150
"""More than fit into one slice."""
OTHER = f"""
from tests.ports import free_port
print(*(free_port() for _ in range({COUNT})), flush=True)
input()
"""


def test_two_processes_are_never_given_the_same_port() -> None:
    others = [
        subprocess.Popen([sys.executable, "-c", OTHER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    given = [free_port() for _ in range(COUNT)]
    for other in others:
        assert other.stdout is not None
        given += map(int, other.stdout.readline().split())
    for other in others:
        other.communicate(b"\n")
    assert len(set(given)) == len(given) == 3 * COUNT
    assert all(FIRST < port < BEYOND for port in given)
