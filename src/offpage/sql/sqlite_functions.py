"""The functions that SQLite lacks, in the same Python that operators use, registered on each connection.

They are deterministic, give NULL where an operand is NULL, and never raise.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import apsw

from offpage.values import calendar, decimals, keywords, text_case, text_length
from offpage.values.distance import distance


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    """The zone of this name (made by whoever binds it, so it exists)."""
    return ZoneInfo(name)


def _in_zone(answer: Callable[..., Any]) -> Callable[..., Any]:
    """A function of the calendar with the zone's name as its first argument."""
    return lambda zone, moment, *rest: answer(moment, *rest, _zone(zone))


FUNCTIONS: Final[dict[str, tuple[int, Callable[..., Any]]]] = {
    "op_remainder": (2, decimals.remainder),
    "op_rounded": (2, decimals.rounded),
    "op_ends": (2, lambda text, part: text.endswith(part)),
    "op_uppercase": (1, text_case.uppercase),
    "op_lowercase": (1, text_case.lowercase),
    "op_replaced": (3, text_length.replaced),
    "op_shifted": (3, lambda moment, number, unit: calendar.shifted(moment, number * unit)),
    "op_later": (5, _in_zone(calendar.later)),
    "op_plus_days": (3, _in_zone(calendar.plus_days)),
    "op_plus_months": (3, _in_zone(calendar.plus_months)),
    "op_date_part": (3, _in_zone(calendar.part)),
    "op_rounded_down": (3, _in_zone(calendar.rounded_down)),
    "op_distance": (5, distance),
    "op_has_keywords": (2, keywords.has_all),
}
"""Name → how many operands, and what it answers."""


def _lifted(answer: Callable[..., Any]) -> Callable[..., Any]:
    """NULL in, NULL out."""
    return lambda *operands: None if None in operands else answer(*operands)


def register_functions(connection: apsw.Connection) -> None:
    """Give a connection all functions that compiled expressions may use."""
    for name, (count, answer) in FUNCTIONS.items():
        connection.create_scalar_function(name, _lifted(answer), count, deterministic=True)
