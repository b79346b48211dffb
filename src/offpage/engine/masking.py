"""Keeps secrets out of records: wherever the text of a secret stands in what is written down, a mask stands instead."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from offpage.program.tracing import HIDDEN

MASK: Final = HIDDEN
SHORTEST: Final = 4
"""Shorter secrets are not masked: they would blot out ordinary text and hide nothing."""


def masker(secrets: Mapping[str, str]) -> Callable[[str], str]:
    """Return a function that masks the given secrets in a text, in plain and in JSON-escaped form."""
    forms = {
        form
        for secret in secrets.values()
        if len(secret) >= SHORTEST
        for form in (secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    }
    ordered = sorted(forms, key=len, reverse=True)

    def mask(text: str) -> str:
        for form in ordered:
            if form in text:
                text = text.replace(form, MASK)
        return text

    return mask


def without(data: Any, hidden: Sequence[str]) -> Any:
    """Plain data with a mask wherever a hidden text stands; a short one only where it stands alone."""
    match data:
        case str():
            if data in hidden:
                return MASK
            for text in hidden:
                if len(text) >= SHORTEST and text in data:
                    data = data.replace(text, MASK)
            return data
        case dict():
            return {key: without(value, hidden) for key, value in data.items()}
        case list() | tuple():
            return [without(value, hidden) for value in data]
    return data
