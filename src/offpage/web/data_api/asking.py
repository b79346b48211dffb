"""The query string of a search → what is asked (bubble.md 2.4)."""

from __future__ import annotations

from typing import Any, Final

from offpage.data.constraints import CONSTRAINT_TYPES, OF_KEYWORDS, meaning_of
from offpage.data.exposed import ExposedType
from offpage.data.field_names import FieldNames
from offpage.data.listing import LARGEST_PAGE, Asked, Constraint, Order, Shape, not_found
from offpage.data.sorted_fields import may_sort
from offpage.kernel.errors import InvalidData, MalformedBody, MissingData, NotFound
from offpage.model.schema import Field
from offpage.values.codec import Forms, from_text
from offpage.values.types import NUMBER, YES_NO, Type
from offpage.web.forms import Fields
from offpage.web.json_body import read_json

MOST_CONSTRAINTS: Final = 50
MOST_KEYWORDS: Final = 10
"""So many constraints may look for words: each of them reads a whole text of each thing."""

MOST_ORDERS: Final = 10
MOST_VALUES: Final = 300
"""So many values all constraints together may compare with one by one: a database bears only so deep a condition."""

FURTHEST: Final = 2**53
"""The last place that a cursor may name."""

NO_ORDER: Final = frozenset({"", "_random_sorting"})
"""What clients send as `sort_field` without meaning a field."""


def read_asked(query: Fields, of: ExposedType, forms: Forms) -> Asked:
    """Read a search. Raises RequestError."""
    constraints, values = _constraints(query, of, forms)
    without_total = _flag(query, "exclude_remaining", forms)
    shape = Shape(tuple(constraints), _orders(query, of, forms), not without_total)
    cursor = _whole(query, "cursor", 0, forms)
    limit = min(_whole(query, "limit", LARGEST_PAGE, forms), LARGEST_PAGE)
    return Asked(shape, values, min(cursor, FURTHEST), limit)


def _constraints(query: Fields, of: ExposedType, forms: Forms) -> tuple[list[Constraint], list[Any]]:
    constraints: list[Constraint] = []
    values: list[Any] = []
    for one in _array(query, "constraints", MOST_CONSTRAINTS):
        field = _field(of.names, one.get("key"), of)
        kind = one.get("constraint_type")
        if kind is None:
            raise MissingData("Missing constraint_type in a constraint. It is one of: " + ", ".join(CONSTRAINT_TYPES))
        meaning = meaning_of(kind, field) if isinstance(kind, str) else None
        if meaning is None:
            raise not_found(str(kind), field, of.type.id)
        try:
            read = meaning.read(one.get("value"), field.type, forms)
        except InvalidData as error:
            raise InvalidData(f"Invalid data for field {one['key']}: {error.message}", **error.details)
        constraints.append(Constraint(field.id, kind, len(read)))
        if sum(other.type in OF_KEYWORDS for other in constraints) > MOST_KEYWORDS:
            raise InvalidData(
                f"At most {MOST_KEYWORDS} constraints may look for words (text contains, not text contains)."
                " One constraint may hold several words"
            )
        values += read
        if len(values) > MOST_VALUES:
            raise InvalidData(f"The constraints compare with more than {MOST_VALUES} values; send shorter lists")
    return constraints, values


def _orders(query: Fields, of: ExposedType, forms: Forms) -> tuple[Order, ...]:
    """The order that is asked for."""
    descending = _flag(query, "descending", forms)
    name = _text(query, "sort_field")
    orders = [] if name in NO_ORDER else [_order(of, name, descending)]
    for one in _array(query, "additional_sort_fields", MOST_ORDERS):
        more = one.get("descending")
        down = more if isinstance(more, bool) else _yes_no("descending", str(more or ""), forms)
        more_by = one.get("sort_field")
        if not (isinstance(more_by, str) and more_by in NO_ORDER):
            orders.append(_order(of, more_by, down))
    if descending and not orders:
        orders = [Order("created_date", True)]
    # A field that comes again decides nothing more.
    return tuple({one.field_id: one for one in reversed(orders)}.values())[::-1]


def _order(of: ExposedType, name: object, descending: bool) -> Order:
    field = _field(of.names, name, of, "sort_field")
    if not may_sort(field):
        raise InvalidData(f"Things cannot be sorted by {name}: it is a {field.type}")
    return Order(field.id, descending)


def _field(names: FieldNames, name: object, of: ExposedType, key: str = "key") -> Field:
    if name is None:
        raise MissingData(f"Missing {key} in a constraint or sort rule")
    found = names.asked(name) if isinstance(name, str) else None
    if found is None:
        raise NotFound(
            f"Field not found {str(name)[:100]} for type {of.type.id}",
            reason="The fields of a type stand in /api/1.1/meta.",
        )
    return found


def _array(query: Fields, name: str, most: int) -> list[dict[str, Any]]:
    """A JSON array of objects in the query string; a single object counts as one. Nothing is an empty array."""
    text = _text(query, name).strip()
    if text in ("", "null"):
        return []
    try:
        found = read_json(text.encode("utf-8", "replace"))
    except MalformedBody as error:
        raise InvalidData(f"Could not parse {name} as JSON. {error.message.replace('The body', 'It')}")
    items = [found] if isinstance(found, dict) else found
    if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
        raise InvalidData(f'{name} must be a JSON array of objects such as [{{"key": "name"}}]')
    if len(items) > most:
        raise InvalidData(f"{name} has {len(items):,} entries; at most {most} are taken")
    return items


def _text(query: Fields, name: str) -> str:
    values = query.get(name)
    last = values[-1] if values else ""
    return last if isinstance(last, str) else ""


def _whole(query: Fields, name: str, default: int, forms: Forms) -> int:
    text = _text(query, name).strip()
    if not text:
        return default
    found = _read(NUMBER, name, text, forms)
    if found < 0:
        raise InvalidData(f"Invalid data for field {name}: it cannot be less than 0")
    return int(min(found, FURTHEST))


def _flag(query: Fields, name: str, forms: Forms) -> bool:
    return _yes_no(name, _text(query, name), forms)


def _yes_no(name: str, text: str, forms: Forms) -> bool:
    return bool(text.strip()) and bool(_read(YES_NO, name, text, forms))


def _read(of: Type, name: str, text: str, forms: Forms) -> Any:
    try:
        return from_text(of, text, forms)
    except InvalidData as error:
        raise InvalidData(f"Invalid data for field {name}: {error.message}", **error.details)
