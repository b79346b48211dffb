"""How long a text may become: joining and replacing, the same in Python and in SQLite."""

from __future__ import annotations

from typing import Final

LONGEST: Final = 10_000_000
"""Most characters of a text; a result that would be longer is empty."""


def bounded(text: str) -> str | None:
    """The text, or empty where it is longer than a text may be."""
    return text if len(text) <= LONGEST else None


def joined(one: str, other: str) -> str | None:
    """One text after the other."""
    return one + other if len(one) + len(other) <= LONGEST else None


def replaced(text: str, part: str, by: str) -> str | None:
    """The text with all occurrences of a part replaced; replacing nothing changes nothing."""
    if part == "":
        return text
    longer = text.count(part) * (len(by) - len(part))
    return text.replace(part, by) if len(text) + longer <= LONGEST else None
