"""What an operator declares. One declaration serves the checker, Python, SQL, the docs and the law tests.

    contains = operator("contains", TEXT, needle=TEXT, gives=YES_NO,
        doc="Whether the second text appears in the first.",
        py=lambda hay, needle: needle in hay,
        sql=lambda d, hay, needle: d.within(needle, hay))

How values come in: in the Python forms of `values`, never None for an operand that is not a list (an empty
operand makes the result empty, or `no` where the operator gives yes/no, without `py` being called) unless the
operator says `takes_empty`. An empty list operand comes as (). An operand marked `each` comes as a function
of one item. A missing optional operand is left to `py`'s own default. `py` never raises and never gives a
number that is not finite: what has no answer is None. With `uses_runtime` `py` gets the Runtime first; with
`uses_types` it then gets the tuple of the operands' types (None for one left out; an `each` operand's type is
what its expression gives): `py(runtime, types, *operands)`.

Lists hold no empties: an operator that makes a list leaves them out.

`sql` gets the dialect and one `Sql` per operand (a tuple of `Sql` for kinds with several columns); NULL stands
for empty. With `uses_runtime` a bound zone name comes right after the dialect: `sql(d, zone, *operands)`. With
`takes_empty` the term must be right for NULL too; otherwise it may be NULL only where an operand is, or where
there is no answer. An optional operand that was left out is not passed. An operator without `sql` cannot be used on a row inside a search: that is an issue.
List operators that change or aggregate a search name their meaning in `query`; the query compiler knows these.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from offpage.expr.accepts import Accepts, exactly
from offpage.values.types import Type

__all__ = ["CATALOGUE", "Accepts", "Form", "Operand", "Operator", "all_operators", "operator", "register"]

Form = Literal["method", "symbol", "function"]


@dataclass(frozen=True, slots=True)
class Operand:
    """One operand: its name (for keyword use and docs), what it accepts, whether it may be left out."""

    name: str
    accepts: Accepts
    optional: bool = False
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator. Several operators may share a name when their first operand differs."""

    name: str
    operands: tuple[Operand, ...]
    gives: Type | Callable[[tuple[Type | None, ...]], Type]
    doc: str
    py: Callable[..., Any]
    sql: Callable[..., Any] | None = None
    form: Form = "method"
    takes_empty: bool = False
    uses_runtime: bool = False
    """`py` gets the Runtime as its first argument (zone, now, random)."""
    uses_types: bool = False
    """`py` gets the tuple of the operands' types as its next argument: for what depends on an option's set."""
    query: str = ""
    subject: str = ""
    interval_parts: bool = False
    """`sql` gets an interval as three terms, (months, days, ms), for it follows the calendar: one from a row as
    (0, 0, ms)."""
    looks_through: bool = False
    """How long it takes depends on what stands in the value: a search lets it see none that may not be seen, not even
    on the way to rows that it does not find."""


CATALOGUE: Final[dict[str, list[Operator]]] = {}
"""All operators by name, filled when `offpage.expr.operators` is imported."""


def register(one: Operator) -> Operator:
    """Add an operator to the catalogue."""
    CATALOGUE.setdefault(one.name, []).append(one)
    return one


def operator(
    name: str,
    first: Type | Accepts | None,
    /,
    *,
    gives: Type | Callable[[tuple[Type | None, ...]], Type],
    doc: str,
    py: Callable[..., Any],
    sql: Callable[..., Any] | None = None,
    form: Form = "method",
    takes_empty: bool = False,
    uses_runtime: bool = False,
    uses_types: bool = False,
    query: str = "",
    interval_parts: bool = False,
    looks_through: bool = False,
    **operands: Type | Accepts,
) -> Operator:
    """Declare one operator and put it into the catalogue.

    `first` is the operand before the dot (None for a function that has none); the other operands follow by
    name, in their order. `optional(...)` and `repeated(...)` mark what they say. The subject is the file's name.
    """
    subject = sys._getframe(1).f_globals["__name__"].rpartition(".")[2]
    every = operands if first is None else {"of": first, **operands}
    return register(
        Operator(
            name=name,
            operands=tuple(_operand(one, accepts) for one, accepts in every.items()),
            gives=gives,
            doc=doc,
            py=py,
            sql=sql,
            form=form,
            takes_empty=takes_empty,
            uses_runtime=uses_runtime,
            uses_types=uses_types,
            query=query,
            subject=subject,
            interval_parts=interval_parts,
            looks_through=looks_through,
        )
    )


def _operand(name: str, accepts: Type | Accepts) -> Operand:
    """One operand from its short form in a declaration."""
    if isinstance(accepts, Type):
        accepts = exactly(accepts)
    return Operand(name, accepts, optional=accepts.optional, repeated=accepts.repeated)


def all_operators() -> Iterator[Operator]:
    """Every operator there is."""
    for same_name in CATALOGUE.values():
        yield from same_name
