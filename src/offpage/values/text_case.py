"""Capitals and small letters, blanks: the same on every Python and every database.

Each character is mapped by itself (Unicode's simple mapping), except that the sharp s becomes SS.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

BLANKS: Final = (
    "\t\n\x0b\x0c\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""Every character that counts as a blank (what JavaScript trims)."""

_LAST_LETTER: Final = 0x1E943
"""No letter after this one has a capital."""

_WORD_START: Final = re.compile(rf"(?:^|(?<=[{BLANKS}]))[^{BLANKS}]")


_NEWER: Final = {0x1C89: 0x1C8A, 0xA7CB: 0x264, 0xA7CC: 0xA7CD, 0xA7DA: 0xA7DB, 0xA7DC: 0x19B} | {
    0x10D50 + at: 0x10D70 + at for at in range(22)
}
"""Capitals and their small letters of Unicode 16, which not every Python knows yet and PostgreSQL 18 does."""


@cache
def _capitals() -> dict[int, str]:
    """What each small letter becomes. Where the capital would be several letters, the titlecase one is taken."""
    letters = map(chr, range(_LAST_LETTER + 1))
    mapped = {one: one.upper() if len(one.upper()) == 1 else one.title() for one in letters}
    newer = {small: chr(capital) for capital, small in _NEWER.items()} | {ord("ß"): "SS"}
    return {ord(one): to for one, to in mapped.items() if len(to) == 1 and to != one} | newer


@cache
def _small() -> dict[int, str]:
    """What each capital becomes."""
    letters = map(chr, range(_LAST_LETTER + 1))
    mapped = {ord(one): one.lower() for one in letters if len(one.lower()) == 1 and one.lower() != one}
    return mapped | {capital: chr(small) for capital, small in _NEWER.items()} | {ord("İ"): "i"}


def uppercase(text: str) -> str:
    """All letters as capitals."""
    return text.upper() if text.isascii() else text.translate(_capitals())


def lowercase(text: str) -> str:
    """All letters as small ones."""
    return text.lower() if text.isascii() else text.translate(_small())


def capitalized(text: str) -> str:
    """The first letter of each word as a capital."""
    return _WORD_START.sub(lambda found: uppercase(found.group()), text)
