"""Keyword search in texts."""

from __future__ import annotations

from offpage.expr.operator import operator
from offpage.sql import terms
from offpage.values.keywords import has_all
from offpage.values.types import TEXT, YES_NO

operator(
    "contains_keywords",
    TEXT,
    words=TEXT,
    gives=YES_NO,
    doc="Whether the text has all the words, in any order: small words are passed over, and English endings do not "
    "matter (running finds run). Parts of words are not found.",
    py=has_all,
    sql=lambda d, of, words: d.has_keywords(of, words),
    looks_through=True,
)
operator(
    "not_contains_keywords",
    TEXT,
    words=TEXT,
    gives=YES_NO,
    doc="Whether at least one of the words is not in the text.",
    py=lambda of, words: not has_all(of, words),
    sql=lambda d, of, words: terms.is_no(d.has_keywords(of, words)),
    looks_through=True,
)
