"""Who acts: nobody who is known, a user of the app, or the holder of an API token (the administrator)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

ActorKind = Literal["nobody", "user", "admin"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who a request or a run acts for. `user_id` is set for a user only.

    An administrator ignores privacy rules and is no user: in expressions `current_user` is empty. `token_id`
    names the user's token that was shown: logging out revokes it.
    """

    kind: ActorKind = "nobody"
    user_id: str | None = None
    token_id: str | None = None


NOBODY: Final = Actor()
"""A caller without any credential."""

ADMIN: Final = Actor("admin")
"""The holder of an API token."""


def user(user_id: str, token_id: str | None = None) -> Actor:
    """The actor that is a user of the app."""
    return Actor("user", user_id, token_id)
