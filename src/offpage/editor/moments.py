"""Moments in the query of a request, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC

from offpage.kernel.errors import InvalidData
from offpage.values.kinds.date import date_from_text
from offpage.values.types import DATE


def moment(query: Mapping[str, str], name: str) -> int | None:
    """A moment in ms; None where it is not given. Raises InvalidData."""
    text = query.get(name, "").strip()
    if not text:
        return None
    try:
        return ms_of(text)
    except InvalidData:
        raise InvalidData(f"`{name}` must be a moment such as 2026-03-01T12:00:00Z.")


def ms_of(text: str) -> int:
    """A moment as JSON has it, in ms. Raises InvalidData."""
    return date_from_text(text, DATE, UTC)
