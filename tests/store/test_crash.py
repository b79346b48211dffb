"""Everything whose `done` was reported survives kill -9."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from offpage.store.opening import open_database

WRITE = """
import os, sys, threading
from offpage.store import settings
from offpage.store.opening import open_database

database = open_database(sys.argv[1], schema=sys.argv[2])
room = threading.Semaphore(32)

def done(result, error):
    os.write(1, f"{error or result}\\n".encode())  # one line at once, whichever thread
    room.release()

def put(key):
    def segment(tx):
        settings.put(tx, key, "x")
        settings.put(tx, key + "b", "x")
        return key
    return segment

number = 0
while True:
    room.acquire()
    database.write(put(f"k{number}"), done)
    number += 1
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.parametrize("after", [1, 300, 2_000])
def test_what_was_reported_is_there_after_kill_9(
    kind: str, after: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    address = str(tmp_path / "app.db") if kind == "sqlite" else request.getfixturevalue("postgres_url")
    schema = "public" if kind == "sqlite" else request.getfixturevalue("postgres_schema")
    with subprocess.Popen([sys.executable, "-c", WRITE, address, schema], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        reported = [writer.stdout.readline().strip() for _ in range(after)]
        writer.kill()
        # What was in the pipe was reported too; a last line may be cut short.
        rest = writer.stdout.read()
        reported += rest.split("\n")[:-1]
    assert all(line.startswith("k") for line in reported)
    database = open_database(address, schema=schema)
    found = {key for (key,) in database.read(lambda tx: tx.rows("SELECT key FROM op_settings"))}
    database.close()
    assert set(reported) <= found
    # A segment is there whole or not at all.
    assert {key + "b" for key in found if not key.endswith("b")} == {key for key in found if key.endswith("b")}
