"""Ports for the servers of tests: each test process has its own, which neither another one is given nor anybody by the kernel.

A port that was found by binding to port 0 and let go again is anybody's until a server takes it, and once more while that server
is started anew.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

HOST: Final = "127.0.0.1"
FIRST: Final = 11_000
"""Above what browsers refuse to speak to (10080 is the last of these)."""
BEYOND: Final = 32_000
"""Below what kernels give to whoever asks for any port, unless they are told otherwise."""
SLICE: Final = 100

_KERNEL: Final = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_port() -> int:
    """A port that nobody listens on: this process's own until it ends, even while its server is away."""
    return next(port for port in _OWN if _held(port, close=True) is not None)


def _own() -> Iterator[int]:
    """The ports of one slice after the other that belongs to no other process: who has bound its first port has the slice."""
    for first in range(FIRST, _beyond(), SLICE):
        if _held(first, close=False) is not None:
            yield from range(first + 1, first + SLICE)
    raise AssertionError("All ports for tests are taken.")


def _held(port: int, *, close: bool) -> int | None:
    """Bind a port; None if somebody has it. It is held until this process ends, unless it is to be closed."""
    with socket.socket() as found:
        try:
            found.bind((HOST, port))
        except OSError:
            return None
        if not close:
            found.detach()
        return port


def _beyond() -> int:
    """Where this machine's kernel begins to give ports to whoever asks for any."""
    begins = int(_KERNEL.read_text().split()[0]) if _KERNEL.exists() else BEYOND
    return min(begins, BEYOND) if begins >= FIRST + 10 * SLICE else BEYOND


_OWN: Final = _own()
