"""The forms that a secret takes on its way: in an address, in base64 as part of something longer, in HTML and JSON."""

from __future__ import annotations

import base64
import json
from html import escape
from typing import Final
from urllib.parse import quote, quote_plus

SHORTEST: Final = 6
"""Shorter pieces of base64 would blot out ordinary text."""


def encoded_forms(secret: str) -> set[str]:
    """How a secret may stand in a text besides as it is; without the forms that are the same."""
    raw = secret.encode("utf-8", "surrogatepass")
    found = {quote(raw, safe=""), quote_plus(raw), quote(raw), escape(secret), raw.hex()}
    found |= {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    found |= {one for before in range(3) for one in _base64(raw, before)}
    return {one for one in found if one != secret and len(one) >= SHORTEST}


def _base64(raw: bytes, before: int) -> set[str]:
    """The letters that depend on the secret alone, when so many bytes (of three) come before it."""
    text = base64.b64encode(b"\0" * before + raw).decode()
    begin = -(-before * 8 // 6)
    end = (before + len(raw)) * 8 // 6
    piece = text[begin:end]
    return {piece, piece.replace("+", "-").replace("/", "_")}
