"""Yes or no (or empty, which is neither)."""

from __future__ import annotations

from typing import Any, Final

from offpage.values.kind import Forms, Kind, same, unreadable
from offpage.values.types import Type

_WORDS: Final = {"yes": True, "true": True, "no": False, "false": False}


def _read(raw: Any, of: Type, forms: Forms) -> bool:
    """JSON true and false, or the words yes, no, true, false in any case. 1 and 0 are numbers, so refused."""
    if raw is True or raw is False:
        return raw is True
    if isinstance(raw, str):
        found = _WORDS.get(raw.strip().lower())
        if found is not None:
            return found
    raise unreadable(of)


def _to_text(value: Any, of: Type, forms: Forms) -> str:
    return "yes" if value else "no"


YES_NO_KIND: Final = Kind(
    "yes_no",
    "yes/no",
    _read,
    _read,
    same,
    _to_text,
    # SQLite has no booleans: it gives 0 and 1 back.
    decode=lambda columns: bool(columns[0]),
)
