"""A reading can be stopped from another thread, and nobody else notices."""

from __future__ import annotations

import threading

import pytest

from offpage.store.failures import Interrupted
from offpage.store.tx import Database, Tx
from offpage.store.watch import Watch

FOREVER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) SELECT max(i) FROM n"


def test_a_reading_under_way_is_stopped_and_the_next_is_well(database: Database) -> None:
    watch, begun = Watch(), threading.Event()

    def segment(tx: Tx) -> None:
        begun.set()
        tx.rows(FOREVER)

    def stop() -> None:
        begun.wait(10)
        while not ended.wait(0.05):  # what is between two statements hears it at the next
            watch.stop()

    ended = threading.Event()
    stopping = threading.Thread(target=stop)
    stopping.start()
    try:
        with pytest.raises(Interrupted):
            database.read(segment, watch)
    finally:
        ended.set()
        stopping.join()
    for _ in range(3):
        assert database.read(lambda tx: tx.rows("SELECT 1")) == [(1,)]


def test_a_reading_stopped_before_it_begins_never_begins(database: Database) -> None:
    watch = Watch()
    watch.stop()
    with pytest.raises(Interrupted):
        database.read(lambda tx: pytest.fail("it began"), watch)


def test_stopping_what_has_ended_harms_nobody(database: Database) -> None:
    watch = Watch()
    assert database.read(lambda tx: tx.rows("SELECT 1"), watch) == [(1,)]
    watch.stop()
    watch.stop()
    assert database.read(lambda tx: tx.rows("SELECT 2"), Watch()) == [(2,)]
