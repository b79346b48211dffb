"""And, or, not: empty counts as no. What a yes/no turns into."""

from __future__ import annotations

from offpage.expr.accepts import SAME
from offpage.expr.operator import operator
from offpage.sql import terms
from offpage.values.types import NUMBER, TEXT, YES_NO

operator(
    "and",
    YES_NO,
    other=SAME,
    gives=YES_NO,
    form="symbol",
    takes_empty=True,
    doc="Whether both are yes.",
    py=lambda one, other: bool(one and other),
    sql=lambda d, one, other: terms.both(one, other),
)
operator(
    "or",
    YES_NO,
    other=SAME,
    gives=YES_NO,
    form="symbol",
    takes_empty=True,
    doc="Whether at least one is yes.",
    py=lambda one, other: bool(one or other),
    sql=lambda d, one, other: terms.either(one, other),
)
operator(
    "not",
    YES_NO,
    gives=YES_NO,
    form="symbol",
    takes_empty=True,
    doc="Whether it is not yes: no, or empty.",
    py=lambda one: not one,
    sql=lambda d, one: terms.is_not_yes(one),
)
# In a search or a rule, over a comparison: no where what the row is compared with is empty (see `constraints`).
operator(
    "notstrict",
    YES_NO,
    gives=YES_NO,
    form="symbol",
    takes_empty=True,
    doc="Whether it is not yes; what it is compared with has a value.",
    py=lambda one: not one,
    sql=lambda d, one: terms.is_not_yes(one),
)
operator(
    "to_number",
    YES_NO,
    gives=NUMBER,
    doc="1 for yes, 0 for no.",
    py=float,
    sql=lambda d, one: terms.choose(one, terms.ONE, terms.ZERO),
)


def pick(condition: bool | None, yes: str | None, no: str | None) -> str | None:
    """The first text for yes, the second for no."""
    return None if condition is None else yes if condition else no


operator(
    "formatted_as",
    YES_NO,
    yes=TEXT,
    no=TEXT,
    gives=TEXT,
    takes_empty=True,
    doc='The first text for yes, the second for no: `.formatted_as("paid", "open")`.',
    py=pick,
    sql=lambda d, of, yes, no: terms.choose(of, yes, no),
)
