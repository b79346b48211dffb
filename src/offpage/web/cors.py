"""Calls from pages of other origins: allowed, as Bubble allows them (bubble.md 1.8). No cookie is ever needed."""

from __future__ import annotations

import re
from typing import Final

from offpage.web.reply import ANY_ORIGIN, Reply
from offpage.web.request import Request

METHODS: Final = b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
HEADERS: Final = b"Authorization, Content-Type, Idempotency-Key, Prefer"

_HEADER_LIST: Final = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~, -]{1,2000}\Z")


def preflight(request: Request) -> Reply:
    """The answer to OPTIONS: every method and header is allowed."""
    asked = request.headers.get(b"access-control-request-headers", b"")
    return Reply(
        204,
        [
            ANY_ORIGIN,
            (b"access-control-allow-methods", METHODS),
            (b"access-control-allow-headers", asked if _HEADER_LIST.match(asked) else HEADERS),
            (b"access-control-max-age", b"86400"),
            (b"allow", METHODS),
        ],
    )
