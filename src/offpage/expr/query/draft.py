"""What all parts share while one statement is built."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from offpage.expr.access import Access
from offpage.expr.ir import Const, Ir
from offpage.expr.query.term import Term
from offpage.expr.symbols import Closure
from offpage.model.schema import Schema
from offpage.sql.dialect import Dialect
from offpage.sql.fragment import Sql, value
from offpage.sql.layout import STORAGE
from offpage.values.codec import encode, encoder
from offpage.values.types import Type

if TYPE_CHECKING:
    from offpage.expr.query.frame import Frame


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What queries are compiled for. `closure` compiles what does not look at the row.

    `hidden` says what a condition on a field means for a row whose field may not be seen. `empty`: the field is
    empty; `no_match`: the row does not match, whatever the condition; `ignore`: the condition does not count.
    With `user_in_sql` a field of the current user is read by the statement itself, where everything may be seen.
    With `by_ids` `this.customer.company == x` asks whether the customer is one of those whose company is x: then an
    index on the reference finds the rows.
    """

    schema: Schema
    dialect: Dialect
    access: Access
    closure: Callable[[Ir], Closure]
    hidden: Literal["empty", "no_match", "ignore"] = "empty"
    user_in_sql: bool = False
    by_ids: bool = False


@dataclass(frozen=True, slots=True)
class Bound:
    """A value in database form that a closure gives when the statement runs."""

    closure: Closure
    encode: Callable[[Any], Any]

    def __call__(self, rt: Any) -> Any:
        """The value to bind."""
        return self.encode(self.closure(rt))


@dataclass(slots=True)
class Draft:
    """A statement being built.

    `row` turns an expression over a row into a term. Some statements have several texts: `switches` are closures of
    yes/no that choose among them (a constraint that is left out, a direction), and `choices` is one choice.
    """

    around: Surroundings
    row: Callable[[Ir, Frame], Term]
    condition: Callable[[Ir, Frame], Term]
    choices: Sequence[bool] = ()
    switches: list[Closure] = field(default_factory=list)
    aliases: int = 0
    _said: dict[int, Closure] = field(default_factory=dict)

    def alias(self) -> str:
        """A name for a table that no other has in this statement."""
        self.aliases += 1
        return f"a{self.aliases}"

    def switch(self, closure: Closure) -> bool:
        """Let the text depend on a yes/no that is known only when the statement runs; the same closure, the same answer."""
        at = next((at for at, one in enumerate(self.switches) if one is closure), len(self.switches))
        if at == len(self.switches):
            self.switches.append(closure)
        return self.choices[at] if at < len(self.choices) else False

    def said(self, ir: Ir) -> Closure:
        """A yes/no as a closure for `switch`: the same for the same expression, so that it is one switch."""
        found = self._said.get(id(ir))
        if found is None:
            closure = self.closure(ir)
            found = self._said[id(ir)] = lambda rt: bool(closure(rt))
        return found

    def closure(self, ir: Ir) -> Closure:
        """The closure of an expression that does not look at the row."""
        return self.around.closure(ir)

    def bound(self, ir: Ir) -> Term:
        """A value that is computed before the statement runs."""
        of = ir.type
        storages = storage_of(of)
        if isinstance(ir, Const):
            columns = [value(one) for one in encode(of, ir.value)] if of.kind in STORAGE else [value(None)]
        else:
            columns = self._bound_columns(self.closure(ir), of, len(storages))
        say = self.around.dialect.bound
        every = tuple(say(storage, one) for one, storage in zip(columns, storages, strict=True))
        return Term(of, every, nullable=not (isinstance(ir, Const) and ir.value is not None))

    def _bound_columns(self, closure: Closure, of: Type, count: int) -> list[Sql]:
        if of.kind not in STORAGE:
            return [value(None)]
        every = encoder(of)

        def column(at: int) -> Callable[[Any], Any]:
            return lambda one: every(one)[at]

        return [value(Bound(closure, column(at))) for at in range(count)]

    def bound_as(self, closure: Closure, make: Callable[[Any], Any], storage: str) -> Sql:
        """A value that `make` puts into database form."""
        return self.around.dialect.bound(storage, value(Bound(closure, make)))

    def bound_list(self, ir: Ir) -> Sql:
        """A list as one value, for `among`."""
        dialect = self.around.dialect
        every = encoder(ir.type.item)
        return value(
            Bound(
                self.closure(ir),
                lambda items: dialect.list_value([every(one)[0] for one in items or () if one is not None]),
            )
        )


def storage_of(of: Type) -> tuple[str, ...]:
    """The storage class of each column of a type; what has no type yet counts as a text."""
    return tuple(storage for _, storage in STORAGE.get(of.kind, (("", "text"),)))
