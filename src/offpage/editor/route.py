"""One address of the editor's API: a line of a resource's table."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from offpage.editor.roles import Role

Handler = Callable[..., Awaitable[Any]]
"""Takes an `Asked`, and where it needs a body a second argument, whose annotation (a msgspec.Struct) says what the
body is. Gives what is sent as JSON, a Reply, or None where it has sent the answer itself."""

ENVIRONMENTS: Final = "development|live"
_PART: Final = re.compile(r"\{([a-z_]+)(\*?)\}")


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a pattern: `/files/{path*}/edits`. `{name}` is one segment, `{name*}` one or more, `{env}` an environment."""

    method: str
    pattern: str
    role: Role
    handler: Handler
    matcher: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "matcher", re.compile(_expression(self.pattern)))


def _expression(pattern: str) -> str:
    """The regular expression of a pattern."""
    parts, at = [], 0
    for found in _PART.finditer(pattern):
        name, is_many = found.groups()
        what = ENVIRONMENTS if name == "env" else ".+" if is_many else "[^/]+"
        parts += [re.escape(pattern[at : found.start()]), f"(?P<{name}>{what})"]
        at = found.end()
    return "".join((*parts, re.escape(pattern[at:])))
