"""Names that an expression already gives a meaning to, which a parameter or a result cannot have."""

from __future__ import annotations

from typing import Final

WORDS: Final = frozenset(
    [
        "this",
        "now",
        "empty",
        "yes",
        "no",
        "true",
        "false",
        "and",
        "or",
        "not",
        "in",
        "if",
        "else",
        "request",
        "before",
        "after",
        "current_user",
        "search",
        "option",
        "all_options",
        "secret",
        "app",
        "env",
        "batch",
    ]
)
