"""A page of a sorted search is read from an index in its order, in both directions, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from offpage.accounts.actor import ADMIN
from offpage.data.listing import Asked, Constraint, Order, Shape
from offpage.store.tx import Tx
from tests.site import Served, play

FILES = {
    "app.yaml": "name: Test\napi: {data: yes}\n",
    "types/guest.yaml": "fields: {name: text}\n",
    "types/room.yaml": """
        api: yes
        fields: {since: {type: date, index: yes}, state: {type: text, index: yes}, guest: guest, note: text}
        privacy: {own: {when: =this.created_by == current_user, view: all}}
        """,
}
MANY = {
    "sqlite": "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 5000) ",
    "postgres": "WITH c(i) AS (SELECT generate_series(1, 5000)) ",
}


KEYS: dict[str, Callable[[int], int | None]] = {
    "since": lambda i: i % 3 or None,
    "state": lambda i: i % 2,
    "created_date": lambda i: i // 3,
}
"""What each room has to be sorted by; None: nothing."""


def fill(tx: Tx) -> None:
    """Five thousand rooms; a third of them have no `since`, half of them have the same state, and a fiftieth the same guest."""
    tx.rows(
        MANY[tx.dialect.name]
        + "INSERT INTO t_room (id, created_date, modified_date, since, state, guest) SELECT CAST(i AS TEXT), i / 3, i,"
        " nullif(i - i / 3 * 3, 0), 's' || (i - i / 2 * 2), 'g' || (i - i / 50 * 50) FROM c"
    )
    if tx.dialect.name == "postgres":
        tx.rows("ANALYZE")


def plan_of(app: Served, asked: Asked) -> tuple[str, list[str]]:
    """How the database finds a page, and the ids of what it finds."""
    environment = app.host.site.development
    assert environment is not None
    assert environment.data is not None
    data, program = environment.data, app.runner.program
    listing, look = data.exposed(program).type("room").listing, data.look(program, ADMIN)
    page = listing.page(asked.shape)

    def segment(tx: Tx) -> tuple[str, list[str]]:
        if tx.dialect.name == "postgres":  # the table is small: what could it do if it were not?
            for way in ("seqscan", "bitmapscan", "sort"):
                tx.change(f"SET LOCAL enable_{way} = off")
        onlooker: Any = look(tx)
        onlooker.values, onlooker.limit, onlooker.offset = list(asked.values), asked.limit, asked.cursor
        text, values = page._open.chosen(onlooker).bound(onlooker)
        explain = "EXPLAIN QUERY PLAN " if tx.dialect.name == "sqlite" else "EXPLAIN "
        plan = "\n".join(str(row[-1]) for row in tx.rows(explain + text, values))
        plan = plan.partition("  Limit  ")[2] or plan  # PostgreSQL sorts the hundred things of the page once more
        return plan, [one["_id"] for one in listing.read(tx, look(tx), asked).results]

    return app.database.read(segment)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("field", ["since", "state", "created_date"])
def test_an_order_is_an_indexs_own(tmp_path: Path, database_url: str, field: str, descending: bool) -> None:
    async def story(app: Served) -> None:
        app.database.write_now(fill)
        shape = Shape(order=(Order(field, descending),), with_total=False)
        plan, found = plan_of(app, Asked(shape, (), 4_900))
        on_postgres = descending and field != "created_date" and bool(database_url)
        assert f"{'d' if on_postgres else 'i'}_room__{field}" in plan
        assert "TEMP B-TREE" not in plan, plan
        assert "Sort" not in plan, plan
        way = -1 if descending else 1
        order = sorted(range(1, 5001), key=lambda i: (i // 3, str(i)), reverse=descending)
        order.sort(key=lambda i: (KEYS[field](i) is None, way * (KEYS[field](i) or 0)))
        assert found == [str(i) for i in order[4_900:]]

    play(tmp_path, FILES, story, database_url)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("field", ["state", "guest"])
def test_what_one_value_finds_stands_in_the_order_of_creation(
    tmp_path: Path, database_url: str, field: str, descending: bool
) -> None:
    """Filtered and sorted at once; a reference only sorts things of one and the same moment."""

    async def story(app: Served) -> None:
        app.database.write_now(fill)
        order = (Order("created_date", True),) if descending else ()
        shape = Shape((Constraint(field, "equals"),), order, with_total=False)
        plan, found = plan_of(app, Asked(shape, [f"{field[0]}1"], 50, 10))
        assert f"{'r' if field == 'guest' else 'i'}_room__{field}" in plan
        whole_sorts = [
            line for line in plan.splitlines()
            if ("TEMP B-TREE" in line and "LAST TERM" not in line) or ("Sort" in line and not belongs(line))
        ]  # fmt: skip
        assert whole_sorts == [], plan
        wanted = sorted(
            (i for i in range(1, 5001) if i % (50 if field == "guest" else 2) == 1),
            key=lambda i: (i // 3, str(i)),
            reverse=descending,
        )
        assert found == [str(i) for i in wanted[50:60]]

    play(tmp_path, FILES, story, database_url)


def belongs(line: str) -> bool:
    """Whether a line of PostgreSQL's plan is about a sort of what an index has nearly sorted."""
    return "Incremental Sort" in line or "Sort Key:" in line
