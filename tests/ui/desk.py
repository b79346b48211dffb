"""Somebody who sits in front of the editor: what they do, in their words, by mouse and keyboard."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from playwright.sync_api import ConsoleMessage, Locator, Page, expect

EXPECTED: Final = re.compile(r"status of (400|401|404|409|429)")
"""What the browser says on its console of answers that a test wants."""


class Desk:
    """One page of the editor of a server at `root`."""

    def __init__(self, root: str, page: Page) -> None:
        self.root = root
        self.page = page
        self.said: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not EXPECTED.search(message.text):
            self.said.append(f"{message.type}: {message.text} ({message.location['url']})")

    def enter(self, link: str) -> None:
        """Come in with the link that `offpage dev` printed."""
        self.page.goto(link)
        self.rail.wait_for()

    def log_in(self, name: str, password: str) -> None:
        """Come in with an account."""
        self.page.goto(f"{self.root}/editor/")
        self.page.get_by_role("textbox", name="Name").fill(name)
        self.page.get_by_role("textbox", name="Password").fill(password)
        self.page.keyboard.press("Enter")
        self.rail.wait_for()

    @property
    def rail(self) -> Locator:
        """The navigation on the left."""
        return self.page.get_by_role("navigation", name="Screens")

    def screen(self, name: str) -> None:
        """Go to a screen by its entry on the left."""
        self.rail.get_by_role("link", name=name, exact=True).click()

    def button(self, name: str, within: Locator | None = None) -> Locator:
        """The last button of a name."""
        return (within or self.page).get_by_role("button", name=name, exact=True).last

    def new_workflow(self, name: str, kind: str = "API workflow") -> None:
        """Make a workflow and open it."""
        self.screen("Workflows")
        self.button("New workflow").click()
        self.page.get_by_role("menuitem", name=kind).click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("textbox", name="Name").fill(name)
        self.button("Create", dialog).click()
        self.page.get_by_role("region", name=name).wait_for()

    def open_workflow(self, name: str) -> None:
        """Open a workflow from the list."""
        self.screen("Workflows")
        self.page.get_by_role("complementary", name="Workflows").get_by_role("link", name=name).click()
        self.page.get_by_role("region", name=name).wait_for()

    @property
    def trigger(self) -> Locator:
        """The panel of the trigger, opened if it is not."""
        panel = self.page.get_by_role("complementary", name="Trigger")
        if not panel.is_visible():
            self.page.get_by_role("button", name="Trigger:").click()
        return panel

    @property
    def step(self) -> Locator:
        """The panel of the step that is open."""
        return self.page.get_by_role("complementary", name="Step")

    def parameter(self, name: str, of: str) -> None:
        """Add a parameter to the workflow."""
        panel = self.trigger
        field = self._added(panel, "Add a parameter", "Name of the parameter")
        field.fill(name)
        field.press("Enter")
        panel.get_by_role("combobox", name=f"Type of {name}", exact=True).click()
        self.page.get_by_role("option", name=of, exact=True).click()
        self.saved()

    def add_step(self, action: str) -> None:
        """Add a step at the end, found by its words."""
        self.page.get_by_role("list", name="Steps").first.get_by_role(
            "button", name="Add a step", exact=True
        ).last.click()
        self.page.keyboard.type(action)
        self.page.get_by_role("option", name=re.compile(f"^{re.escape(action)}($|[^a-z ]| [A-Z])")).first.click()
        expect(self.step.get_by_role("heading", level=2)).to_have_text(action)

    def write(self, panel: Locator, field: str, text: str) -> None:
        """Write an expression or a text into an input, letter by letter as people do."""
        panel.get_by_role("textbox", name=field, exact=True).click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)
        panel.get_by_role("heading", level=2).click()  # away from it, which closes the list of what may come
        expect(self.page.locator(".cm-focused")).to_have_count(0)  # what was typed is kept when it is left
        self.saved()

    def choose(self, panel: Locator, field: str, option: str) -> None:
        """Choose from a list."""
        box = panel.get_by_role("combobox", name=field, exact=True)
        expect(box).to_be_enabled(timeout=20_000)  # what it depends on has been read
        box.click()
        self.page.get_by_role("option", name=option, exact=True).click()
        self.saved()

    def open_to_all(self) -> None:
        """Let everybody call the workflow."""
        panel = self.trigger
        panel.get_by_role("button", name="Settings").click()
        self.choose(panel, "Who may call it", "none")

    def name_result(self, name: str) -> None:
        """Give the step's result a name."""
        field = self.step.get_by_role("textbox", name="Name of the result")
        field.fill(name)
        field.press("Enter")
        self.saved()

    def value(self, name: str, expression: str) -> None:
        """Add a value that is returned."""
        field = self._added(self.step, "Add a value", "Name of the value")
        field.fill(name)
        field.press("Enter")
        self.saved()
        self.write(self.step, f"Value of {name}", expression)

    def _added(self, panel: Locator, button: str, names: str) -> Locator:
        """Add a row to a list of names; where its name is written."""
        rows = panel.get_by_role("textbox", name=names)
        count = rows.count()
        self.button(button, panel).click()
        expect(rows).to_have_count(count + 1)
        return rows.last

    def saved(self) -> None:
        """Wait until what was done in a workflow stands in its file."""
        if "/workflows/" in self.page.url:
            expect(self.page.get_by_role("status").filter(has_text="Saved").first).to_be_visible(timeout=20_000)

    def comes_to(self, file: Path, text: str) -> None:
        """Wait until a file has this text."""
        for _ in range(400):
            if file.read_text() == text:
                return
            self.page.wait_for_timeout(50)
        assert file.read_text() == text

    def comes_to_hold(self, file: Path, part: str) -> None:
        """Wait until a text stands in a file."""
        for _ in range(400):
            if part in file.read_text():
                return
            self.page.wait_for_timeout(50)
        assert part in file.read_text()

    def runs_now(self, words: str, *, gone: bool = False) -> None:
        """Wait until what runs is what stands in the files: with these words, which were written last, or without them."""

        def is_read() -> bool:
            found = self.page.request.get(f"{self.root}/editor/api/search", params={"q": words})
            return found.ok and bool(found.json()) is not gone

        for _ in range(200):
            if is_read():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"the server has not read {words!r}")

    def no_issues(self) -> None:
        """The app has no issues, as soon as the server has read it again."""
        expect(self.page.get_by_role("banner").get_by_role("button", name="No issues")).to_be_visible()
