"""Text: up to 10 million characters, without NUL (PostgreSQL cannot hold it) and without lone surrogates."""

from __future__ import annotations

from typing import Any, Final

from offpage.values.kind import TEXT_LIMIT, Forms, Kind, same, unreadable
from offpage.values.kinds.number import number_text
from offpage.values.types import Type


def flaw(text: str) -> str:
    """Why a text cannot be kept, as a sentence; nothing if it can."""
    if len(text) > TEXT_LIMIT:
        return "A text holds at most 10 million characters."
    if "\x00" in text:
        return "A text cannot hold the character NUL."
    if text.isascii():
        return ""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "The text holds half of a surrogate pair, which is no character."
    return ""


def clean_text(text: str, of: Type) -> str:
    """The text itself, if it can be kept."""
    if len(text) < TEXT_LIMIT and text.isascii() and "\x00" not in text:
        return text
    if reason := flaw(text):
        raise unreadable(of, reason)
    return text


def _read(raw: Any, of: Type, forms: Forms) -> str:
    """Text, or a number or yes/no as JSON writes it."""
    if type(raw) is str:
        return clean_text(raw, of)
    if raw is True or raw is False:
        return "true" if raw else "false"
    # Longer ones are no numbers here, and Python refuses to write them out.
    if isinstance(raw, int) and abs(raw) < 10**400:
        return str(raw)
    if isinstance(raw, float) and raw - raw == 0:
        return number_text(raw)
    raise unreadable(of)


TEXT_KIND: Final = Kind("text", "text", _read, _read, same, same, plain=True)
