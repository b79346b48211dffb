"""What a turn costs where 100,000 runs wait: as many statements as where three do, and none that reads them all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from offpage.store import pausing
from offpage.store.queue_text import WIDTH, QueuedRun
from offpage.store.tx import Database, Tx
from tests.engine.conftest import Bench
from tests.engine.flow_app import PURE, files, left, waiting

Make = Callable[..., Bench]

MANY = 100_000
SLOW = ("SCAN op_queue", "SCAN op_lines", "Seq Scan on op_queue", "Seq Scan on op_lines", "TEMP B-TREE", "Sort")
"""What a plan says that looks at all who wait."""

RENEWING = ("UPDATE op_leases", "SELECT id, kind, place, serving FROM op_leases")
"""What the process says every second, whatever it does besides."""

COUNTING = f"WITH RECURSIVE many(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < {MANY})"


def crowd(app: Bench, key: str) -> None:
    """Let 100,000 more wait, like the last one that does; `key` is the SQL of the line in which each of them waits."""
    changed = {"id": "'x' || n", "line": key}
    columns = ", ".join(f'"{name}"' for name in QueuedRun._fields[:WIDTH])
    values = ", ".join(changed.get(name, f'"{name}"') for name in QueuedRun._fields[:WIDTH])

    def segment(tx: Tx) -> None:
        last = tx.rows("SELECT id, line FROM op_queue ORDER BY due_at DESC, id DESC LIMIT 1")[0]
        tx.change(
            f"INSERT INTO op_queue ({columns}) {COUNTING} SELECT {values} FROM many, op_queue WHERE id = '{last[0]}'"
        )
        if key != "line":
            tx.change(
                f"INSERT INTO op_lines (workflow, line, gate, turn) {COUNTING}"
                f" SELECT workflow, {key}, gate, 1000 + n FROM many, op_lines WHERE line = '{last[1]}'"
            )
        tx.change("ANALYZE")

    app.database.write_now(segment)


@contextmanager
def watching(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, Sequence[Any]]]]:
    """Keeps the statements that transactions run meanwhile."""
    seen: list[tuple[str, Sequence[Any]]] = []

    def segment(tx: Tx) -> None:
        for name in ("rows", "row", "change"):
            monkeypatch.setattr(type(tx), name, _noting(getattr(type(tx), name), seen))

    database.write_now(segment)
    try:
        yield seen
    finally:
        monkeypatch.undo()


def _noting(run: Any, seen: list[tuple[str, Sequence[Any]]]) -> Any:
    def noting(self: Any, text: str, values: Sequence[Any] = ()) -> Any:
        if not text.startswith(RENEWING):
            seen.append((text, values))
        return run(self, text, values)

    return noting


def slow_plans(database: Database, seen: list[tuple[str, Sequence[Any]]], tables: Sequence[str]) -> list[str]:
    """What of these statements would look at all rows of these tables."""

    def plans(tx: Tx) -> list[str]:
        found: list[str] = []
        for text, values in seen:
            if not any(table in text for table in tables):
                continue
            explain = "EXPLAIN QUERY PLAN " if tx.dialect.name == "sqlite" else "EXPLAIN "
            lines = [str(row[-1]) for row in tx.rows(explain + text, values)]
            # An index that is walked from its end is left again after a few rows: there is a LIMIT.
            found += [
                f"{text}: {line}" for line in lines if any(word in line for word in SLOW) and " USING " not in line
            ]
        return found

    return database.write_now(plans)


@pytest.mark.parametrize(
    ("limits", "key"),
    [
        ("rate: 1 per minute", "line"),
        ("at_once: {limit: 1, key: =name}\nrate: 1 per minute", """'["k' || n || '",""]'"""),
    ],
    ids=["in one line", "in 100,000 lines"],
)
def test_a_turn_looks_at_a_few_rows_however_many_wait(
    bench: Make, monkeypatch: pytest.MonkeyPatch, limits: str, key: str
) -> None:
    app = bench(files(limits, PURE))
    app.call("later", names=["a", "b", "c", "d"])
    turn(app)
    assert waiting(app) == ["parked"] * 3

    with watching(app.database, monkeypatch) as few:
        app.clock.forward(60_000)
        turn(app)
    crowd(app, key)
    with watching(app.database, monkeypatch) as many:
        app.clock.forward(60_000)
        turn(app)
    assert sorted(app.values("log", "text")) == ["a", "b", "c"]
    assert len(waiting(app)) == MANY + 1
    assert left(app)["op_gates"] == 1
    assert len(many) <= len(few)
    large = ["op_queue"] if key == "line" else ["op_queue", "op_lines"]
    assert slow_plans(app.database, many, large) == []


def turn(app: Bench) -> None:
    """What the dispatcher does when it wakes, once: until nothing is due."""
    while asyncio.run(app.engine.drain(1.0)):
        pass
    app.database.read(pausing.next_due)
