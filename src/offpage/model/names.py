"""What ids and names may look like."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 50
"""Longest id or name, in characters: tables and columns are called after them."""

_ID = re.compile(r"[a-z0-9][a-z0-9_-]*\Z")
_WORD = re.compile(r"[a-z][a-z0-9_]*\Z")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")

LITERALS: Final = frozenset({"yes", "no", "true", "false", "empty", "now", "this", "current_user"})
"""Words that mean one value wherever they stand, and so cannot be data types or option sets."""

GRAMMAR: Final = frozenset({"and", "or", "not", "in", "if", "else"})
"""Words that cannot stand after a dot in an expression, and so cannot be fields."""

WORDS: Final = frozenset(
    {
        *LITERALS,
        *GRAMMAR,
        *("request", "secret", "app", "env", "before", "after"),
    }
)
"""Words of the expression language, which a parameter or a step's result cannot be called."""


def wrong_id(text: str, what: str) -> str | None:
    """Say what is wrong with the id of a workflow or connector (its file's stem), or None."""
    if len(text) > LONGEST:
        return f"The id of this {what} is {len(text)} characters long; give the file a name of at most {LONGEST}."
    if not _ID.match(text):
        return (
            f"`{_short(text)}` cannot be the id of a {what}: rename the file, using lower-case letters, digits, "
            f"`_` and `-`{_proposal(text)}."
        )
    return None


def wrong_type_id(text: str, what: str) -> str | None:
    """Say what is wrong with the id of a data type or option set (its file's stem), or None."""
    if problem := wrong_id(text, what):
        return problem
    if not text[0].isalpha() or "__" in text:
        return (
            f"`{text}` cannot be the id of a {what}: rename the file so that it starts with a letter and has no `__`."
        )
    if text in LITERALS or text in GRAMMAR:
        return f"`{text}` is a word of the expression language, so no {what} can be called so; rename the file."
    return None


def awkward_type_id(text: str) -> str | None:
    """Say what will be difficult with a right id of a data type or option set, or None."""
    if "-" in text:
        better = text.replace("-", "_")
        return f"An expression cannot name `{text}`, because `-` is minus there; better rename the file to `{better}`."
    return None


def wrong_field_id(text: str, what: str) -> str | None:
    """Say what is wrong with the id of a field or attribute, or None."""
    if len(text) > LONGEST:
        return f"This {what}'s id is {len(text)} characters long; use at most {LONGEST}."
    if not _WORD.match(text) or "__" in text:
        return (
            f"`{_short(text)}` cannot be the id of a {what}: use lower-case letters, digits and single `_`, "
            f"starting with a letter{_proposal(text)}. (Its `label` may be anything.)"
        )
    if text in GRAMMAR:
        return f"`{text}` is a word of the expression language; choose another id for this {what}."
    return None


def wrong_name(text: str, what: str) -> str | None:
    """Say what is wrong with the name of a parameter or of a step's result, or None."""
    if len(text) > LONGEST:
        return f"The name of this {what} is {len(text)} characters long; use at most {LONGEST}."
    if not _NAME.match(text):
        return (
            f"`{_short(text)}` cannot be the name of a {what}: use letters, digits and `_`, starting with a "
            f"letter{_proposal(text)}."
        )
    if text in WORDS:
        return f"`{text}` is a word of the expression language; choose another name for this {what}."
    return None


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _proposal(text: str) -> str:
    better = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_0123456789")[:LONGEST]
    return f", such as `{better}`" if better and better != text else ""
