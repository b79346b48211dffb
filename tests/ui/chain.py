"""An open workflow whose steps are known by their notes: what the browser shows, and what the file holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Literal

from playwright.sync_api import FloatRect, Locator, expect

from offpage.model.plain import plain
from offpage.model.writer import read_tree
from tests.ui.desk import Desk

CHAIN: Final = """
    auth: none
    steps:
      # what comes first
      - {do: return_data, note: a, with: {values: {a: 1}}}
      - {do: return_data, note: b, with: {values: {b: 1}}}
      - do: for_each
        note: loop
        as: item
        with: {list: "=[1, 2]"}
        steps:
          - {do: return_data, note: x, with: {values: {x: 1}}}
          - {do: return_data, note: y, with: {values: {y: 1}}}
      - do: branch
        note: fork
        with: {when: =yes}
        steps:
          - {do: return_data, note: p, with: {values: {p: 1}}}
        else:
          - {do: return_data, note: q, with: {values: {q: 1}}}
      - {do: return_data, note: c, with: {values: {c: 1}}}
"""
"""A loop and a branch among other steps."""


class Chain:
    """The chain of the workflow that is open at a desk."""

    def __init__(self, desk: Desk, file: Path) -> None:
        self.desk = desk
        self.file = file

    def card(self, note: str) -> Locator:
        """The card of the step with a note."""
        cards = self.desk.page.get_by_role("list", name="Steps").get_by_role("button", name="Step ")
        return cards.filter(has=self.desk.page.get_by_text(note, exact=True)).first

    def focused(self, note: str) -> None:
        """The card has the focus, as soon as it is drawn there."""
        expect(self.card(note)).to_be_focused()

    def drag(self, note: str, other: str, side: Literal["above", "below"]) -> None:
        """Drag a card onto the upper or the lower half of another one."""
        self._drag(self.card(note), self.card(other), 0.1 if side == "above" else 0.9)

    def drag_in_vain(self, note: str, other: str) -> None:
        """Drag a card onto one that takes it not."""
        self._drag(self.card(note), self.card(other), 0.9, takes=False)

    def drag_into(self, note: str, block: str) -> None:
        """Drag a card to the end of what a block holds."""
        inner = self.desk.page.get_by_role("list", name=block)
        self._drag(self.card(note), inner.get_by_role("button", name="Add a step", exact=True).last, 0.5)

    def _drag(self, card: Locator, target: Locator, height: float, *, takes: bool = True) -> None:
        """Take a card, and let it go over something, so far down on it."""
        mouse = self.desk.page.mouse
        card.hover(position={"x": 60, "y": 10})
        mouse.down()
        x, y = middle(card)
        mouse.move(x, y)  # it is taken before anything scrolls
        target.scroll_into_view_if_needed()
        box = box_of(target)
        x, y = box["x"] + 40, box["y"] + box["height"] * height
        mouse.move(x, y, steps=5)
        for more in range(200 if takes else 0):  # as people do: until it shows where it would land
            mouse.move(x + more % 2, y)
            if self.desk.page.locator("[data-edge], [data-over]").count():
                break
            self.desk.page.wait_for_timeout(20)
        mouse.up()

    def text(self) -> str:
        """The file, once everything is written."""
        self.desk.saved()
        return self.file.read_text()

    def shape(self) -> list[Any]:
        """The notes of the steps in the file: those that hold steps as lists, with what they hold."""
        content = plain(read_tree(self.text()))
        assert isinstance(content, dict)
        return shape(content["steps"])


def box_of(what: Locator) -> FloatRect:
    """Where something stands on the page."""
    box = what.bounding_box()
    assert box is not None
    return box


def middle(what: Locator) -> tuple[float, float]:
    """The middle of something."""
    box = box_of(what)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def shape(steps: list[Any]) -> list[Any]:
    """The notes of steps."""
    held = [[one[key] for key in ("steps", "else") if key in one] for one in steps]
    names = [one.get("note", one.get("as", "")) for one in steps]
    return [
        [name, *(shape(part or []) for part in parts)] if parts else name
        for name, parts in zip(names, held, strict=True)
    ]
