"""The credential of a request: a bearer header, `?api_token=` or `?api_key=` (bubble.md 3.1, 15)."""

from __future__ import annotations

from typing import Final

from offpage.accounts.actor import NOBODY, Actor
from offpage.accounts.hashing import secret_hash
from offpage.accounts.tokens import Tokens
from offpage.kernel.errors import Unauthorized
from offpage.program.program import Workflow
from offpage.web.forms import Fields
from offpage.web.request import Request

IN_QUERY: Final = ("api_token", "api_key")


class InvalidToken(Unauthorized):
    """Invalid or expired token"""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
        """The token's hash: another environment may know it."""


async def caller(tokens: Tokens, request: Request, query: Fields, workflow: Workflow | None = None) -> Actor:
    """Who is calling. What is found in the query is taken out of it, so that no workflow and no record sees it.

    A token that is not valid is refused even where none is needed, and so is `Bearer` without one. Another scheme is
    for a workflow's own checks; elsewhere it is refused. Raises Unauthorized, never with the token.
    """
    in_query = _take_from_query(query, workflow)
    header = request.headers.get(b"authorization", b"").strip()
    secret = in_query if not header else _bearer(header) or in_query
    if secret is None:
        if header and workflow is None:
            raise Unauthorized("Only Authorization: Bearer TOKEN is understood here")
        return NOBODY
    actor = await tokens.actor(secret)
    if actor is None:
        raise InvalidToken(secret_hash(secret))
    return actor


def _bearer(header: bytes) -> str | None:
    """The token of a bearer header; None for another scheme, which a workflow may look at itself. Raises Unauthorized."""
    scheme, _, token = header.partition(b" ")
    if scheme.lower() != b"bearer":
        return None
    if not token.strip():
        raise Unauthorized(
            "There is no token after Bearer: send Authorization: Bearer TOKEN, or no Authorization at all"
        )
    return token.strip().decode("latin-1")


def _take_from_query(query: Fields, workflow: Workflow | None) -> str | None:
    if not query:
        return None
    own = {one.name for one in workflow.parameters if one.is_in == "query"} if workflow else set()
    found: str | None = None
    for name in IN_QUERY:
        if name in query and name not in own:
            value = query.pop(name)[-1]
            found = found or (value if isinstance(value, str) and value else None)
    return found
