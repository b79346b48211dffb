"""The value of a constraint as it came in JSON → the values that its condition takes."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any, Final

from offpage.kernel.errors import InvalidData
from offpage.values.codec import Forms, from_json
from offpage.values.distance import UNITS
from offpage.values.kind import unreadable
from offpage.values.kinds.number import read_number
from offpage.values.shapes import Place
from offpage.values.types import ADDRESS, Type

MOST_WRITTEN_OUT: Final = 100
"""Most items of a list that is compared item by item."""

MOST_ITEMS: Final = 10_000
"""Most items of a list that a constraint may have."""

_LAT_LNG: Final = re.compile(r"\s*(-?[0-9.]{1,20})\s*,\s*(-?[0-9.]{1,20})\s*\Z")


def nothing(raw: Any, of: Type, forms: Forms) -> Sequence[Any]:
    """A constraint that takes no value; one that came is passed over."""
    return ()


def value_of(raw: Any, of: Type, forms: Forms) -> Sequence[Any]:
    """One value, of the field's type or of its items'. Raises InvalidData."""
    return (_one(raw, of.item, forms),)


def items_of(raw: Any, of: Type, forms: Forms) -> Sequence[Any]:
    """The list of an `in`, as one value. What cannot be read matches nothing, and so is left out (bubble.md 15)."""
    found = []
    for one in _array(raw, of):
        try:
            value = _one(one, of.item, forms)
        except InvalidData:
            continue
        if value is not None:
            found.append(value)
    return (found,)


def list_of(raw: Any, of: Type, forms: Forms) -> Sequence[Any]:
    """The items of a list, each a value of its own. Raises InvalidData."""
    items = _array(raw, of)
    if len(items) > MOST_WRITTEN_OUT:
        raise InvalidData(f"could not compare with a list of more than {MOST_WRITTEN_OUT} items")
    return [value for one in items if (value := _one(one, of.item, forms)) is not None]


def address_and_range(raw: Any, of: Type, forms: Forms) -> Sequence[Any]:
    """A place and how many km around it: `{"range": 5, "origin_address": …}`. Raises InvalidData.

    The origin is an address with coordinates or the text "lat, lng"; it may be called `address`, or stand as `lat` and
    `lng` beside the range. The range is in miles unless `unit` says `km`.
    """
    if raw in (None, ""):
        return (None, None)
    if not isinstance(raw, dict):
        raise unreadable(of, 'Give {"range": 5, "origin_address": {"lat": 59.9, "lng": 10.7}}.')
    unit = raw.get("unit") or "miles"
    if not isinstance(unit, str) or unit not in UNITS:
        raise InvalidData("could not parse its unit; give miles or km")
    reach = raw.get("range")
    if reach in (None, ""):
        return (None, None)
    origin = raw.get("origin_address", raw.get("address", raw if "lat" in raw else None))
    km = read_number(reach) * UNITS[unit]
    return (_origin(origin, forms), km if math.isfinite(km) else math.copysign(1e9, km))


def _origin(raw: Any, forms: Forms) -> Place | None:
    if raw in (None, ""):
        return None
    if isinstance(raw, str) and (pair := _LAT_LNG.match(raw)):
        raw = {"lat": pair[1], "lng": pair[2]}
    place: Place = from_json(ADDRESS, raw, forms)
    if place.lat is None:
        raise InvalidData("could not look up the coordinates of this address; give lat and lng")
    return place


def _one(raw: Any, of: Type, forms: Forms) -> Any:
    if raw is None or (raw == "" and of.kind != "text"):
        return None
    if of.kind == "thing":
        # Whatever is no id of a thing is simply not equal to any.
        return raw if isinstance(raw, str) else str(raw)[:100]
    return from_json(of, raw, forms)


def _array(raw: Any, of: Type) -> Sequence[Any]:
    if raw is None:
        return ()
    if not isinstance(raw, list):
        return (raw,)
    if len(raw) > MOST_ITEMS:
        raise InvalidData(f"could not look for more than {MOST_ITEMS:,} values at once")
    return raw
