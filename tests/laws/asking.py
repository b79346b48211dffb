"""Asking a database what an operator's SQL says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from offpage.sql.dialect import Dialect
from offpage.sql.fragment import Sql, ident, join, sql, value
from offpage.sql.layout import STORAGE
from offpage.values.codec import decode, encode
from offpage.values.types import INTERVAL, Type
from tests.laws.operands import Use

Ask = Callable[[str, tuple[Any, ...]], tuple[Any, ...]]
"""Runs a statement and gives its first row."""


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
                term = tuple(d.bound("integer", value(part)) for part in one or (None,) * 3)
            else:
                term, read = operand(d, of, one, f"c{at}", as_column)
                columns += read
            terms.append(term)
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
