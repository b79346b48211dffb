"""The desk: what was mailed and delivered, what stood out, why something did not run, what starts next, and what it all costs."""

from __future__ import annotations

import re
from typing import Any, Final

import httpx2
from playwright.sync_api import expect

from tests.ui.conftest import Room
from tests.ui.desk import Desk

FILES: Final = {
    "types/order.yaml": (
        "label: Order\nfields: {number: {type: text, unique: yes}, total: number}\n"
        "privacy: {owner: {when: =this.created_by == current_user, find: yes, view: all}}\n"
    ),
    "workflows/add.yaml": (
        "label: Add an order\nauth: none\nignore_privacy: yes\nparameters: {number: text}\n"
        "steps: [{do: create_thing, with: {type: order, set: {number: =number}}}]\n"
    ),
    "workflows/thank.yaml": (
        "label: Thank somebody\nauth: none\nparameters: {to: text}\nsteps:\n"
        "  - do: send_email\n    with:\n      to: =to\n      subject: Thanks\n      body: In plain words\n"
        "      html: <h1>In bold letters</h1><script>parent.document.title = 'mine'</script>\n"
    ),
    "workflows/paid.yaml": (
        "label: A payment came\nauth: none\nignore_privacy: yes\ndedupe: =request.body.id\nsteps:\n"
        "  - {do: create_thing, with: {type: order, set: {number: =random_text(8)}}}\n"
    ),
    "workflows/check.yaml": (
        "label: Check orders\nauth: none\nparameters: {least: number}\n"
        "only_when: =least > 1 and search(order).count > 0\nsteps: []\n"
    ),
    "workflows/hourly.yaml": "label: Tidy up\ntrigger: recurring\nevery: hour\nsteps: []\n",
    "workflows/remind.yaml": (
        "label: Remind later\nauth: none\nsteps:\n"
        "  - {do: schedule_workflow, with: {workflow: thank, at: =now + days(1), parameters: {to: bob@shop.test}}}\n"
    ),
}


def call(desk: Desk, name: str, **body: Any) -> httpx2.Response:
    """Call a workflow of the app."""
    return httpx2.post(f"{desk.root}/api/1.1/wf/{name}", json=body, timeout=30)


def show(desk: Desk, screen: str, part: str) -> None:
    """Go to a part of a screen."""
    desk.screen(screen)
    desk.page.get_by_role("radiogroup", name="What is shown").get_by_text(part, exact=True).click()


def test_mail_is_read_and_its_page_can_do_nothing(room: Room) -> None:
    desk = room.developer(FILES)
    page = desk.page
    for to in ("ada@shop.test", "bob@shop.test"):
        assert call(desk, "thank", to=to).status_code == 200
    show(desk, "Logs", "Mail")
    row = page.get_by_role("button", name="bob@shop.test")
    expect(row).to_be_visible()
    page.get_by_role("textbox", name="Search in mail").fill("ada")
    expect(row).to_have_count(0)
    page.get_by_role("button", name="ada@shop.test").press("Enter")
    side = page.get_by_role("complementary", name="Details")
    frame = side.locator("iframe")
    expect(frame).to_have_attribute("sandbox", "")
    expect(frame.content_frame.get_by_role("heading", name="In bold letters")).to_be_visible()
    assert page.title() != "mine"
    said, desk.said[:] = list(desk.said), []  # the browser tells that it blocked the script
    assert [one for one in said if "sandboxed" not in one] == []
    side.get_by_role("radiogroup", name="Form").get_by_text("Text").click()
    expect(side.get_by_text("In plain words")).to_be_visible()
    expect(frame).to_have_count(0)
    desk.button("Close the details").press("Enter")
    expect(side).to_have_count(0)


def test_a_delivery_is_shown_and_run_again_after_a_question(room: Room) -> None:
    desk = room.developer(FILES)
    page = desk.page
    assert call(desk, "paid", id="evt_1", amount=3).status_code == 200
    show(desk, "Logs", "Deliveries")
    page.get_by_role("combobox", name="Workflow").click()
    page.get_by_role("option", name="Add an order").click()
    expect(page.get_by_text("No delivery fits")).to_be_visible()
    page.get_by_role("combobox", name="Workflow").click()
    page.get_by_role("option", name="A payment came").click()
    page.get_by_role("button", name="A payment came").click()
    side = page.get_by_role("complementary", name="Details")
    expect(side.get_by_text('"amount": 3')).to_be_visible()
    expect(side.get_by_text("content-type")).to_be_visible()
    desk.button("Run it again…", side).press("Enter")
    asked = page.get_by_role("dialog", name="Run this delivery again?")
    expect(asked).to_contain_text("mails, calls and changes of data are done once more")
    page.keyboard.press("Escape")
    expect(asked).to_have_count(0)
    desk.button("Run it again…", side).press("Enter")
    desk.button("Run it again", asked).click()
    run = page.get_by_role("complementary", name="The run")
    expect(run.get_by_text("finished", exact=True)).to_be_visible()
    desk.screen("Data")
    table = page.get_by_role("region", name="Order", exact=True)
    expect(table.get_by_role("checkbox", name="Select this row")).to_have_count(2)


def test_the_log_is_narrowed_and_a_run_tells_why_it_did_nothing(room: Room) -> None:
    desk = room.developer(FILES)
    page = desk.page
    assert call(desk, "add", number="A-1").status_code == 200
    assert call(desk, "add", number="A-1").status_code == 400
    assert call(desk, "check", least=0).status_code == 400
    assert call(desk, "check", least=5).status_code == 400
    desk.screen("Logs")
    lines = page.get_by_role("region", name="Log").get_by_role("listitem")
    failure = lines.filter(has_text="Another Order already has the number A-1")
    expect(failure).to_have_count(1)
    for field, text in (("Search in the log", "nothing says this"), ("User", "nobody@shop.test")):
        page.get_by_role("textbox", name=field).fill(text)
        expect(page.get_by_text("No line fits")).to_be_visible()
        page.get_by_role("textbox", name=field).fill("")
        expect(failure).to_have_count(1)
    page.get_by_role("combobox", name="Workflow").click()
    page.get_by_role("option", name="Add an order").click()
    expect(lines).to_have_count(1)
    page.get_by_role("combobox", name="Time").click()
    page.get_by_role("option", name="Before…").click()
    page.get_by_label("Before", exact=True).fill("2020-01-01T00:00")
    expect(page.get_by_text("No line fits")).to_be_visible()
    page.get_by_role("combobox", name="Time").click()
    page.get_by_role("option", name="Last hour").click()
    failure.get_by_role("link", name="Add an order").click()
    run = page.get_by_role("complementary", name="The run")
    expect(run.get_by_role("note")).to_contain_text("failed: Another Order already has the number A-1")
    _tells_why(desk)


def test_what_is_typed_into_a_filter_stays_as_it_is_typed(room: Room) -> None:
    desk = room.developer(FILES)
    desk.screen("Runs")
    box = desk.page.get_by_role("textbox", name="Search in runs")
    box.press_sequentially("two ")
    expect(desk.page).to_have_url(re.compile("text=two"))  # a pause: it counts by now
    box.press_sequentially("words")
    expect(desk.page).to_have_url(re.compile(r"text=two(\+|%20)words"))
    expect(box).to_have_value("two words")
    desk.button("Clear").click()
    expect(box).to_have_value("")


def _tells_why(desk: Desk) -> None:
    """Filters of the runs, by mouse and keyboard, to the two that were skipped."""
    page = desk.page
    desk.screen("Runs")
    page.get_by_role("combobox", name="State").click()
    page.get_by_role("option", name="skipped").click()
    rows = page.get_by_role("region", name="Runs").get_by_role("button", name="Check orders")
    expect(rows).to_have_count(2)
    expect(page).to_have_url(re.compile("state=skipped"))
    rows.nth(1).press("Enter")
    why = page.get_by_role("complementary", name="The run").get_by_role("note")
    expect(why).to_contain_text("least > 1 is no: least is 0.")
    rows.nth(1).press("ArrowUp")
    expect(why).to_contain_text("search(order).count > 0 is no: search(order).count is 0 now.")
    expect(why).to_contain_text("Privacy rules of order hide it from nobody: without them search(order).count is 1.")
    page.get_by_role("textbox", name="User").fill("ada@shop.test")
    expect(rows).to_have_count(0)
    desk.button("Clear").click()
    expect(page.get_by_role("region", name="Runs").get_by_text("4 runs")).to_be_visible()


def test_what_comes_next_is_seen_paused_and_cancelled(room: Room) -> None:
    desk = room.developer(FILES)
    page = desk.page
    assert call(desk, "remind").status_code == 200
    show(desk, "Scheduler", "Agenda")
    agenda = page.get_by_role("region", name="Scheduler")
    expect(agenda.get_by_text("Thank somebody")).to_have_count(1)
    expect(agenda.get_by_text("Tidy up").nth(20)).to_be_visible()
    agenda.get_by_role("radiogroup", name="How much").get_by_text("Day").click()
    expect(agenda.get_by_text("Thank somebody")).to_have_count(0)
    agenda.get_by_role("button", name="Later").press("Enter")
    expect(agenda.get_by_text("Thank somebody")).to_have_count(1)
    show(desk, "Scheduler", "What waits")
    page.get_by_role("combobox", name="Workflow").click()
    page.get_by_role("option", name="Tidy up").click()
    expect(agenda.get_by_text("Thank somebody")).to_have_count(0)
    desk.button("Pause Tidy up").press("Enter")
    row = agenda.get_by_role("button", name=re.compile("^Tidy up"))
    expect(row).to_contain_text("paused")
    expect(row).to_contain_text("the workflow hourly is paused")
    show(desk, "Scheduler", "Agenda")
    expect(agenda.get_by_text("Tidy up · paused").first).to_be_visible()
    show(desk, "Scheduler", "What waits")
    desk.button("Resume Tidy up").click()
    expect(row).to_contain_text("waiting")
    page.once("dialog", lambda asked: asked.accept())
    desk.button("Cancel the run of Tidy up").click()
    expect(agenda.get_by_text("Tidy up recurs, but its next start was cancelled")).to_be_visible()
    desk.button("Let it start again").click()
    expect(row).to_contain_text("waiting")


def test_workload_leads_from_all_to_a_step_with_mouse_and_keyboard(room: Room) -> None:
    desk = room.developer(FILES)
    page = desk.page
    for number in range(3):
        assert call(desk, "add", number=f"A-{number}").status_code == 200
    assert call(desk, "thank", to="ada@shop.test").status_code == 200
    desk.screen("Workload")
    region = page.get_by_role("region", name="Workload")
    expect(region).to_contain_text(re.compile("units, 4 runs"))
    row = region.get_by_role("row").filter(has_text="Add an order")
    expect(row.get_by_role("cell").nth(3)).to_have_text("3")
    region.get_by_role("radiogroup", name="By what").get_by_text("By activity").click()
    expect(region.get_by_role("row").filter(has_text="Send an e-mail")).to_be_visible()
    region.get_by_role("radiogroup", name="By what").get_by_text("By workflow").click()
    region.get_by_role("combobox", name="Day").press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(region.get_by_role("radio", name="48 hours")).to_be_checked()
    region.get_by_role("button", name="Add an order").press("Enter")
    step = region.get_by_role("row").filter(has_text="Create a new thing")
    expect(step.get_by_role("cell").nth(3)).to_have_text("3")
    desk.button("Everything", region).press("Enter")
    expect(row).to_be_visible()
    desk.button("Prices", region).press("Enter")
    expect(region.get_by_text("under `workload` in app.yaml")).to_be_visible()
