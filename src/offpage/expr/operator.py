"""What an operator declares. One declaration serves the checker, Python, SQL, the docs and the law tests.

    contains = operator("contains", TEXT, needle=TEXT, gives=YES_NO,
        doc="Whether the second text appears in the first.",
        py=lambda hay, needle: needle in hay,
        sql=lambda d, hay, needle: d.within(needle, hay))

How values come in: in the Python forms of `values`, never None for an operand that is not a list (an empty
operand makes the result empty, or `no` where the operator gives yes/no, without `py` being called) unless the
operator says `takes_empty`. An empty list operand comes as (). An operand marked `each` comes as a function
of one item. A missing optional operand is left to `py`'s own default. `py` never raises and never gives a
number that is not finite: what has no answer is None.

`sql` gets the dialect and one `Sql` per operand (a tuple of `Sql` for kinds with several columns); NULL stands
for empty. An operator without `sql` cannot be used on a row inside a search: that is an issue.
List operators that change or aggregate a search name their meaning in `query`; the query compiler knows these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from offpage.values.types import Type

Form = Literal["method", "symbol", "function"]


@dataclass(frozen=True, slots=True)
class Accepts:
    """Which types an operand may have; `words` names them for people ("a list", "text or number")."""

    words: str
    test: Callable[[Type, Type | None], bool]
    """Called with the operand's type and the first operand's type (None for the first itself)."""
    each: Accepts | None = None
    """Set when the operand is an expression over `this`: what that expression may give."""


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
    query: str = ""
    subject: str = ""


CATALOGUE: Final[dict[str, list[Operator]]] = {}
"""All operators by name, filled when `offpage.expr.operators` is imported."""


def register(one: Operator) -> Operator:
    """Add an operator to the catalogue."""
    CATALOGUE.setdefault(one.name, []).append(one)
    return one


def all_operators() -> Iterator[Operator]:
    """Every operator there is."""
    for same_name in CATALOGUE.values():
        yield from same_name
