"""Capitals and small letters, blanks: the same on every Python and every database.

Each character is mapped by itself (Unicode's simple mapping), except that the sharp s becomes SS.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from typing import Final

BLANKS: Final = "".join(chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace() or code == 0xFEFF)
"""Every character that counts as a blank."""

_WORD_START: Final = re.compile(rf"(?:^|(?<=[{re.escape(BLANKS)}]))\S")


@cache
def _capitals() -> dict[int, str]:
    """What each small letter becomes."""
    every = map(chr, range(sys.maxunicode + 1))
    mapped = {ord(one): one.upper() for one in every if one.upper() != one and len(one.upper()) == 1}
    return mapped | {ord("ß"): "SS"}


@cache
def _small() -> dict[int, str]:
    """What each capital becomes."""
    every = map(chr, range(sys.maxunicode + 1))
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
