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


@cache
def _capitals() -> dict[int, str]:
    """What each small letter becomes."""
    every = map(chr, range(_LAST_LETTER + 1))
    mapped = {ord(one): one.upper() for one in every if one.upper() != one and len(one.upper()) == 1}
    return mapped | {ord("ß"): "SS"}


@cache
def _small() -> dict[int, str]:
    """What each capital becomes."""
    every = map(chr, range(_LAST_LETTER + 1))
    return {ord(one): one.lower() for one in every if one.lower() != one and len(one.lower()) == 1}


def uppercase(text: str) -> str:
    """All letters as capitals."""
    return text.upper() if text.isascii() else text.translate(_capitals())


def lowercase(text: str) -> str:
    """All letters as small ones."""
    return text.lower() if text.isascii() else text.translate(_small())


def capitalized(text: str) -> str:
    """The first letter of each word as a capital."""
    return _WORD_START.sub(lambda found: uppercase(found.group()), text)
