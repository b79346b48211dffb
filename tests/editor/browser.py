"""A browser without pages: keeps the cookie, sends the CSRF token back, asks the editor's API."""

from __future__ import annotations

import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from offpage.editor.answering import Editor
from offpage.editor.opening import editor_of
from tests.asgi import Seen
from tests.site import Served, play

T = TypeVar("T")


class Browser:
    """Somebody at the editor of a served app."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.editor: Editor = editor_of(served.host)
        served.host.site.editor = self.editor
        self.cookie = ""
        self.csrf = ""
        self.broke: list[BaseException] = []
        """What the server could not foresee: a mistake of ours, raised where the test asks."""
        served.host.events.listen(self._note)

    def _note(self, name: str, fields: dict[str, Any]) -> None:
        if name == "request.broke":
            self.broke.append(fields["error"])

    async def ask(self, method: str, path: str, json: Any = None, **headers: str) -> Seen:
        """Send one request to `/editor/api` and what follows."""
        sent = {"host": "app.test", "x-offpage-csrf": self.csrf, "cookie": self.cookie}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        seen = await self.served.ask(method, f"/editor/api{path}", json=json, headers=sent)
        if self.broke:
            raise self.broke.pop()
        return seen

    async def enter(self) -> Seen:
        """Come in with a link as `offpage dev` prints it."""
        token = self.editor.studio.sessions.one_time_token()
        seen = await self.ask("POST", "/session", {"token": token})
        self.cookie = seen.headers["set-cookie"].partition(";")[0]
        self.csrf = seen.json["csrf"]
        return seen

    async def get(self, path: str) -> Any:
        """What a GET gives; anything but 200 is a mistake of the test."""
        seen = await self.ask("GET", path)
        assert seen.status == 200, seen.body
        return seen.json

    async def post(self, path: str, json: Any = None) -> Any:
        """What a POST gives; anything but 200 is a mistake of the test."""
        seen = await self.ask("POST", path, {} if json is None else json)
        assert seen.status == 200, seen.body
        return seen.json


def edit(story: Callable[[Browser], Awaitable[T]], files: Mapping[str, str] | None = None, database: str = "") -> T:
    """Somebody who is in edits an app while `story` runs. `database`: see `play`."""

    async def enter(served: Served) -> T:
        browser = Browser(served)
        await browser.enter()
        return await story(browser)

    with tempfile.TemporaryDirectory() as folder:
        return play(Path(folder), files or {}, enter, database)
