"""Geographic addresses: text, coordinates, or both. Text alone is kept without being looked up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from offpage.values.kind import Forms, Kind, unreadable
from offpage.values.kinds.number import json_number, number_text, read_number
from offpage.values.kinds.text import clean_text
from offpage.values.shapes import Place
from offpage.values.types import Type


def _coordinate(raw: object, limit: float, of: Type) -> float | None:
    if raw is None:
        return None
    degrees = read_number(raw, of)
    if not -limit <= degrees <= limit:
        raise unreadable(of, f"Degrees go from -{limit:g} to {limit:g}.")
    return degrees


def _from_json(raw: Any, of: Type, forms: Forms) -> Place:
    """Address text, or `{"address": text, "lat": number, "lng": number}` with the text or both numbers."""
    if isinstance(raw, str):
        raw = {"address": raw}
    if not isinstance(raw, dict):
        raise unreadable(of)
    text, lat, lng = raw.get("address"), raw.get("lat"), raw.get("lng")
    if not (text is None or isinstance(text, str)):
        raise unreadable(of)
    place = Place(clean_text(text, of) if text else None, _coordinate(lat, 90, of), _coordinate(lng, 180, of))
    if (place.lat is None) != (place.lng is None) or (place.address is None and place.lat is None):
        raise unreadable(of, "Give the address as text, or both lat and lng.")
    return place


def _from_text(raw: Any, of: Type, forms: Forms) -> Place:
    """Address text, or the JSON object as text."""
    if raw.lstrip().startswith("{"):
        try:
            return _from_json(msgspec.json.decode(raw), of, forms)
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
            raise unreadable(of) from error
    return _from_json(raw, of, forms)


def _to_json(value: Any, of: Type, forms: Forms) -> dict[str, Any]:
    """What the address has: its text, both coordinates, or all three."""
    found = {} if value.address is None else {"address": value.address}
    if value.lat is None or value.lng is None:
        return found
    return found | {"lat": json_number(value.lat), "lng": json_number(value.lng)}


def _to_text(value: Any, of: Type, forms: Forms) -> str:
    if value.address is not None:
        return str(value.address)
    return "" if value.lat is None or value.lng is None else f"{number_text(value.lat)}, {number_text(value.lng)}"


def _decode(columns: Sequence[Any]) -> Place:
    text, lat, lng = columns
    return Place(text, None if lat is None else float(lat), None if lng is None else float(lng))


ADDRESS_KIND: Final = Kind(
    "address",
    "geographic address",
    _from_json,
    _from_text,
    _to_json,
    _to_text,
    columns=3,
    encode=tuple,
    decode=_decode,
)
