"""One meaning: an operator with SQL answers the same in Python, in SQLite and in PostgreSQL, for any operands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import apsw
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offpage.expr.operator import all_operators
from offpage.sql.dialect import Dialect
from offpage.sql.fragment import Sql, ident, join, sql, value
from offpage.sql.layout import STORAGE
from offpage.sql.postgres import POSTGRES
from offpage.sql.sqlite import SQLITE
from offpage.sql.sqlite_functions import register_functions
from offpage.values.codec import decode, encode
from offpage.values.types import INTERVAL, Type
from tests.laws.operands import SINGLE, ZONES, Surroundings, Use, uses, values_of

USES = [one for operator in all_operators() if operator.sql for one in uses(operator, SINGLE)]
Ask = Callable[[str, tuple[Any, ...]], tuple[Any, ...]]


@pytest.fixture(scope="module")
def ask_sqlite() -> Iterator[Ask]:
    connection = apsw.Connection(":memory:")
    register_functions(connection)
    yield lambda text, values: next(iter(connection.execute(text, values)))
    connection.close()


@pytest.fixture(scope="module")
def ask_postgres(postgres_url: str) -> Iterator[Ask]:
    with psycopg.connect(postgres_url, autocommit=True) as connection:

        def ask(text: str, values: tuple[Any, ...]) -> tuple[Any, ...]:
            row = connection.execute(text.encode(), values).fetchone()
            assert row is not None
            return row

        yield ask


def operand(d: Dialect, of: Type, given: Any, name: str, as_column: bool) -> tuple[Any, list[Sql]]:
    """The operand's term, and the columns of a row that it reads (none when its values are bound in place)."""
    bound = [
        d.bound(storage, value(one)) for (_, storage), one in zip(STORAGE[of.kind], encode(of, given), strict=True)
    ]
    names = [f"{name}_{at}" for at in range(len(bound))]
    terms = [ident("row", one) for one in names] if as_column else bound
    columns = [sql("{} AS {}", one, ident(name)) for one, name in zip(bound, names, strict=True)] if as_column else []
    return (terms[0] if len(terms) == 1 else tuple(terms)), columns


def answer_in(d: Dialect, ask: Ask, use: Use, given: list[Any], zone: str, as_columns: list[bool]) -> Any:
    """What the database says."""
    terms: list[Any] = []
    term: Any
    columns = [sql("1 AS one")]
    for at, (of, one, as_column) in enumerate(zip(use.types, given, as_columns, strict=True)):
        if of is not None:
            if use.operator.interval_parts and of == INTERVAL:
                term, added = tuple(d.bound("integer", value(part)) for part in one or (None,) * 3), []
            else:
                term, added = operand(d, of, one, f"c{at}", as_column)
            terms.append(term)
            columns += added
    assert use.operator.sql is not None
    surroundings = [d.bound("text", value(zone))] if use.operator.uses_runtime else []
    result = use.operator.sql(d, *surroundings, *terms)
    shown = join(", ", result if isinstance(result, tuple) else (result,))
    statement = d.render(sql("SELECT {} FROM (SELECT {}) AS {}", shown, join(", ", columns), ident("row")))
    return decode(use.gives, ask(statement.text, statement.values))


def plain(of: Type, answer: Any) -> Any:
    """An answer as it can be compared: no answer to a yes/no is no; a length counts in exact ms."""
    if of.kind == "yes_no":
        return bool(answer)
    if of.kind == "interval" and answer is not None:
        return answer.total_ms
    return answer


@pytest.mark.parametrize("use", USES, ids=repr)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_python_and_both_databases_give_the_same_answer(
    use: Use, data: st.DataObject, ask_sqlite: Ask, ask_postgres: Ask
) -> None:
    given = [None if of is None else data.draw(st.none() | values_of(of), label=str(of)) for of in use.types]
    zone = data.draw(st.sampled_from(ZONES))
    as_columns = [data.draw(st.booleans()) for _ in given]
    said = plain(use.gives, use.answer(Surroundings(given, ZoneInfo(zone))))
    for d, ask in ((SQLITE, ask_sqlite), (POSTGRES, ask_postgres)):
        found = plain(use.gives, answer_in(d, ask, use, given, zone, as_columns))
        assert found == said, d.name
        assert type(found) is type(said), d.name
