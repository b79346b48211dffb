"""Numbers as text by a pattern such as `0,0.00`."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from offpage.values.decimals import finite, rounded

_PATTERN: Final = re.compile(r"[#0][#0,]*(?:\.[#0]*)?|\.[#0]+")

MOST_DIGITS: Final = 30
"""Longest run of digits that a pattern may ask for on either side of the point."""


class Pattern(NamedTuple):
    """A pattern taken apart."""

    before: str
    after: str
    whole_digits: int
    always: int
    sometimes: int
    thousands: bool
    percent: bool


@lru_cache(maxsize=256)
def read_pattern(text: str) -> Pattern | None:
    """Take a pattern apart; None where it has no place for digits."""
    found = _PATTERN.search(text)
    if found is None:
        return None
    whole, _, places = found.group().partition(".")
    digits = whole.replace(",", "")
    always = len(places.rstrip("#"))
    return Pattern(
        before=text[: found.start()],
        after=text[found.end() :],
        whole_digits=min(MOST_DIGITS, len(digits.lstrip("#")) if "," not in whole else min(1, digits.count("0"))),
        always=min(MOST_DIGITS, always),
        sometimes=min(MOST_DIGITS, len(places)),
        thousands="," in whole,
        percent="%" in text,
    )


def formatted(number: float, pattern: str) -> str | None:
    """The number by the pattern: `0` a digit that is always there, `#` one where needed, `,` thousands.

    With a `%` anywhere the number is shown times 100. A pattern without digits has no answer.
    """
    how = read_pattern(pattern)
    if how is None:
        return None
    percent = finite(number * 100 if how.percent else number)
    shown = None if percent is None else rounded(percent, how.sometimes)
    if shown is None:
        return None
    whole, _, places = f"{abs(Decimal(repr(shown))):.{how.sometimes}f}".partition(".")
    places = places[: how.always] + places[how.always :].rstrip("0")
    whole = whole.lstrip("0").rjust(how.whole_digits, "0")
    if how.thousands:
        whole = _grouped(whole)
    sign = "-" if shown < 0 else ""
    return f"{how.before}{sign}{whole}{'.' + places if places else ''}{how.after}"


def _grouped(digits: str) -> str:
    """Digits with a comma before every third from the right."""
    first = len(digits) % 3
    groups = [digits[:first]] if first else []
    groups += [digits[at : at + 3] for at in range(first, len(digits), 3)]
    return ",".join(groups)
