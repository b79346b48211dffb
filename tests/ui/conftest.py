"""The web editor in a real browser: Debian's Chromium, driven by Playwright, on a server of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from offpage.editor.assets import BUILT
from offpage.host.editor_accounts import EditorAccounts
from tests.deployed import live_server
from tests.processes import editor_link, serving
from tests.site import place_of, write_app
from tests.ui.desk import Desk

CHROMIUM: Final = shutil.which("chromium") or "/usr/bin/chromium"
REQUIRED: Final = os.environ.get("OFFPAGE_TEST_BROWSER") == "required"
FLAGS: Final = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS: Final = 20_000
ADA, PASSWORD = "ada", "correct horse battery"
ROLES: Final = ("view", "operate", "edit")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a module.

    Not for all: as long as Playwright runs, its event loop does, and no other test in the process can begin one.
    """
    if not Path(CHROMIUM).exists():
        sentence = "The web editor is not tested in a browser: there is no Chromium (apt-get install chromium)."
        if REQUIRED:
            pytest.fail(sentence)
        pytest.skip(sentence)
    if not (BUILT / "index.html").is_file():
        pytest.fail("The web editor is not built: run scripts/ui.")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Room:
    """Where people sit down in front of editors."""

    def __init__(self, chromium: Browser, folder: Path, stack: ExitStack) -> None:
        self._chromium = chromium
        self.folder = folder
        self._stack = stack
        self.desks: list[Desk] = []

    def file(self, name: str) -> Path:
        """A file of the app."""
        return self.folder / "app" / name

    def developer(
        self,
        files: dict[str, str] | None = None,
        folder: Path | None = None,
        scheme: str = "light",
        tablet: tuple[int, int] | None = None,
        before: Callable[[str], None] = lambda root: None,
    ) -> Desk:
        """Somebody who runs `offpage dev` on an app.

        `tablet`: the size of a screen that is touched; `before`: what happens before the editor is opened.
        """
        here = folder or write_app(self.folder / "app", files or {})
        server = self._stack.enter_context(serving(here, self.folder / "data", "--json"))
        desk = self._desk(f"http://127.0.0.1:{server.port}", scheme, tablet or (1280, 720), touch=tablet is not None)
        before(desk.root)
        desk.enter(editor_link(server))
        return desk

    def editor(self, files: dict[str, str] | None = None) -> Desk:
        """Somebody with an account of `offpage serve`."""
        here, data = write_app(self.folder / "app", files or {}), self.folder / "data"
        EditorAccounts(place_of(here, data)).create(ADA, "edit", PASSWORD)
        server = self._stack.enter_context(live_server(here, "--data", str(data)))
        desk = self._desk(server.url, "light")
        desk.log_in(ADA, PASSWORD)
        return desk

    def served(self, files: dict[str, str] | None = None) -> str:
        """`offpage serve` on an app, with an account for each role that is called as the role is; where it answers."""
        here = write_app(self.folder / "app", files or {})
        for role in ROLES:
            self.accounts.create(role, role, PASSWORD)
        return self._stack.enter_context(live_server(here, "--data", str(self.folder / "data"))).url

    @property
    def accounts(self) -> EditorAccounts:
        """The editor's accounts of the app that is served."""
        return EditorAccounts(place_of(self.folder / "app", self.folder / "data"))

    def comes(self, root: str, name: str) -> Desk:
        """Somebody logs in to a server."""
        desk = self._desk(root, "light")
        desk.log_in(name, PASSWORD)
        return desk

    def another_window(self, desk: Desk) -> Desk:
        """The same person's other window, on the same screen."""
        other = Desk(desk.root, desk.page.context.new_page())
        other.page.goto(desk.page.url)
        other.rail.wait_for()
        self.desks.append(other)
        return other

    def _desk(self, root: str, scheme: str, size: tuple[int, int] = (1280, 720), *, touch: bool = False) -> Desk:
        context = self._chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
            permissions=["clipboard-read", "clipboard-write"],
            has_touch=touch,
        )
        self._stack.callback(context.close)
        context.set_default_timeout(PATIENCE_MS)
        desk = Desk(root, context.new_page())
        self.desks.append(desk)
        return desk


@pytest.fixture
def room(chromium: Browser, tmp_path: Path) -> Iterator[Room]:
    """People in front of editors; in the end their browsers must have nothing to complain of."""
    with ExitStack() as stack:
        room = Room(chromium, tmp_path, stack)
        yield room
        for number, desk in enumerate(room.desks):  # pytest keeps the folder of a test that failed
            desk.page.screenshot(path=tmp_path / f"last-{number}.png")
        assert [said for desk in room.desks for said in desk.said] == [], "the browser's console"
