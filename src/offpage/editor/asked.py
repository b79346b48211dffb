"""One request as its handler sees it."""

from __future__ import annotations

from dataclasses import dataclass

from offpage.editor.sessions import Session
from offpage.editor.studio import Studio
from offpage.host.app_runner import AppRunner
from offpage.kernel.errors import InvalidData
from offpage.web.reply import Send
from offpage.web.request import Request


@dataclass(slots=True)
class Asked:
    """`parts`: what the pattern of the route names. `query`: the last of what was given twice. `send`: for streams."""

    studio: Studio
    request: Request
    parts: dict[str, str]
    query: dict[str, str]
    signed_in: Session | None
    send: Send

    @property
    def session(self) -> Session:
        """Who asks. A route that needs a role has one."""
        assert self.signed_in is not None
        return self.signed_in

    @property
    def environment(self) -> str:
        """The environment in the address: `development` or `live`."""
        return self.parts["env"]

    @property
    def runner(self) -> AppRunner:
        """What runs in that environment. Raises NotFound where nothing does."""
        return self.studio.runner(self.environment)

    @property
    def is_https(self) -> bool:
        """Whether the browser reached us over TLS, as far as we know."""
        return self.request.scope.get("scheme") == "https" or self.studio.place.url.startswith("https://")

    def cookie(self, name: str) -> str:
        """What a cookie holds; "" where it was not sent. Others may be written as they like: they are not ours."""
        pairs = (one.strip().partition("=") for one in self.request.header(b"cookie").split(";"))
        return next((value for key, _, value in pairs if key == name), "")

    def number(self, name: str, default: int, most: int, *, least: int = 1) -> int:
        """A whole number of the query, from `least` to `most`. Raises InvalidData for what is none."""
        text = self.query.get(name, "")
        if not text:
            return default
        if not text.isascii() or not text.isdigit() or len(text) > 9:
            raise InvalidData(f"`{name}` must be a whole number.")
        return max(least, min(int(text), most))

    def ordinal(self, name: str) -> int | None:
        """A number in the address; None for what is none, which names nothing."""
        text = self.parts[name]
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
