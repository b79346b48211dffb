"""Keyword search: which words a text is about.

Small letters; words are cut where there is neither letter nor digit; English words that say little are dropped; English
endings are taken off, so that `categories` finds `category` and `running` finds `run`. All of it is a list of
replacements by regular expressions that Python and PostgreSQL read alike: every pattern begins at a blank, so the time
grows with the text only.
"""

from __future__ import annotations

import re
from typing import Final

from offpage.values.text_case import lowercase

LOOKED_AT: Final = 100_000
"""Only so many characters of a text are looked at."""

STOP_WORDS: Final = (
    "a about above after again against all am an and any are as at be because been before being below between both but by "
    "can could did do does doing down during each few for from further had has have having he her here hers him his how i "
    "if in into is it its itself just me more most my no nor not now of off on once only or other our ours out over own "
    "same she should so some such than that the their theirs them then there these they this those through to too under "
    "until up very was we were what when where which while who whom why will with would you your yours"
)
"""English words that are dropped."""

_SEPARATORS: Final = (
    "[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7"
    "\u1680\u2000-\u206f\u3000-\u3003\u3008-\u3011\ufeff]+"
)
"""Blanks, punctuation and signs."""

REPLACEMENTS: Final[tuple[tuple[str, str], ...]] = (
    # An apostrophe does not end a word: don't, o'clock.
    ("['\u2019]", ""),
    (_SEPARATORS, " "),
    (f" (?:{STOP_WORDS.replace(' ', '|')})(?= )", ""),
    # Plurals and the third person: categories, classes, boxes, dogs.
    (" ([^ ]{2,40})ies(?= )", " \\1y"),
    (" ([^ ]{1,40}(?:ss|x|z|ch|sh))es(?= )", " \\1"),
    (" ([^ ]{1,40}[^ su])s(?= )", " \\1"),
    # running, planned, quickly, make.
    (" ([^ ]{3,40})ing(?= )", " \\1"),
    (" ([^ ]{3,40})ed(?= )", " \\1"),
    (" ([^ ]{3,40})ly(?= )", " \\1"),
    (" ([^ ]{3,40})e(?= )", " \\1"),
    (" ([^ ]{2,40}[^ aeiou])y(?= )", " \\1i"),
    *((f" ([^ ]{{1,40}}){letter}{letter}(?= )", f" \\1{letter}") for letter in "bdglmnprt"),
)
"""What happens to a text (in small letters, with a blank at each end), step by step."""

_COMPILED: Final = tuple((re.compile(pattern), by) for pattern, by in REPLACEMENTS)


def keywords(text: str) -> frozenset[str]:
    """The words that a text is about, without their endings."""
    words = f" {lowercase(text[:LOOKED_AT])} "
    for pattern, by in _COMPILED:
        words = pattern.sub(by, words)
    return frozenset(words.split())


def has_all(text: str, wanted: str) -> bool:
    """Whether a text has all keywords of another, in any order; no keywords are found nowhere."""
    words = keywords(wanted)
    return bool(words) and words <= keywords(text)
