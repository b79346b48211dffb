"""Searches for what a list field holds look into the index of the list's values."""

from __future__ import annotations

from typing import Any

import pytest

from offpage.data.schema import apply
from offpage.expr.checker import check
from offpage.expr.closure import compile_query
from offpage.expr.scope import Named, Scope
from offpage.model.data_type import resolve_schema
from offpage.model.reader import read_files
from offpage.store.tx import Database, Tx
from offpage.values.types import thing
from tests.unit.expr.shop import Surroundings

FILES = {
    "app.yaml": "name: Test\n",
    "types/item.yaml": "fields:\n  name: text\n",
    "types/order.yaml": "fields:\n  tags: list of text\n  items: list of item\n  sizes: list of number\n",
}
SCHEMA = resolve_schema(read_files(FILES)[0])[0]

MANY = {
    "sqlite": "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 5000) ",
    "postgres": "WITH c(i) AS (SELECT generate_series(1, 5000)) ",
}


def fill(tx: Tx) -> None:
    """Five thousand orders, of which ten have each tag, item and size."""
    apply(tx, SCHEMA)
    many = MANY[tx.dialect.name]
    tx.rows(many + "INSERT INTO t_order (id, created_date, modified_date) SELECT CAST(i AS TEXT), i, i FROM c")
    for field, value in (
        ("tags", "CAST(i - i / 500 * 500 AS TEXT)"),
        ("items", "CAST(i - i / 500 * 500 AS TEXT)"),
        ("sizes", "i - i / 500 * 500"),
    ):
        tx.rows(many + f"INSERT INTO l_order__{field} (owner, value) SELECT CAST(i AS TEXT), {value} FROM c")
    if tx.dialect.name == "postgres":
        tx.rows("ANALYZE")


@pytest.mark.parametrize(
    ("field", "condition"),
    [
        ("tags", "this.tags.contains('7')"),
        ("tags", "'7' in this.tags"),
        ("items", "this.items.contains(one)"),
        ("sizes", "this.sizes.contains(7)"),
        ("tags", "this.tags.contains('7') and this.created_date < now"),
    ],
)
def test_the_index_of_a_lists_values_finds_the_things_that_hold_one(
    database: Database, field: str, condition: str
) -> None:
    database.write_now(fill)
    checked = check(f"search(order, {condition})", Scope(SCHEMA, {"one": Named(0, thing("item"))}))
    assert not checked.problems
    query = compile_query(checked.ir, database.dialect, SCHEMA)
    assert query is not None

    def segment(tx: Tx) -> tuple[str, Any]:
        rt = Surroundings(tx=tx, dialect=tx.dialect, values=["7"])
        text, values = query.statement_for(rt)
        explain = "EXPLAIN QUERY PLAN " if tx.dialect.name == "sqlite" else "EXPLAIN "
        return "\n".join(str(row[-1]) for row in tx.rows(explain + text, values)), query.run(rt)

    plan, found = database.read(segment)
    assert found == [str(7 + 500 * at) for at in range(10)]
    assert f"v_order__{field}" in plan
    assert "SCAN" not in plan
    assert "Seq Scan on t_order" not in plan
