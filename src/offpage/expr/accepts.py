"""Which types an operand may have, in a few words that declarations are made of."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from offpage.values.types import JSON, NUMBER, TEXT, YES_NO, Type

FITS_EVERYWHERE: Final = ("unknown", "empty")
"""Kinds of a mistake and of the word `empty`: every operand takes them."""

TEXT_LIKE: Final = ("text", "file", "image")
"""Kinds that are text inside, and are taken where text is: a file is its URL."""


@dataclass(frozen=True, slots=True)
class Accepts:
    """Which types an operand may have; `words` names them for people ("a list", "text or number")."""

    words: str
    test: Callable[[Type, Type | None], bool]
    """Called with the operand's type and the first operand's type (None for the first itself)."""
    each: Accepts | None = None
    """Set when the operand is an expression over `this`: what that expression may give."""
    optional: bool = False
    """Whether the operand may be left out."""
    repeated: bool = False
    """Whether the last operand may be given any number of times."""
    wrong: Callable[[Any], str] | None = None
    """Says what is wrong with a value that is written out; "" where nothing is."""


def _fits(given: Type, wanted: Type) -> bool:
    """Whether a value of one type may stand where another is wanted."""
    if given.kind in FITS_EVERYWHERE or wanted.kind in FITS_EVERYWHERE:
        return True
    if given.is_list != wanted.is_list:
        return False
    if given.kind in TEXT_LIKE and wanted.kind in TEXT_LIKE:
        return True
    return (given.kind, given.of) == (wanted.kind, wanted.of)


def exactly(wanted: Type) -> Accepts:
    """This type (and, for text, what is text inside)."""
    return Accepts(str(wanted), lambda given, _: _fits(given, wanted))


def one_of(*wanted: Type) -> Accepts:
    """One of these types."""
    words = " or ".join(map(str, wanted))
    return Accepts(words, lambda given, _: any(_fits(given, one) for one in wanted))


def _is_single(given: Type) -> bool:
    return given.kind in FITS_EVERYWHERE or not given.is_list


ANYTHING: Final = Accepts("anything", lambda given, _: True)
ONE_VALUE: Final = Accepts("one value", lambda given, _: _is_single(given))
"""Anything that is not a list."""

NOT_JSON: Final = Accepts("one value", lambda given, _: _is_single(given) and given.kind != "json")
"""Anything that is neither a list nor json: what the databases can compare."""

UNTEXTUAL: Final = Accepts(
    "one value",
    lambda given, _: given.kind in FITS_EVERYWHERE or (NOT_JSON.test(given, None) and given.kind not in TEXT_LIKE),
)
"""What is neither a list, nor json, nor text inside."""

JSON_OR_LIST: Final = Accepts(
    "json or a list", lambda given, _: given.is_list or given.kind == "json" or given.kind in FITS_EVERYWHERE
)
"""What the databases cannot look into."""

JSON_ALONE: Final = Accepts("json", lambda given, _: given.kind == "json" and not given.is_list)
"""One json value, and nothing that merely turns into one."""

ANY_LIST: Final = Accepts("a list", lambda given, _: given.is_list or given.kind in FITS_EVERYWHERE)

SAME: Final = Accepts("the same type", lambda given, first: first is None or _fits(given, first))
"""The type of the first operand."""

ITEM: Final = Accepts("an item of the list", lambda given, first: first is None or _fits(given, first.item))
"""What the list before the dot holds."""

LIST_OF_SAME: Final = Accepts("a list of these", lambda given, first: first is None or _fits(given, first.listed))
"""A list of the type of the first operand (which is one value)."""

JSON_OR: Final = one_of(JSON, TEXT, NUMBER, YES_NO)
"""What a json value can be compared with."""

SAME_OR_JSON: Final = Accepts(
    "the same type, or json",
    lambda given, first: SAME.test(given, first) or (given.kind == "json" and not given.is_list),
)
"""The type of the first operand, or a json value that may turn out to be the same."""


def per_item(gives: Accepts) -> Accepts:
    """An expression over `this`, evaluated for every item of the list before the dot."""
    return Accepts(f"{gives.words}, for each item", gives.test, each=gives)


def optional(accepts: Type | Accepts) -> Accepts:
    """An operand that may be left out."""
    one = exactly(accepts) if isinstance(accepts, Type) else accepts
    return replace(one, optional=True)


def written(accepts: Type | Accepts, wrong: Callable[[Any], str]) -> Accepts:
    """An operand whose value is looked at before it runs, where it is written out."""
    one = exactly(accepts) if isinstance(accepts, Type) else accepts
    return replace(one, wrong=wrong)


def word(*words: str) -> Accepts:
    """A text that is one of a few words."""

    def wrong(text: str) -> str:
        if text in words:
            return ""
        near = difflib.get_close_matches(text, words, n=1)
        return f"There is no {text!r} here." + (
            f" Did you mean {near[0]!r}?" if near else f" It is one of {', '.join(words)}."
        )

    return written(TEXT, wrong)


def repeated(accepts: Type | Accepts) -> Accepts:
    """A last operand that may be given any number of times."""
    one = exactly(accepts) if isinstance(accepts, Type) else accepts
    return replace(one, repeated=True)


def same_as_first(types: tuple[Type | None, ...]) -> Type:
    """For `gives`: the type of the first operand."""
    return types[0] or Type("unknown")


def item_of_first(types: tuple[Type | None, ...]) -> Type:
    """For `gives`: what the list before the dot holds."""
    return same_as_first(types).item


def listed_first(types: tuple[Type | None, ...]) -> Type:
    """For `gives`: a list of what the first operand is."""
    return same_as_first(types).listed
