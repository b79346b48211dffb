"""A piece of SQL that stands for a value."""

from __future__ import annotations

from dataclasses import dataclass

from offpage.expr.ir import Place
from offpage.sql.fragment import Sql, join, sql
from offpage.sql.terms import is_not_empty_text
from offpage.values.types import Type

TEXTS = frozenset({"text", "file", "image"})
"""Kinds of which a value without characters counts as empty."""


class Unsayable(Exception):
    """This cannot be said in SQL."""

    def __init__(self, place: Place, message: str) -> None:
        self.place = place
        self.message = message
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Term:
    """A value of a type as SQL: one fragment per column of its kind. `nullable` is false where it is never NULL."""

    type: Type
    columns: tuple[Sql, ...]
    nullable: bool = True

    @property
    def sql(self) -> Sql:
        """The only column."""
        (one,) = self.columns
        return one

    @property
    def operand(self) -> Sql | tuple[Sql, ...]:
        """As an operator's `sql` takes it: a tuple for kinds with several columns."""
        return self.columns[0] if len(self.columns) == 1 else self.columns

    @property
    def is_known(self) -> Sql:
        """Whether it has a value: at least one of its columns is not NULL."""
        return sql("({})", join(" OR ", (sql("{} IS NOT NULL", one) for one in self.columns)))

    @property
    def has_value(self) -> Sql:
        """The same, where a text without characters counts as empty."""
        return is_not_empty_text(self.sql) if self.type.kind in TEXTS else self.is_known

    def collapsed(self) -> Term:
        """A yes/no in which NULL has become no."""
        if not self.nullable:
            return self
        return Term(self.type, (sql("coalesce({}, FALSE)", self.sql),), nullable=False)
