"""Whether everybody can use the editor: axe finds nothing serious on any screen, light and dark.

With OFFPAGE_TEST_SCREENSHOTS=1 every screen is also put into docs/screenshots as it looks then.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.processes import copy_of
from tests.site import write_app
from tests.ui.conftest import Room
from tests.ui.desk import Desk

SCREENS: Final = (
    "Workflows", "Data", "Runs", "Scheduler", "Batches", "Logs", "Workload", "Deploy", "Settings",
)  # fmt: skip
PICTURES: Final = Path(__file__).parents[2] / "docs" / "screenshots"
TAKES_PICTURES: Final = os.environ.get("OFFPAGE_TEST_SCREENSHOTS", "") not in ("", "0")

BUSY: Final = {
    "workflows/reminders/remind.yaml": """
        label: Remind a customer
        auth: user
        ignore_privacy: yes
        parameters: {order: order}
        at_once: 1
        steps:
          - do: send_email
            with: {to: =order.email, subject: Your order, body: "{{ order.name }}, thank you for your order."}
        """,
    "workflows/reminders/remind_all.yaml": """
        label: Remind everybody
        auth: none
        ignore_privacy: yes
        steps:
          - do: schedule_on_list
            with: {list: =search(order), workflow: remind, parameters: {order: =this}}
          - do: schedule_on_list
            with: {list: =search(order), workflow: paid, parameters: {order: =this, amount: 1}}
          - do: schedule_workflow
            with: {workflow: remind, at: =now + days(1), parameters: {order: =search(order).first}}
        """,
    "workflows/reminders/nightly.yaml": """
        label: Tidy up at night
        trigger: recurring
        every: day
        steps: []
        """,
}
"""What lets something wait, recur, be mailed, fail and run over a list."""


NAMES: Final = (
    "Ada", "Bela", "Cleo", "Dora", "Emil", "Finn", "Gro", "Hedda", "Ivar", "Jon", "Kari", "Liv",
)  # fmt: skip
FULL: Final = {
    "Data": "Cleo",
    "Runs": "failed",
    "Scheduler": "Remind a customer",
    "Batches": "Remind a customer",
    "Logs": "Remind a customer",
}
"""What can be read on a screen that shows something."""


def ask(desk: Desk, workflow: str, body: dict[str, Any]) -> int:
    """The status with which a workflow answers."""
    return httpx2.post(f"{desk.root}/api/1.1/wf/{workflow}", json=body, timeout=30).status_code


def serious(page: Page) -> list[str]:
    """What axe finds serious or critical on the page as it is."""
    found: dict[str, Any] = Axe().run(page).response
    return [
        f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:160]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


def settle(page: Page) -> None:
    """Wait until nothing loads or moves any more."""
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    for _ in range(100):
        if page.evaluate("document.getAnimations().every(one => one.playState !== 'running')"):
            return
        page.wait_for_timeout(20)


def picture(desk: Desk, name: str, scheme: str) -> None:
    """Keep what the page looks like, if that is asked for."""
    if TAKES_PICTURES:
        PICTURES.mkdir(parents=True, exist_ok=True)
        desk.page.screenshot(path=PICTURES / f"{name}-{scheme}.png")


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_can_be_used_by_everybody(scheme: str, room: Room, tmp_path: Path) -> None:
    folder = copy_of("shop", tmp_path)
    write_app(folder, {"app.yaml": (folder / "app.yaml").read_text(), **BUSY})
    desk = room.developer(folder=folder, scheme=scheme)
    page = desk.page
    for number in range(12):
        # Who cannot be written to is what fails.
        order = {"name": NAMES[number], "email": "ada@example.test" if number % 5 else "?", "amount": 10 * number + 5}
        assert ask(desk, "create_order", order) == 200
    assert ask(desk, "remind_all", {}) == 200
    found: dict[str, list[str]] = {}
    for name in SCREENS:
        desk.screen(name)
        page.get_by_role("main").get_by_role("heading", level=1).first.wait_for()
        if name == "Data":
            page.get_by_role("navigation", name="Data types").get_by_role("link", name="Order", exact=True).click()
        if name in FULL:
            page.get_by_role("main").get_by_text(FULL[name]).first.wait_for()
        settle(page)
        found[name] = serious(page)
        picture(desk, name.lower(), scheme)
    desk.open_workflow("An order was paid")
    page.get_by_role("button", name="Step 1").first.click()
    desk.step.wait_for()
    settle(page)
    found["a workflow"] = serious(page)
    picture(desk, "workflow", scheme)
    desk.button("Close the panel").click()
    page.get_by_role("list", name="Steps").first.get_by_role("button", name="Add a step", exact=True).last.click()
    page.get_by_role("listbox", name="Actions").wait_for()
    settle(page)
    found["adding a step"] = serious(page)
    picture(desk, "add-a-step", scheme)
    assert {name: said for name, said in found.items() if said} == {}


def test_the_way_in_can_be_used_by_everybody(room: Room) -> None:
    desk = room.editor()
    desk.button("Your account").click()
    desk.page.get_by_role("menuitem", name="Log out").click()
    desk.page.get_by_role("textbox", name="Name").wait_for()
    assert serious(desk.page) == []
