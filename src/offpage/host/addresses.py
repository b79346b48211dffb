"""The address of each step of a journal, those inside other steps and of events included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def addressed(entries: list[dict[str, Any]], around: str, address_of: Callable[[str], str]) -> list[dict[str, Any]]:
    """Entries with their `address`; `around` is that of what holds the steps, `address_of` that of a workflow by name."""
    return [_with_address(entry, around, address_of) for entry in entries]


def _with_address(entry: dict[str, Any], around: str, address_of: Callable[[str], str]) -> dict[str, Any]:
    key = "else" if entry.get("else") else "steps"
    address = f"{around}/{key}/{entry['step']}"
    found = {"address": address, **entry}
    if "steps" in entry:
        inside = address_of(entry["event"]) if "event" in entry else address
        found["steps"] = addressed(entry["steps"], inside, address_of)
    return found
