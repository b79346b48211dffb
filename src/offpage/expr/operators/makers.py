"""Values out of nothing: dates, ranges, addresses, random texts, formulas."""

from __future__ import annotations

import math
import string
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from offpage.expr.accepts import optional
from offpage.expr.operator import operator
from offpage.expr.operators.conversions import read
from offpage.values.decimals import finite
from offpage.values.shapes import Place, Span
from offpage.values.types import ADDRESS, DATE, DATE_RANGE, NUMBER, NUMBER_RANGE, TEXT, YES_NO

if TYPE_CHECKING:
    from offpage.expr.runtime import Runtime

LONGEST_RANDOM: Final = 10_000
"""Most characters of a random text."""

SPECIAL: Final = "!#$%&*+-=?@^_"


def date_in(rt: Runtime, text: str) -> int | None:
    """The moment that a text names; a date without a zone is meant in the run's zone."""
    found: int | None = read(rt, DATE, text)
    return found


operator(
    "date",
    None,
    text=TEXT,
    gives=DATE,
    form="function",
    uses_runtime=True,
    doc='A moment: `date("2026-01-31")`, `date("2026-01-31T18:30:00Z")`. Without a zone it is meant in the run\'s zone.',
    py=date_in,
)
for _ends, _range in ((DATE, DATE_RANGE), (NUMBER, NUMBER_RANGE)):
    operator(
        "range",
        None,
        start=_ends,
        end=_ends,
        gives=_range,
        form="function",
        doc=f"The {_range.kind.replace('_', ' ')} between the two, whichever comes first; both ends belong to it.",
        py=lambda start, end: Span(min(start, end), max(start, end)),
    )


def place(text: str, lat: float | None = None, lng: float | None = None) -> Place | None:
    """An address; coordinates that are not on earth are no answer."""
    if lat is None or lng is None:
        return Place(text, None, None) if lat is lng else None
    return Place(text, lat, lng) if abs(lat) <= 90 and abs(lng) <= 180 else None


operator(
    "address",
    None,
    text=TEXT,
    lat=optional(NUMBER),
    lng=optional(NUMBER),
    gives=ADDRESS,
    form="function",
    doc='A place: `address("Karl Johans gate 1, Oslo", 59.91, 10.74)`; latitude within ±90, longitude within ±180.',
    py=place,
)


def random_text(
    rt: Runtime,
    length: float,
    letters: bool = True,
    capitals: bool = True,
    digits: bool = True,
    special: bool = False,
) -> str | None:
    """A text of characters drawn by chance."""
    drawn_from = (
        (string.ascii_lowercase if letters else "")
        + (string.ascii_uppercase if capitals else "")
        + (string.digits if digits else "")
        + (SPECIAL if special else "")
    )
    if not 0 <= length <= LONGEST_RANDOM or not drawn_from:
        return None
    return "".join(rt.random.choices(drawn_from, k=int(length)))


operator(
    "random_text",
    None,
    length=NUMBER,
    letters=optional(YES_NO),
    capitals=optional(YES_NO),
    digits=optional(YES_NO),
    special=optional(YES_NO),
    gives=TEXT,
    form="function",
    uses_runtime=True,
    doc="So many characters by chance (at most 10,000): small letters, capitals and digits unless told otherwise, and "
    "with `special=yes` also signs.",
    py=random_text,
)


def random_number(rt: Runtime, low: float, high: float) -> float | None:
    """A number by chance, from low up to high; a whole one if both are whole."""
    low, high = min(low, high), max(low, high)
    if low.is_integer() and high.is_integer() and max(abs(low), abs(high)) < 2**53:
        return float(rt.random.randint(int(low), int(high)))
    return finite(low + (high - low) * rt.random.random())


operator(
    "random_number",
    None,
    low=NUMBER,
    high=NUMBER,
    gives=NUMBER,
    form="function",
    uses_runtime=True,
    doc="A number by chance between the two; a whole one, ends included, if both are whole.",
    py=random_number,
)


def loan_payment(rate: float, periods: float, amount: float) -> float | None:
    """What is paid each period to pay back a loan with interest; negative, as money that leaves."""
    if periods <= 0:
        return None
    if rate == 0:
        return finite(-amount / periods) if periods >= 1e-300 else None
    try:
        # log1p and expm1 keep small rates exact.
        kept = -math.expm1(-periods * math.log1p(rate))
        return finite(-amount * rate / kept) if kept else None
    except (OverflowError, ValueError):
        return None


operator(
    "loan_payment",
    None,
    rate=NUMBER,
    periods=NUMBER,
    amount=NUMBER,
    gives=NUMBER,
    form="function",
    doc="What is paid each period to pay back a loan: interest rate per period, number of periods, amount borrowed. "
    "Negative, as money that leaves.",
    py=loan_payment,
)


def sumproduct(one: Sequence[float], other: Sequence[float]) -> float | None:
    """The sum of the products of two lists' numbers, pair by pair; empty where the lists differ in length."""
    if not one or len(one) != len(other):
        return None
    try:
        return finite(math.fsum(left * right for left, right in zip(one, other, strict=True)))
    except (OverflowError, ValueError):
        return None


operator(
    "sumproduct",
    None,
    numbers=NUMBER.listed,
    others=NUMBER.listed,
    gives=NUMBER,
    form="function",
    doc="The sum of the products of two lists' numbers, pair by pair; empty where the lists differ in length.",
    py=sumproduct,
)
