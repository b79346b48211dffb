"""Long lists of runs: pages that begin anywhere, words that are looked for, moments that are found again."""

from __future__ import annotations

from functools import partial

import pytest

from offpage.store import run_pages
from offpage.store.run_lists import RunFilter
from offpage.store.tx import Database
from tests.store.explaining import Explaining
from tests.store.test_runs import a_run, keep, numbers

HOUR = 3_600_000
START = 1_700_000_000_000


def test_an_outline_tells_how_many_there_are_and_where_each_page_begins(database: Database) -> None:
    keep(database, *[a_run(number) for number in range(7)])
    found = database.read(lambda tx: run_pages.outline(tx, RunFilter(), 3))
    assert (found.total, found.more) == (7, False)
    pages = [database.read(partial(run_pages.page, which=RunFilter(), limit=3, before=one + 1)) for one in found.marks]
    assert [numbers(one.lines) for one in pages] == [[6, 5, 4], [3, 2, 1], [0]]
    assert [one.cursor is None for one in pages] == [False, False, True]


def test_an_outline_counts_the_latest_only(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_pages, "MOST", 4)
    keep(database, *[a_run(number) for number in range(7)])
    assert database.read(lambda tx: run_pages.outline(tx, RunFilter(), 2))[:3] == (4, True, 2)


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        (RunFilter(state="finished"), [4, 3, 0]),
        (RunFilter(state="failed"), [2]),
        (RunFilter(workflow="late"), [4]),
        (RunFilter(user_id="u1"), [4, 3, 2, 1, 0]),
        (RunFilter(user_id="u2"), []),
        (RunFilter(since=START + 1, until=START + 3), [2, 1]),
        (RunFilter(workflow="paid", state="finished"), [3, 0]),
    ],
    ids=str,
)
def test_an_outline_and_its_pages_agree(database: Database, which: RunFilter, expected: list[int]) -> None:
    keep(database, a_run(0), a_run(1, state="skipped"), a_run(2, state="failed"), a_run(3), a_run(4, workflow="late"))
    found = database.read(lambda tx: (run_pages.outline(tx, which, 10), run_pages.page(tx, which, limit=10)))
    assert (found[0].total, numbers(found[1].lines)) == (len(expected), expected)


def test_a_run_that_was_recorded_long_after_it_began_is_found_by_its_time(database: Database) -> None:
    """The order in which runs are recorded is not quite that in which they began."""
    late = a_run(50)._replace(started_at=START + 2 * HOUR - 500_000)
    keep(database, *[a_run(at)._replace(started_at=START + at * HOUR) for at in range(3)], late)
    keep(database, *[a_run(at)._replace(started_at=START + at * HOUR) for at in range(3, 6)])
    which = RunFilter(since=START + HOUR + 1, until=START + 2 * HOUR)
    assert numbers(database.read(lambda tx: run_pages.page(tx, which, limit=10)).lines) == [50]


def test_words_are_looked_for_in_all_that_a_record_says(database: Database) -> None:
    keep(
        database,
        a_run(0),
        a_run(1)._replace(error='{"message": "The card was 100% DECLINED"}'),
        a_run(2)._replace(journal='[{"inputs": {"to": "ada@example.com"}}]'),
        a_run(3)._replace(parameters='{"name": "say \\"hi\\""}'),
    )

    def found(text: str) -> list[int]:
        return numbers(database.read(lambda tx: run_pages.page(tx, RunFilter(text=text), limit=10)).lines)

    assert found("declined") == [1]
    assert found("100% d") == [1]
    assert found("ada@") == [2]
    assert found('say "hi"') == [3]
    assert found(f"{2:032}") == [2]
    assert found("_") == []


def test_a_search_for_words_goes_on_where_a_piece_ended(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_pages, "WINDOW", 3)
    keep(database, a_run(0)._replace(answer='"needle"'), *[a_run(number) for number in range(1, 8)])
    cursor, found, pieces = None, [], 0
    while True:
        piece = database.read(partial(run_pages.page, which=RunFilter(text="NEEDLE"), limit=5, before=cursor))
        found += piece.lines
        pieces += 1
        cursor = piece.cursor
        if cursor is None:
            break
    assert (numbers(found), pieces) == ([0], 3)


def test_no_page_of_runs_reads_the_whole_table(database: Database) -> None:
    keep(database, *[a_run(number) for number in range(50)])

    def plans(tx: object) -> list[str]:
        looking = Explaining(tx)  # type: ignore[arg-type]
        for which in (RunFilter(), RunFilter(workflow="late"), RunFilter(state="failed"), RunFilter(user_id="u1")):
            run_pages.page(looking, which, limit=10, before=30)
        return looking.whole_table_reads()

    assert database.write_now(plans) == []
