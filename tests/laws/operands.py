"""Operands for the laws of operators: values of every type, nasty ones among them, made from declarations alone."""

from __future__ import annotations

import itertools
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

import offpage.expr.operators  # noqa: F401  fills the catalogue
from offpage.expr.application import applied
from offpage.expr.ir import Call, Ir, Slot
from offpage.expr.meter import Meter
from offpage.expr.operator import Operator
from offpage.expr.runtime import Gives
from offpage.sql.dialect import Dialect
from offpage.sql.sqlite import SQLITE
from offpage.values.codec import Forms
from offpage.values.kinds.date import EARLIEST, LATEST
from offpage.values.shapes import Interval, Place, Span
from offpage.values.types import (
    ADDRESS,
    DATE,
    DATE_RANGE,
    FILE,
    IMAGE,
    INTERVAL,
    JSON,
    NUMBER,
    NUMBER_RANGE,
    TEXT,
    YES_NO,
    Type,
    option,
    thing,
)

# Not Oslo: builds of the zone data disagree about its summers before 1970.
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns")

# fmt: off
WORDS = (
    "", " ", "a", "A", "%", "_", "%a_", "\\", "\\%", "'", '"', "ß", "İ", "ı", "ſ", "Σ", "ς", "æøå", "ÆØÅ", "e\u0301",
    "é", "\U0001f600", "\u200b", "\xa0 x\u3000", "\n", "\r\n\t", "a b", "b a", "ab", "abab", "日本語", "ǅ", "ﬁ", "🇳🇴",
    "0", "1", "-1", "1.5", "yes", "no", "true", "2026-01-31", "{}", "[]", "null", "a,b,,c", "x@y.test", "(", "[a-z]+",
    "\U0010ffff", "\uffff", "month", "week", "weekday", "day", "year", "hour", "YYYY-MM-DD", "0,0.00", "miles", "k",
    "The running dogs", "dog runs", "categories category", "AaZz", "http://a.test/b?c=d&e", "a b/c.pdf", "aGVp",
)
NUMBERS = (
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 0.1, 0.2, 0.3, 1.005, 2.675, 3.0, 7.0, 10.0, 100.0, 1e15, 1e16,
    0.49999999999999994, 2.0**52 + 0.5, 2.0**53, -(2.0**53), 2.0**53 + 2, 2.0**63, -(2.0**63), 2.0**64, 1e22, 1e23,
    1e300, -1e300, 1e308, -1e308, sys.float_info.max, -sys.float_info.max, sys.float_info.min, 5e-324, -5e-324,
    1e-300, 1e-310, 1e154, 1.4e154, 1e-162, 1e-200, 2.0**1023, 0.9, -0.9, 12.0, 31.0, 59.9, 1e-5, 1234567.891,
)
DATES = (
    0, 1, -1, EARLIEST, EARLIEST + 1, LATEST, LATEST - 1, 1_000, 999, -999, -1_000, 951_782_400_000, 1_709_164_800_000,
    # Around the changes of the clocks in Oslo, New York and on Lord Howe, and the last day of a long month.
    1_774_746_000_000, 1_774_743_300_000, 1_792_891_800_000, 1_792_895_400_000, 1_793_511_000_000, 1_775_313_000_000,
    1_793_514_600_000, 1_769_902_199_999, 1_772_323_199_999, 1_775_314_799_000, 1_790_958_600_123,
)
# fmt: on

TEXT_VALUES = st.sampled_from(WORDS) | st.text(
    st.characters(exclude_categories=["Cs", "Cn"], exclude_characters="\x00"), max_size=12
)
NUMBER_VALUES = (
    st.sampled_from(NUMBERS)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-50, 50).map(float)
    | st.decimals(-1000, 1000, places=3).map(float)
)
MODERN = st.integers(0, 2_500_000_000_000)
DATE_VALUES = st.sampled_from(DATES) | st.integers(EARLIEST, LATEST) | MODERN
EXACT_INTERVALS = st.builds(Interval, st.just(0), st.just(0), st.integers(-(10**15), 10**15) | st.integers(-10, 10))
INTERVAL_VALUES = EXACT_INTERVALS | st.builds(
    Interval, st.integers(-400, 400), st.integers(-4000, 4000), st.integers(-(10**9), 10**9)
)
LAT, LNG = st.floats(-90, 90), st.floats(-180, 180)
SPOTS = st.sampled_from(((0.0, 0.0), (90.0, 0.0), (-90.0, 180.0), (59.91, 10.75), (0.0, -180.0), (0.0, 180.0)))
PLACE_VALUES = st.one_of(
    st.builds(Place, TEXT_VALUES.filter(bool), LAT, LNG),
    st.builds(lambda text, spot: Place(text, *spot), st.none() | TEXT_VALUES.filter(bool), SPOTS),
    st.builds(Place, TEXT_VALUES.filter(bool), st.none(), st.none()),
)
FILE_VALUES = st.sampled_from(["https://a.test/b%20c/d.pdf", "//cdn.test/x.png", "/f/1/ø.txt", "http://a.test", "x"])
SCALAR_JSON = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | NUMBER_VALUES | TEXT_VALUES
JSON_VALUES = st.recursive(
    SCALAR_JSON, lambda of: st.lists(of, max_size=3) | st.dictionaries(TEXT_VALUES, of, max_size=3), max_leaves=4
).filter(lambda value: value is not None)


def _span(ends: st.SearchStrategy[Any]) -> st.SearchStrategy[Span]:
    return st.builds(lambda one, other: Span(min(one, other), max(one, other)), ends, ends)


ORDER, STATUS = thing("order"), option("status")
VALUES: dict[Type, st.SearchStrategy[Any]] = {
    TEXT: TEXT_VALUES,
    NUMBER: NUMBER_VALUES,
    YES_NO: st.booleans(),
    DATE: DATE_VALUES,
    DATE_RANGE: _span(DATE_VALUES),
    NUMBER_RANGE: _span(NUMBER_VALUES),
    INTERVAL: INTERVAL_VALUES,
    ADDRESS: PLACE_VALUES,
    FILE: FILE_VALUES,
    IMAGE: FILE_VALUES,
    JSON: JSON_VALUES,
    ORDER: st.sampled_from(["1671702337369x488321592367327900", "1671702337369x488321592367327901"]),
    STATUS: st.sampled_from(["open", "paid", "nowhere"]),
}
SINGLE = tuple(VALUES)
EVERY = (*SINGLE, *(one.listed for one in SINGLE))


def values_of(of: Type) -> st.SearchStrategy[Any]:
    """Values of a type that are not empty; a list may have no items."""
    return st.lists(VALUES[of.item], max_size=4) if of.is_list else VALUES[of]


class Options:
    """One option set."""

    def label(self, set_id: str, option_id: str) -> str | None:
        return {"open": "Open", "paid": "Paid ✓"}.get(option_id)

    def labels_of(self, set_id: str) -> list[str]:
        return []

    def find(self, set_id: str, text: str) -> str | None:
        return {"Open": "open", "Paid ✓": "paid"}.get(text)


@dataclass
class Surroundings:
    """A Runtime with nothing but values: operators ask for no more."""

    values: list[Any]
    zone: tzinfo = ZoneInfo("Europe/Oslo")
    this: Any = None
    current_user: str | None = None
    meter: Meter = field(default_factory=Meter)
    dialect: Dialect = SQLITE
    random: random.Random = field(default_factory=lambda: random.Random(7))

    @property
    def forms(self) -> Forms:
        return Forms(Options(), self.zone)

    def now(self) -> int:
        return 1_700_000_000_000

    def thing(self, type_id: str, thing_id: str) -> Sequence[Any] | None:
        return None

    def list_field(self, type_id: str, field_id: str, thing_id: str) -> list[Any]:
        return []

    def select(self, text: str, values: Sequence[Any], gives: Gives = "") -> list[tuple[Any, ...]]:
        raise AssertionError("no operator searches")

    def source(self, name: str, path: tuple[str, ...]) -> Any:
        return None


@dataclass(frozen=True, repr=False)
class Use:
    """An operator with operands of these types (None: left out)."""

    operator: Operator
    types: tuple[Type | None, ...]

    def __repr__(self) -> str:
        return f"{self.operator.name}({', '.join(map(str, self.types))})"

    @property
    def gives(self) -> Type:
        gives = self.operator.gives
        return gives if isinstance(gives, Type) else gives(self.types)

    def call(self) -> Call:
        operands: list[Ir | None] = [None if of is None else Slot(of, at, f"s{at}") for at, of in enumerate(self.types)]
        return Call(self.gives, self.operator, tuple(operands))

    def answer(self, surroundings: Surroundings) -> Any:
        """What Python says, as the closure compiler calls it."""
        closures = [None if of is None else _reader(at) for at, of in enumerate(self.types)]
        return applied(self.call(), closures)(surroundings)


def _reader(at: int) -> Any:
    return lambda rt: rt.values[at]


def uses(operator: Operator, types: Sequence[Type] = EVERY) -> Iterator[Use]:
    """The operator with every first operand that it accepts, and for the rest with types in turn.

    Each accepted type of each operand occurs at least once; optional operands are given, and left out from the end.
    """
    declared = operator.operands
    if not declared:
        yield Use(operator, ())
        return
    for first in (one for one in types if declared[0].accepts.test(one, None)):
        choices = [[one for one in types if operand.accepts.test(one, first)] for operand in declared[1:]]
        if not all(choices):
            continue
        rounds = max((len(one) for one in choices), default=1)
        for turn in range(rounds):
            yield Use(operator, (first, *(one[turn % len(one)] for one in choices)))
        kept = list(itertools.takewhile(lambda operand: not operand.optional, declared[1:]))
        for count in range(len(kept), len(declared) - 1):
            rest: list[Type | None] = [one[0] for one in choices[:count]]
            yield Use(operator, (first, *rest))
