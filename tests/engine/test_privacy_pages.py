"""Pages for the Data API under privacy rules: one statement, whoever asks; and who may write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from offpage.data.guarded_page import GuardedPage, Page
from offpage.data.onlooker import Onlooker
from offpage.data.permission import may
from offpage.data.policy import Permission
from offpage.expr.checker import check
from offpage.expr.ir import Search
from offpage.expr.scope import Named, Scope
from offpage.store.tx import Row, Tx
from offpage.values.types import NUMBER, TEXT
from tests.engine.conftest import Bench
from tests.engine.privacy_app import People


class Counting:
    """A transaction that notes its SELECTs."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self.selects: list[str] = []

    def rows(self, text: str, values: Sequence[Any] = ()) -> list[Row]:
        self.selects.append(text)
        return self._tx.rows(text, values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)


@pytest.fixture
def people(bench: Callable[..., Bench]) -> People:
    return People(bench, {})


def search_of(people: People, condition: str = "", sort_by: str = "") -> Search:
    """A search for deals; `amount` and `word` are slots 0 and 1."""
    schema = people.bench.program.schema
    scope = Scope(schema, {"amount": Named(0, NUMBER), "word": Named(1, TEXT)})
    more = f", {condition}" if condition else ""
    checked = check(f"search(deal{more}{f', sort_by={sort_by}' if sort_by else ''})", scope)
    assert not checked.problems
    assert isinstance(checked.ir, Search)
    return checked.ir


def looking(
    people: People, tx: Tx, user_id: str | None, *, sees_all: bool = False, values: Sequence[Any] = ()
) -> Onlooker:
    program = people.bench.program
    return Onlooker(
        tx, program.things, program.privacy, program.forms, user_id=user_id, sees_all=sees_all,
        now=people.bench.clock.now(), source=people.bench.around.source, values=values,
    )  # fmt: skip


def page_of(
    people: People, user_id: str | None, search: Search, *, values: Sequence[Any] = (), limit: int = 100,
    offset: int = 0, hidden: Any = "no_match", sees_all: bool = False,
) -> Page:  # fmt: skip
    """A page as somebody sees it; that it was one statement is checked on the way."""
    program = people.bench.program
    table = program.things.table("deal")
    page = GuardedPage(search, table, program.privacy, program.schema, program.dialect, hidden=hidden)

    def read(tx: Tx) -> Page:
        counting = Counting(tx)
        onlooker = looking(people, counting, user_id, sees_all=sees_all, values=values)
        onlooker.limit, onlooker.offset = limit, offset
        found = page.read(onlooker)
        assert len(counting.selects) == 1
        return found

    return people.bench.database.read(read)


def titles(people: People, page: Page) -> list[tuple[str | None, float | None]]:
    """The title and the amount of each row, as far as they may be seen."""
    guarded = people.bench.program.privacy.of("deal")
    places = people.bench.program.things.table("deal").places
    assert page.marks is not None
    rows = [guarded.shown(marks).of(row) for row, marks in zip(page.rows, page.marks, strict=True)]
    return [(row[places["title"]], row[places["amount"]]) for row in rows]


def test_a_page_is_one_statement_with_marks_and_total(people: People) -> None:
    page = page_of(people, people.ann, search_of(people), limit=1)
    assert titles(people, page) == [("A", 10)]
    assert page.total == 2
    assert titles(people, page_of(people, people.ann, search_of(people), limit=1, offset=1)) == [("B", None)]
    assert page_of(people, people.ann, search_of(people), offset=2).rows == []


def test_who_sees_all_gets_every_row_without_marks(people: People) -> None:
    page = page_of(people, None, search_of(people, sort_by="this.amount"), sees_all=True)
    assert [row[0] for row in page.rows] == [people.deal_a, people.deal_b, people.deal_e, people.deal_none]
    assert page.marks is None
    assert page.total == 4


def test_nobody_finds_nothing(people: People) -> None:
    page = page_of(people, None, search_of(people))
    assert (page.rows, page.total) == ([], None)


@pytest.mark.parametrize(
    "condition", ["this.amount > amount", "this.amount != amount", "this.amount.is_not_empty", "this.amount.is_empty",
                  "not (this.amount == amount)", "this.tags.contains('a')", "this.tags.is_empty"],
)  # fmt: skip
def test_a_constraint_on_a_hidden_field_matches_nothing(people: People, condition: str) -> None:
    found = page_of(people, people.ann, search_of(people, condition), values=[5.0, None])
    assert ("B", None) not in titles(people, found)


def test_a_constraint_on_a_hidden_field_is_ignored_where_the_app_says_so(people: People) -> None:
    search = search_of(people, "this.amount > amount and this.title != word")
    found = page_of(people, people.ann, search, values=[1000.0, "x"], hidden="ignore")
    assert titles(people, found) == [("B", None)]
    found = page_of(people, people.ann, search, values=[1000.0, "B"], hidden="ignore")
    assert titles(people, found) == []


def test_sorting_by_a_hidden_field_puts_its_things_last(people: People) -> None:
    search = search_of(people, sort_by="this.amount")
    assert titles(people, page_of(people, people.ann, search)) == [("A", 10), ("B", None)]
    assert titles(people, page_of(people, people.bob, search)) == [("B", 20), ("A", None)]


@pytest.mark.parametrize("permission", ["create", "modify", "delete", "files"])
def test_writing_and_files_need_their_permission(bench: Callable[..., Bench], permission: Permission) -> None:
    rule = f"\nprivacy:\n  owner: {{when: =this.owner == current_user, {permission}: yes}}"
    some = People(bench, {"types/deal.yaml": DEAL_WITHOUT_RULES + rule})
    program = some.bench.program

    def ask(tx: Tx) -> list[bool]:
        asked: list[tuple[str | None, bool, str]] = [
            (some.ann, False, some.deal_a), (some.bob, False, some.deal_a), (None, False, some.deal_none),
            (None, True, some.deal_a),
        ]  # fmt: skip
        return [
            may(looking(some, tx, user_id, sees_all=admin), program.privacy, permission, "deal", deal)
            for user_id, admin, deal in asked
        ]

    assert some.bench.database.read(ask) == [True, False, False, True]
    others = [one for one in ("create", "modify", "delete", "files", "find") if one != permission]

    def ask_others(tx: Tx) -> list[bool]:
        onlooker = looking(some, tx, some.ann)
        return [may(onlooker, program.privacy, one, "deal", some.deal_a) for one in others]  # type: ignore[arg-type]

    assert not any(some.bench.database.read(ask_others))


DEAL_WITHOUT_RULES = (
    "fields: {title: text, owner: user, amount: number, stage: stage, tags: list of text, watchers: list of user}"
)
