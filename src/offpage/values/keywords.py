"""Keyword search: which words a text is about.

Small letters; words are cut where there is neither letter nor digit; English words that say little are dropped; English
endings are taken off, so that `categories` finds `category` and `running` finds `run`. All of it is a list of
replacements by regular expressions that Python and PostgreSQL read alike: every pattern begins at a blank, so the time
grows with the text only, and each word becomes what it becomes whatever stands beside it.

Python takes the endings off each different word once, and remembers it. Before that, here and there, a text is only
looked through for the beginnings of the words that are asked for.
"""

from __future__ import annotations

import re
from functools import lru_cache
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

_CUTS: Final = re.compile(_SEPARATORS)
_ENDINGS: Final = tuple((re.compile(pattern), by) for pattern, by in REPLACEMENTS[2:])

LONGEST_STEMMED: Final = 44
"""No pattern matches a longer word, so it stays as it is."""

KEPT_WORDS: Final = 32_768
"""The stems of so many words are kept: a language has not many more that are in use, and it is a few megabytes."""

KEPT_QUESTIONS: Final = 64
"""What was asked for last is kept: a search asks each row for the same words."""


def keywords(text: str) -> frozenset[str]:
    """The words that a text is about, without their endings."""
    return frozenset(map(_stem, _CUTS.split(_whole(text)))) - {""}


def has_all(text: str, wanted: str) -> bool:
    """Whether a text has all keywords of another, in any order; no keywords are found nowhere."""
    stems, beginnings = _asked(wanted)
    if not stems:
        return False
    whole = _whole(text)
    for one in beginnings:  # most texts end here, a hundred times faster than by their words
        if one not in whole:
            return False
    return stems <= {_stem(one) for one in _CUTS.split(whole) if one.startswith(beginnings)}


@lru_cache(maxsize=KEPT_QUESTIONS)
def _asked(wanted: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The keywords that are asked for, and what a text must hold to have them.

    Whatever an ending becomes, a word begins with its stem, but for the last letter of that (categor-i, categor-ies).
    """
    stems = keywords(wanted)
    return stems, tuple(sorted({one[:-1] or one for one in stems}, key=len, reverse=True))


def _whole(text: str) -> str:
    """A text in small letters. An apostrophe does not end a word."""
    return lowercase(text[:LOOKED_AT]).replace("'", "").replace("\u2019", "")


def _stem(word: str) -> str:
    return _kept_stem(word) if len(word) <= LONGEST_STEMMED else word


@lru_cache(maxsize=KEPT_WORDS)
def _kept_stem(word: str) -> str:
    """A word without its ending; "" for one that says little."""
    found = f" {word} "
    for pattern, by in _ENDINGS:
        found = pattern.sub(by, found)
    return found.strip(" ")
