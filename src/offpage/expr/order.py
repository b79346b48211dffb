"""The order of values of one type, in Python; the query compiler makes the databases keep the same one."""

from __future__ import annotations

import json
from typing import Any

from offpage.values.shapes import Interval, Place


def sort_key(one: Any) -> Any:
    """What a value (not empty) is ordered by: numbers and moments by size, texts by code point, no before yes.

    Intervals go by their exact length, addresses by their text; other values have some order that stays the same.
    """
    match one:
        case Interval():
            return one.total_ms
        case Place():
            return one.address or ""
        case str() | float() | int() | tuple():
            return one
    return json.dumps(one, sort_keys=True)
