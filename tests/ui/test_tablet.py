"""The editor on a tablet, held either way: every screen fits, and its main action is reached by touch and by keyboard."""

from __future__ import annotations

import re
from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.ui.conftest import Room
from tests.ui.desk import Desk
from tests.ui.test_desk import FILES, call
from tests.ui.test_everybody import SCREENS, settle

SIZES: Final = {"across": (1024, 768), "upright": (768, 1024)}
OUTSIDE: Final = """() => [...document.querySelectorAll('h1, header button, header [role=combobox], nav a, main input')]
    .filter(one => !one.closest('table') && one.getBoundingClientRect().width > 2)
    .filter(one => { const box = one.getBoundingClientRect(); return box.right > innerWidth + 1 || box.left < -1 })
    .map(one => one.outerHTML.slice(0, 120))"""
"""What can be used and stands beside the screen. Tables scroll in a frame of their own."""

MAIN_ACTIONS: Final = {
    "Workflows": "New workflow", "Data": "New", "Runs": "Refresh", "Scheduler": "Pause everything", "Deploy": "Deploy to live…",
}  # fmt: skip
"""What somebody goes to a screen for; the others have lists and forms, which are reached below."""


def findings(page: Page) -> list[str]:
    """What axe finds that is more than minor."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found if one["impact"] != "minor"]


@pytest.mark.timeout(200)
@pytest.mark.parametrize("held", SIZES)
def test_every_screen_fits_a_tablet_and_answers_to_touch(held: str, room: Room) -> None:
    desk = room.developer(FILES, tablet=SIZES[held])
    page = desk.page
    assert call(desk, "add", number="A-1").status_code == 200
    beside = {}
    for name in SCREENS:
        desk.rail.get_by_role("link", name=name, exact=True).tap()
        page.get_by_role("main").get_by_role("heading", level=1).first.wait_for()
        expect(page.get_by_role("status", name="Loading")).to_have_count(0)
        beside[name] = page.evaluate(OUTSIDE)
    assert {name: one for name, one in beside.items() if one} == {}
    _a_workflow_fits(desk, held)
    desk.screen("Runs")
    page.get_by_role("region", name="Runs").get_by_role("button", name="Add an order").tap()
    expect(page.get_by_role("complementary", name="The run").get_by_text("Parameters")).to_be_visible()
    assert page.evaluate(OUTSIDE) == []


def _a_workflow_fits(desk: Desk, held: str) -> None:
    """The chain and the panel stand side by side, and the way back to the list is there."""
    page = desk.page
    desk.rail.get_by_role("link", name="Workflows", exact=True).tap()
    listed = page.get_by_role("complementary", name="Workflows")
    listed.get_by_role("link", name="Add an order").tap()
    card = page.get_by_role("button", name=re.compile("^Step 1")).first
    card.tap()
    desk.step.wait_for()
    settle(page)
    box = card.bounding_box()
    panel = desk.step.bounding_box()
    assert box is not None
    assert panel is not None
    assert box["width"] > 200
    assert box["x"] + box["width"] <= panel["x"]
    assert page.evaluate(OUTSIDE) == []
    if held == "upright":
        expect(listed).to_be_hidden()
        page.get_by_role("link", name="All workflows").tap()
        expect(listed).to_be_visible()


def reached(page: Page, name: str, most: int = 60) -> bool:
    """Whether Tab leads to a button of that name."""
    page.keyboard.press("Escape")
    page.locator("body").evaluate("one => { document.activeElement.blur(); one.focus() }")
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText || document.activeElement.ariaLabel") == name:
            return True
    return False


def test_the_main_action_of_every_screen_is_reached_by_keyboard_and_dialogs_are_in_order(room: Room) -> None:
    desk = room.developer({"types/order.yaml": "label: Order\nfields: {number: text}\n"})
    page = desk.page
    for name, action in MAIN_ACTIONS.items():
        desk.screen(name)
        page.get_by_role("main").get_by_role("heading", level=1).first.wait_for()
        expect(page.get_by_role("status", name="Loading")).to_have_count(0)
        assert reached(page, action), name
    desk.screen("Data")
    assert reached(page, "New")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    settle(page)
    assert findings(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate("document.activeElement.innerText") == "New"  # where one was


def test_live_and_issues_can_be_read_light_and_dark(room: Room) -> None:
    root = room.served({"workflows/hello.yaml": "auth: none\nsteps: []\n"})
    (room.folder / "app" / "workflows" / "broken.yaml").write_text("auth: none\nsteps: [{do: fly}]\n")
    desk = room.comes(root, "view")
    page = desk.page
    page.get_by_role("radiogroup", name="Environment").get_by_text("Live").click()
    for scheme in ("light", "dark"):
        page.get_by_role("banner").get_by_role("button", name="1 issue").click()
        expect(page.get_by_role("list", name="Issues")).to_be_visible()
        settle(page)
        assert findings(page) == [], scheme
        page.keyboard.press("Escape")
        if scheme == "light":
            desk.button("Switch to dark").click()
