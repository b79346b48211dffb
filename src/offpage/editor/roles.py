"""What somebody in the editor may do. Each role may do what the ones below it may."""

from __future__ import annotations

from enum import IntEnum


class Role(IntEnum):
    """`OPEN` needs nobody to be in; `VIEW` looks; `OPERATE` runs, cancels, retries; `EDIT` changes files and data."""

    OPEN = 0
    VIEW = 1
    OPERATE = 2
    EDIT = 3

    @property
    def word(self) -> str:
        """The role's name as it is written."""
        return self.name.lower()


def role_named(word: str) -> Role:
    """The role of an account. Raises ValueError for what is none."""
    role = Role[word.upper()] if word.upper() in Role.__members__ else Role.OPEN
    if role is Role.OPEN:
        raise ValueError(word)
    return role
