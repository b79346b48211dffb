"""Turning text and json into numbers, dates, yes/no and lists. What cannot be read as that is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from offpage.expr.accepts import ANY_LIST, one_of, optional, same_as_first
from offpage.expr.operator import operator
from offpage.kernel.errors import InvalidData
from offpage.values.codec import from_json
from offpage.values.date_format import parsed
from offpage.values.kinds.json import compact
from offpage.values.text_length import bounded
from offpage.values.types import DATE, JSON, NUMBER, TEXT, YES_NO, Type

if TYPE_CHECKING:
    from offpage.expr.runtime import Runtime


def read(rt: Runtime, of: Type, raw: Any) -> Any:
    """What the value is as that type; empty where it cannot be read as it."""
    try:
        return from_json(of, raw, rt.forms)
    except InvalidData:
        return None


def number_in(rt: Runtime, raw: Any) -> float | None:
    """The number that a text or json holds; commas between thousands are passed over. Yes and no count 1 and 0."""
    if isinstance(raw, bool):
        return float(raw)
    found: float | None = read(rt, NUMBER, raw.replace(",", "") if isinstance(raw, str) else raw)
    return found


def text_in(raw: Any) -> str | None:
    """The text of a json value: itself, or for anything else how JSON writes it."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    return bounded(compact(raw))


def list_in(raw: Any) -> list[Any]:
    """The items of a json array; any other value is a list of that one."""
    return [one for one in raw if one is not None] if isinstance(raw, list) else [raw]


def date_in(rt: Runtime, types: tuple[Type | None, ...], raw: Any, pattern: str | None = None) -> int | None:
    """The moment that a text or json shows, by a pattern if one is given; a moment is itself."""
    if types[0] == DATE:
        return int(raw)
    if pattern is not None:
        return parsed(raw, pattern, rt.zone) if isinstance(raw, str) else None
    found: int | None = read(rt, DATE, raw)
    return found


operator(
    "to_number",
    one_of(TEXT, JSON, NUMBER),
    gives=NUMBER,
    uses_runtime=True,
    doc="The number that is written there (commas between thousands are passed over); empty if it is none. "
    "A number is itself.",
    py=number_in,
)
operator(
    "to_yes_no",
    one_of(TEXT, JSON, YES_NO),
    gives=YES_NO,
    uses_runtime=True,
    doc="yes for yes and true, no for no and false; empty for anything else.",
    py=lambda rt, raw: read(rt, YES_NO, raw),
)
operator(
    "to_text",
    one_of(JSON, TEXT),
    gives=TEXT,
    doc="The text; anything else as JSON writes it.",
    py=text_in,
)
operator(
    "as_text",
    JSON,
    gives=TEXT,
    doc="The text; anything else as JSON writes it.",
    py=text_in,
)
operator(
    "to_list",
    JSON,
    gives=JSON.listed,
    doc="The items of an array, as json; any other value is a list of that one.",
    py=list_in,
)
operator(
    "to_list",
    ANY_LIST,
    gives=same_as_first,
    doc="A list is itself.",
    py=list,
)
operator(
    "keys",
    JSON,
    gives=TEXT.listed,
    doc="The keys of a json object; of anything else none.",
    py=lambda raw: list(raw) if isinstance(raw, dict) else [],
)
operator(
    "values",
    JSON,
    gives=JSON.listed,
    doc="The values of a json object, as json; of anything else none.",
    py=lambda raw: [one for one in raw.values() if one is not None] if isinstance(raw, dict) else [],
)
operator(
    "to_date",
    one_of(TEXT, JSON, DATE),
    format=optional(TEXT),
    gives=DATE,
    uses_runtime=True,
    uses_types=True,
    doc="The moment that is written there: ISO, milliseconds, usual English forms, or by a format such as "
    '`"DD.MM.YYYY"` (see .formatted_as of dates). Empty if it cannot be read.',
    py=date_in,
)
