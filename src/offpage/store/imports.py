"""How far a step has come with a file that it imports: written with each piece, in the piece's own transaction."""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec

from offpage.store.statement import HOLE, prepared
from offpage.store.tx import Tx

MOST_PROBLEMS: Final = 100
"""How many problems are told in words; all are counted."""


class SoFar(NamedTuple):
    """What has been done up to, and with, a line. `failed` lines were left out; `problems` says why, of the first."""

    line: int = 0
    created: int = 0
    changed: int = 0
    failed: int = 0
    problems: tuple[str, ...] = ()


_GET: Final = prepared("SELECT line, created, changed, failed, problems FROM op_imports WHERE key = {}", HOLE)
_PUT: Final = prepared(
    "INSERT INTO op_imports (key, run_id, line, created, changed, failed, problems) VALUES ({}, {}, {}, {}, {}, {}, {})"
    " ON CONFLICT (key) DO UPDATE SET line = excluded.line, created = excluded.created, changed = excluded.changed,"
    " failed = excluded.failed, problems = excluded.problems",
    *[HOLE] * 7,
)
_DROP: Final = prepared("DELETE FROM op_imports WHERE key = {}", HOLE)


def so_far(tx: Tx, key: str) -> SoFar:
    """How far the step with a key has come; nowhere, if it has not begun."""
    row = tx.row(_GET.of(tx), (key,))
    if row is None:
        return SoFar()
    line, created, changed, failed, problems = row
    return SoFar(line, created, changed, failed, tuple(msgspec.json.decode(problems)))


def note(tx: Tx, key: str, run_id: str, done: SoFar) -> None:
    """Note how far it has come now."""
    tx.change(_PUT.of(tx), (key, run_id, *done[:4], msgspec.json.encode(done.problems).decode()))


def drop(tx: Tx, key: str) -> None:
    """Forget a step that has come to the end of its file."""
    tx.change(_DROP.of(tx), (key,))
