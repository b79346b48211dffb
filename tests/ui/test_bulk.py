"""A workflow over many things: what it will take is said first; its batch is paused, goes on, is cancelled; what failed says why."""

from __future__ import annotations

import re
import threading
from typing import Final

import httpx2
import pytest
from playwright.sync_api import Locator, expect

from tests.other_api import Asked, OtherApi, Told, other_api
from tests.ui.conftest import Room
from tests.ui.desk import Desk

COUNT: Final = 8
WAIT_SECONDS: Final = 60
FILES: Final = {
    "types/order.yaml": (
        "label: Order\nfields: {number: text, carrier: text}\nprivacy: {everyone: {find: yes, view: all}}\n"
    ),
    "workflows/add.yaml": (
        "auth: none\nignore_privacy: yes\nparameters: {number: text}\n"
        "steps: [{do: create_thing, with: {type: order, set: {number: =number}}}]\n"
    ),
    "workflows/ship.yaml": (
        "label: Ship an order\nauth: admin\nignore_privacy: yes\nparameters: {order: order, carrier: text}\nsteps:\n"
        "  - {do: call_api, with: {call: carrier.pick_up, parameters: {number: =order.number}}}\n"
        "  - {do: change_thing, with: {thing: =order, set: {carrier: =carrier}}}\n"
    ),
}
CONNECTOR: Final = (
    "address: {url}\ncalls:\n  pick_up:\n    method: POST\n    path: /pick-up\n    parameters: {{number: text}}\n"
    "    json: {{number: =number}}\n"
)


class Carrier:
    """Another program that answers when it is let, and does not take one of the orders."""

    def __init__(self, api: OtherApi) -> None:
        self.goes_on = threading.Event()
        api.answer = self._answer

    def _answer(self, asked: Asked) -> Told:
        self.goes_on.wait(WAIT_SECONDS)
        if asked.json["number"] == "A-3":
            return Told(422, {"message": "No address."})
        return Told(200, {"ok": True})


def orders(desk: Desk) -> Locator:
    """The table of orders."""
    for number in range(COUNT):
        httpx2.post(f"{desk.root}/api/1.1/wf/add", json={"number": f"A-{number}"}, timeout=30).raise_for_status()
    desk.screen("Data")
    region = desk.page.get_by_role("region", name="Order", exact=True)
    expect(region.get_by_role("row")).to_have_count(COUNT + 1)
    return region


def begin(desk: Desk, title: str, count: int, at_once: str) -> Locator:
    """Choose the workflow, read what it will take, begin; the batch, as it is told of."""
    page = desk.page
    dialog = page.get_by_role("dialog", name=title)
    dialog.get_by_role("combobox", name="Workflow").click()
    page.get_by_role("option", name="Ship an order").click()
    run = dialog.get_by_role("button", name=f"Run {count} times")
    expect(run).to_be_disabled()  # the carrier is missing
    expect(dialog.get_by_role("definition").first).to_have_text(str(count))
    expect(dialog).to_contain_text(re.compile("about .* units, .* each"))
    dialog.get_by_role("textbox", name="carrier").fill("DHL")
    dialog.get_by_role("textbox", name="At once").fill(at_once)
    run.click()
    expect(page).to_have_url(re.compile("/batches/"))
    return page.get_by_role("complementary", name="The batch")


@pytest.mark.timeout(200)
def test_a_batch_is_paused_goes_on_and_says_what_failed(room: Room) -> None:
    with other_api() as api:
        carrier = Carrier(api)
        desk = room.developer({**FILES, "connectors/carrier.yaml": CONNECTOR.format(url=api.url)})
        page, region = desk.page, orders(desk)
        desk.button("More").click()
        page.get_by_role("menuitem", name="Run a workflow on what is found").click()
        batch = begin(desk, "Run a workflow on everything that is found", COUNT, "2")
        bar = batch.get_by_role("progressbar")
        expect(bar).to_have_attribute("aria-valuenow", "0")
        desk.button("Pause", batch).click()
        expect(batch.get_by_text("paused", exact=True)).to_be_visible()
        carrier.goes_on.set()  # those that are under way end; no other begins
        expect(batch).to_contain_text(re.compile(rf"2 of {COUNT} done, {COUNT - 2} left"))
        expect(bar).to_have_attribute("aria-valuenow", "25")
        expect(batch.get_by_text(re.compile("items a second"))).to_be_visible()
        desk.button("Resume", batch).click()
        expect(batch.get_by_text("finished", exact=True)).to_be_visible()
        expect(batch).to_contain_text(f"{COUNT - 1} of {COUNT} done, 0 left")
        expect(bar).to_have_attribute("aria-valuenow", "100")
        failed = batch.get_by_role("listitem")
        expect(failed).to_have_count(1)
        expect(failed).to_contain_text("422")
        expect(batch.get_by_role("button", name="Retry 1 failed")).to_be_visible()
        failed.get_by_role("link", name="what happened").click()
        run = page.get_by_role("complementary", name="The run")
        expect(run).to_contain_text("failed: ")
        run.get_by_role("link", name="a batch").click()
        expect(batch).to_be_visible()
        desk.screen("Data")
        expect(region.get_by_text("DHL")).to_have_count(COUNT - 1)


@pytest.mark.timeout(200)
def test_chosen_rows_are_run_and_the_batch_cancelled_by_keyboard_alone(room: Room) -> None:
    with other_api() as api:
        carrier = Carrier(api)
        desk = room.developer({**FILES, "connectors/carrier.yaml": CONNECTOR.format(url=api.url)})
        _page, region = desk.page, orders(desk)
        for row in range(3):
            region.get_by_role("checkbox", name="Select this row").nth(row).press("Space")
        expect(region.get_by_role("status")).to_contain_text("3 rows selected")
        desk.button("Run a workflow…", region).press("Enter")
        batch = begin(desk, "Run a workflow on 3 rows", 3, "1")
        desk.button("Cancel", batch).press("Enter")
        expect(batch).to_contain_text("Skipped")
        carrier.goes_on.set()
        expect(batch.get_by_text("cancelled", exact=True)).to_be_visible()
        for name in ("Pause", "Resume", "Cancel"):
            expect(batch.get_by_role("button", name=name, exact=True)).to_have_count(0)
