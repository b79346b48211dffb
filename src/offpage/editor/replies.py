"""Answers of the editor: JSON that no cache keeps, and what went wrong in one shape.

{"error": {"code": "NOT_FOUND", "message": "a sentence", …}}
"""

from __future__ import annotations

from typing import Any, Final

from offpage.kernel.errors import MethodNotAllowed, OffpageError, TooLarge
from offpage.web.reply import CLOSE, JSON, NOSNIFF, Header, Reply, to_json

NO_STORE: Final[Header] = (b"cache-control", b"no-store")
SAME_ORIGIN: Final[tuple[Header, ...]] = (
    NOSNIFF,
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
"""What every answer of the editor says: nothing of it belongs on another site's page."""

NOBODY_IN: Final = "Nobody is in. Open the link that offpage dev prints, or log in with an editor account."


def answer(status: int, content: Any, *headers: Header) -> Reply:
    """An answer in JSON."""
    return Reply(status, [JSON, NO_STORE, *SAME_ORIGIN, *headers], to_json(content))


def problem(error: OffpageError) -> Reply:
    """The answer to what went wrong in a way that is foreseen. What else is known of it stands beside the message."""
    known = {key: value for key, value in error.details.items() if key not in ("code", "message")}
    reply = answer(error.status, {"error": {"code": error.code, "message": error.message, **known}})
    match error:
        case MethodNotAllowed():
            reply.headers.append((b"allow", str(known.get("allow", "GET")).encode()))
        case TooLarge():
            reply.linger = True
            reply.headers.append(CLOSE)
        case _ if seconds := known.get("retry_after"):
            reply.headers.append((b"retry-after", b"%d" % int(seconds)))
    return reply
