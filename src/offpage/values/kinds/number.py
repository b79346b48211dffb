"""Numbers: doubles, always finite. On the wire, whole ones within 2^53 have no `.0`."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Any, Final

from offpage.values.kind import Forms, Kind, unreadable
from offpage.values.types import NUMBER, Type

EXACT: Final = 2.0**53
"""Whole numbers up to here are exact in a double."""

_WRITTEN: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")
_LONGEST: Final = 1000

TOO_LARGE: Final = "The number is too large: the largest is about 1.8e308."


def number_from_text(text: str, of: Type = NUMBER) -> float:
    """A number as written with digits, point and exponent; separators of thousands are ambiguous and refused."""
    text = text.strip()
    if len(text) > _LONGEST or not _WRITTEN.match(text):
        raise unreadable(of)
    found = float(text)
    if not math.isfinite(found):
        raise unreadable(of, TOO_LARGE)
    return found


def read_number(raw: Any, of: Type = NUMBER) -> float:
    """A JSON number, or text that holds one."""
    if type(raw) is float and math.isfinite(raw):
        return raw
    if type(raw) is int:
        try:
            return float(raw)
        except OverflowError as error:
            raise unreadable(of, TOO_LARGE) from error
    if type(raw) is str:
        return number_from_text(raw, of)
    raise unreadable(of)


def json_number(value: float) -> int | float:
    """A number as JSON should have it: whole ones within 2^53 as integers."""
    if -EXACT <= value <= EXACT and value == (whole := int(value)):
        return whole
    return value


def number_text(value: float) -> str:
    """A number as text: 15 significant digits, no trailing zeros; positional from 1e-6 up to 1e21."""
    if -1e15 < value < 1e15 and value == (whole := int(value)):
        return str(whole)
    text = format(value, ".15g")
    if "e" not in text:
        return text
    if 1e-6 <= abs(value) < 1e21:
        return format(Decimal(text), "f")
    mantissa, exponent = text.split("e")
    return f"{mantissa}e{int(exponent):+d}"


def _from_json(raw: Any, of: Type, forms: Forms) -> float:
    if type(raw) is float and raw - raw == 0:
        return raw
    return read_number(raw, of)


def _to_json(value: Any, of: Type, forms: Forms) -> int | float:
    return json_number(value)


def _to_text(value: Any, of: Type, forms: Forms) -> str:
    return number_text(value)


NUMBER_KIND: Final = Kind(
    "number",
    "number",
    _from_json,
    _from_json,
    _to_json,
    _to_text,
    # Not plain: what SQL computes (a count, a NUMERIC) may come back as another class than float.
    decode=lambda columns: float(columns[0]),
)
