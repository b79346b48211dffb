"""The processes that serve a database, as they say themselves: which, of what version, when they were last heard of."""

from __future__ import annotations

import os
import secrets
import socket
from typing import Final, NamedTuple

from offpage import __version__
from offpage.store.statement import HOLE, holes, names, prepared
from offpage.store.tx import Tx

BEAT_SECONDS: Final = 5.0
"""How often a process says that it is there."""

ALIVE_MS: Final = 30_000
"""A process that has said nothing for so long has ended, or lost the database: six beats, and clocks that differ a little."""

FORGOTTEN_MS: Final = 86_400_000
"""When the row of a process that was killed is deleted."""


class Running(NamedTuple):
    """One process on one environment. `version` is the last migration that it knows; times in ms since 1970."""

    id: str
    version: int
    software: str
    host: str
    pid: int
    started_at: int
    seen_at: int

    def __str__(self) -> str:
        """As people see it."""
        return f"process {self.pid} on {self.host} (Offpage {self.software}, tables {self.version})"


_SAY: Final = prepared(
    "INSERT INTO op_running_versions ({}) VALUES ({}) ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at",
    names(Running._fields),
    holes(len(Running._fields)),
)
_LEAVE: Final = prepared("DELETE FROM op_running_versions WHERE id = {}", HOLE)
_ALIVE: Final = prepared(
    "SELECT {} FROM op_running_versions WHERE seen_at > {} ORDER BY started_at, id", names(Running._fields), HOLE
)
_FORGET: Final = prepared("DELETE FROM op_running_versions WHERE seen_at < {}", HOLE)


def this_process(version: int, now: int) -> Running:
    """The process that we are; another one with each call."""
    return Running(secrets.token_hex(8), version, __version__, socket.gethostname(), os.getpid(), now, now)


def say(tx: Tx, process: Running, now: int) -> None:
    """Say that a process is there."""
    tx.change(_SAY.of(tx), process._replace(seen_at=now))


def leave(tx: Tx, process: Running) -> None:
    """Say that a process has ended."""
    tx.change(_LEAVE.of(tx), (process.id,))


def alive(tx: Tx, now: int) -> list[Running]:
    """The processes that have been heard of lately, the longest running first."""
    return [Running._make(row) for row in tx.rows(_ALIVE.of(tx), (now - ALIVE_MS,))]


def forget(tx: Tx, now: int) -> None:
    """Forget processes that were killed long ago."""
    tx.change(_FORGET.of(tx), (now - FORGOTTEN_MS,))
