"""Regular expressions, by an engine whose time grows with the text and never more (RE2: no look-around, no back references)."""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import Any, Final

import re2

from offpage.expr.accepts import written
from offpage.expr.operator import operator
from offpage.values.text_length import LONGEST, bounded
from offpage.values.types import TEXT, YES_NO

LONGEST_PATTERN: Final = 1000
MOST_MATCHES: Final = 10_000
"""More matches than this are not looked for."""


def _options() -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 8 << 20
    return options


_OPTIONS: Final = _options()


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Any:
    """The pattern made ready; None for one that is no regular expression or too long."""
    if len(pattern) > LONGEST_PATTERN:
        return None
    try:
        return re2.compile(pattern, _OPTIONS)
    except re2.error:
        return None


def _wrong_pattern(pattern: str) -> str:
    if compiled(pattern) is not None:
        return ""
    return "This is no regular expression that can be used. Check its brackets; look-around is not known (RE2 syntax)."


def matches(text: str, pattern: str) -> list[str] | None:
    """All matches in their order, whole, without those of no characters."""
    ready = compiled(pattern)
    if ready is None:
        return None
    return [found.group() for found in itertools.islice(ready.finditer(text), MOST_MATCHES) if found.group()]


def replaced(text: str, pattern: str, by: str) -> str | None:
    """The text with all matches replaced."""
    ready = compiled(pattern)
    if ready is None:
        return None
    pieces, end, size = [], 0, len(text)
    for found in itertools.islice(ready.finditer(text), MOST_MATCHES):
        pieces += [text[end : found.start()], by]
        end = found.end()
        size += len(by)
        if size > 2 * LONGEST:
            return None
    return bounded("".join([*pieces, text[end:]]))


operator(
    "extract",
    TEXT,
    pattern=written(TEXT, _wrong_pattern),
    gives=TEXT.listed,
    doc="A list of all matches of a regular expression (RE2 syntax: no look-around), at most 10,000.",
    py=matches,
)
operator(
    "replace_pattern",
    TEXT,
    pattern=written(TEXT, _wrong_pattern),
    by=TEXT,
    gives=TEXT,
    doc="The text with the matches of a regular expression replaced, the first 10,000 of them.",
    py=replaced,
)
operator(
    "matches",
    TEXT,
    pattern=written(TEXT, _wrong_pattern),
    gives=YES_NO,
    doc="Whether a regular expression matches somewhere in the text.",
    py=lambda of, pattern: (ready := compiled(pattern)) is not None and ready.search(of) is not None,
)
