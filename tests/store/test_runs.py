"""The history of runs: recorded, updated, found, listed, forgotten."""

from __future__ import annotations

import pytest

from offpage.engine.adding_up import add_up
from offpage.store import run_lists, runs
from offpage.store.failures import Duplicate
from offpage.store.migrations import current_tables
from offpage.store.run_lists import RunFilter
from offpage.store.runs import Run, RunState
from offpage.store.tx import Database, Tx
from tests.store.explaining import Explaining


def a_run(number: int, *, state: RunState = "finished", workflow: str = "paid", parent: str | None = None) -> Run:
    return Run(
        id=f"{number:032}",
        workflow=workflow,
        definition="d1",
        trigger="api",
        state=state,
        actor="user",
        user_id="u1",
        depth=2,
        parent_id=parent,
        due_at=None,
        started_at=1_700_000_000_000 + number,
        finished_at=1_700_000_000_500 + number,
        workload=1.25,
        parameters='{"name": "Zoë %s ? {}"}',
        error=None,
        answer='{"a": 1}',
        journal="[]",
        resume=None,
    )


def keep(database: Database, *several: Run) -> None:
    def segment(tx: Tx) -> None:
        for run in several:
            runs.insert(tx, run)

    database.write_now(segment)


def numbers(found: list[run_lists.RunLine]) -> list[int]:
    return [int(line.id) for line in found]


def test_a_run_comes_back_as_it_was_recorded(database: Database) -> None:
    run = a_run(1)
    keep(database, run)
    assert database.read(lambda tx: runs.get(tx, run.id)) == run


def test_an_unknown_run_is_none(database: Database) -> None:
    assert database.read(lambda tx: runs.get(tx, "nothing")) is None


def test_a_run_is_recorded_once(database: Database) -> None:
    keep(database, a_run(1))
    with pytest.raises(Duplicate) as caught:
        keep(database, a_run(1))
    assert caught.value.table == "op_runs"
    assert caught.value.columns == ("id",)


def test_the_fields_of_a_run_are_the_columns_of_its_table() -> None:
    columns = [column.name for column in current_tables()["op_runs"].columns]
    assert columns == ["seq", *Run._fields[:-1], "again_as", Run._fields[-1]]


def test_an_update_writes_what_changes_while_a_run_goes_on(database: Database) -> None:
    begun = a_run(1, state="outside")._replace(finished_at=None, resume='{"step": 3}', answer=None)
    keep(database, begun)
    ended = begun._replace(
        state="failed", finished_at=9, workload=7.5, error='{"message": "no"}', journal="[1]", resume=None
    )
    assert database.write_now(lambda tx: runs.update(tx, ended))
    assert database.read(lambda tx: runs.get(tx, begun.id)) == ended


def test_an_update_of_a_run_that_is_not_there_says_so(database: Database) -> None:
    assert not database.write_now(lambda tx: runs.update(tx, a_run(1)))


def test_unfinished_runs_are_found_oldest_first(database: Database) -> None:
    keep(database, a_run(3, state="running"), a_run(1), a_run(2, state="outside"), a_run(4, state="failed"))
    found = database.read(runs.unfinished)
    assert [int(run.id) for run in found] == [3, 2]


def test_the_list_begins_with_the_newest(database: Database) -> None:
    keep(database, *[a_run(number) for number in range(5)])
    assert numbers(database.read(run_lists.lines)) == [4, 3, 2, 1, 0]


def test_the_list_goes_on_where_it_stopped(database: Database) -> None:
    keep(database, *[a_run(number) for number in range(5)])
    first = database.read(lambda tx: run_lists.lines(tx, limit=2))
    second = database.read(lambda tx: run_lists.lines(tx, limit=2, before=first[-1].seq))
    assert numbers(first + second) == [4, 3, 2, 1]


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        (RunFilter(workflow="late"), [3]),
        (RunFilter(state="failed"), [2]),
        (RunFilter(state="finished"), [3, 0]),
        (RunFilter(state="skipped"), [1]),
        (RunFilter(state="running"), []),
        (RunFilter(parent_id="p"), [2]),
        (RunFilter(since=1_700_000_000_001, until=1_700_000_000_003), [2, 1]),
        (RunFilter(workflow="paid", state="finished"), [0]),
    ],
    ids=str,
)
def test_the_list_can_be_narrowed(database: Database, which: RunFilter, expected: list[int]) -> None:
    keep(
        database,
        a_run(0),
        a_run(1, state="skipped"),
        a_run(2, state="failed", parent="p"),
        a_run(3, workflow="late"),
    )
    assert numbers(database.read(lambda tx: run_lists.lines(tx, which))) == expected


def test_runs_are_counted_by_state(database: Database) -> None:
    keep(database, a_run(0), a_run(1), a_run(2, state="failed"))
    assert database.read(runs.count) == {"finished": 2, "failed": 1}


def test_old_runs_are_forgotten_but_not_unfinished_ones(database: Database) -> None:
    keep(database, a_run(0), a_run(1, state="outside"), a_run(2), a_run(3))
    add_up(database, 10)
    assert database.write_now(lambda tx: runs.forget(tx, 1_700_000_000_003)) == 2
    assert numbers(database.read(run_lists.lines)) == [3, 1]


def test_no_statement_on_runs_reads_the_whole_table(database: Database) -> None:
    keep(database, *[a_run(number) for number in range(50)])

    def segment(tx: Tx) -> list[str]:
        looking = Explaining(tx)
        runs.insert(looking, a_run(100))
        runs.update(looking, a_run(100))
        runs.get(looking, "x")
        runs.unfinished(looking)
        run_lists.lines(looking, RunFilter(state="failed"))
        run_lists.lines(looking, RunFilter(state="running"), before=30)
        run_lists.lines(looking, RunFilter(workflow="seldom"), before=30)
        assert len(looking.plans) == 7
        return looking.whole_table_reads()

    assert database.write_now(segment) == []
