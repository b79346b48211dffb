"""Snapshots of the app: kept once, kept as long as a run needs them."""

from __future__ import annotations

from offpage.store import definitions, deploys, queue, runs
from offpage.store.tx import Database, Tx
from tests.store.test_queue import a_run as a_waiting_run
from tests.store.test_runs import a_run

NAMES = ("waits", "runs", "ended", "current", "young")


def test_a_snapshot_is_kept_once(database: Database) -> None:
    assert database.write_now(lambda tx: definitions.put(tx, "d1", "name: shop", 5))
    assert not database.write_now(lambda tx: definitions.put(tx, "d1", "name: shop", 6))
    assert database.read(lambda tx: definitions.get(tx, "d1")) == "name: shop"
    assert database.read(lambda tx: definitions.get(tx, "d2")) is None


def test_a_snapshot_stays_while_a_run_needs_it(database: Database) -> None:
    def put_all(tx: Tx) -> None:
        for name in NAMES:
            definitions.put(tx, name, "", 9 if name == "young" else 5)

    database.write_now(put_all)
    database.write_now(lambda tx: queue.add(tx, a_waiting_run(1)._replace(definition="waits")))
    database.write_now(lambda tx: runs.insert(tx, a_run(2, state="outside")._replace(definition="runs")))
    database.write_now(lambda tx: runs.insert(tx, a_run(3)._replace(definition="ended")))
    assert database.write_now(lambda tx: definitions.sweep(tx, 9, "current")) == 1
    left = [name for name in NAMES if _there(database, name)]
    assert left == ["waits", "runs", "current", "young"]


def test_the_snapshots_of_the_last_deploys_stay(database: Database) -> None:
    for name in ("first", "second", "third"):
        database.write_now(lambda tx, name=name: definitions.put(tx, name, "", 5))  # type: ignore[misc]
        database.write_now(lambda tx, name=name: deploys.add(tx, name, 5, "deploy", ""))  # type: ignore[misc]
    assert database.write_now(lambda tx: definitions.sweep(tx, 9, "third", 2)) == 1
    assert [_there(database, name) for name in ("first", "second", "third")] == [False, True, True]


def _there(database: Database, name: str) -> bool:
    return database.read(lambda tx: definitions.get(tx, name)) is not None
