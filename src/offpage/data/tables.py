"""The table of one data type, and the side tables of its list fields, as statements see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from offpage.data.lists import ListTable
from offpage.model.schema import USER, DataType, Field
from offpage.sql.dialect import Dialect
from offpage.sql.fragment import NULL, Sql, ident, join
from offpage.sql.layout import columns, table
from offpage.store.tx import Row
from offpage.values.codec import decoder, encoder
from offpage.values.email import normal_email
from offpage.values.types import Type

ThingRow = Sequence[Any]
"""Values of a thing in Python form, in the order of its type's fields; list fields hold None."""

BOUND_AS_IT_IS: Final = frozenset({"text", "number", "yes_no", "date", "file", "image", "thing", "option"})
"""Kinds whose Python form both drivers take as it is."""

READ_AS_IT_IS: Final = BOUND_AS_IT_IS - {"yes_no"}
"""Kinds whose columns both drivers give back in Python form. SQLite gives 0 and 1 for no and yes."""

TEXTS: Final = frozenset({"text", "file", "image"})
"""Kinds of which a value without characters counts as empty."""

Decode = Callable[[Row], ThingRow]


def binder(of: Type) -> Callable[[Any], tuple[Any, ...]] | None:
    """What turns a value into database values, or None where it is bound as it is."""
    return None if of.kind in BOUND_AS_IT_IS else encoder(of)


def kept_form(of: Type) -> Callable[[Any], Any] | None:
    """What turns a value into what reading it back would give, for kinds that the database keeps in a simpler form."""
    if of.kind != "interval":
        return None
    encode, decode = encoder(of), decoder(of)
    return lambda value: decode(encode(value))


def field_binder(type_id: str, field: Field) -> Callable[[Any], tuple[Any, ...]] | None:
    """`binder` for a field. A user's e-mail is kept in its normal form, whoever writes it; raises InvalidEmail.

    A text without characters counts as empty, so that several things may have it in a unique field: NULL is kept.
    """
    if _is_email(type_id, field):
        return _bound_email
    return _bound_unique if _is_unique_text(field) else binder(field.type)


def field_kept_form(type_id: str, field: Field) -> Callable[[Any], Any] | None:
    """`kept_form` for a field."""
    if _is_email(type_id, field):
        return _kept_email
    return _kept_unique if _is_unique_text(field) else kept_form(field.type)


def _is_email(type_id: str, field: Field) -> bool:
    return type_id == USER and field.builtin and field.id == "email"


def _is_unique_text(field: Field) -> bool:
    return field.unique and field.type.kind in TEXTS and not field.type.is_list


def _kept_unique(value: str) -> str | None:
    return value or None


def _bound_unique(value: str | None) -> tuple[str | None]:
    return (value or None,)


def _kept_email(value: str) -> str | None:
    return normal_email(value) if value.strip() else None


def _bound_email(value: str | None) -> tuple[str | None]:
    return (None if value is None else _kept_email(value),)


class ThingTable:
    """The table of one data type: where its fields stand, in rows and in columns. Frozen after it is made."""

    __slots__ = ("columns", "decode", "fields", "lists", "name", "places", "selected", "type")

    def __init__(self, of: DataType, dialect: Dialect) -> None:
        self.type = of
        self.name: Sql = table(of.id)
        self.fields: tuple[Field, ...] = tuple(of.fields.values())
        self.places: Mapping[str, int] = {field.id: place for place, field in enumerate(self.fields)}
        self.columns: Mapping[str, tuple[str, ...]] = {
            field.id: tuple(name for name, _ in columns(field.id, field.type))
            for field in self.fields
            if not field.type.is_list
        }
        self.lists: Mapping[str, ListTable] = {
            field.id: ListTable(of.id, field, dialect) for field in self.fields if field.type.is_list
        }
        self.selected: Sql = join(", ", [self._selected(field) for field in self.fields])
        self.decode: Decode = row_decoder(self.fields, dialect)

    def _selected(self, field: Field) -> Sql:
        if field.type.is_list:
            return NULL
        return join(", ", [ident(name) for name in self.columns[field.id]])

    def field_of_column(self, column: str) -> Field | None:
        """The field that a column belongs to."""
        for field in self.fields:
            if column in self.columns.get(field.id, ()):
                return field
        return None


def row_decoder(fields: Sequence[Field], dialect: Dialect) -> Decode:
    """A function from a row as selected (NULL for a list field) to the row in Python form."""
    yes_no_as_it_is = dialect.name != "sqlite"
    simple, wide, start = [], False, 0
    parts: list[tuple[int, int, Callable[[Sequence[Any]], Any] | None]] = []
    for place, field in enumerate(fields):
        width = 1 if field.type.is_list else len(columns(field.id, field.type))
        kind = field.type.kind
        as_it_is = field.type.is_list or kind in READ_AS_IT_IS or (kind == "yes_no" and yes_no_as_it_is)
        decode = None if as_it_is else decoder(field.type)
        parts.append((start, start + width, decode))
        if decode is not None:
            simple.append((place, decode))
        wide = wide or width > 1
        start += width
    if wide:
        return lambda row: [row[at] if decode is None else decode(row[at:end]) for at, end, decode in parts]
    if not simple:
        return lambda row: row

    def decode_some(row: Row) -> ThingRow:
        out = list(row)
        for place, decode in simple:
            if out[place] is not None:
                out[place] = decode((out[place],))
        return out

    return decode_some
