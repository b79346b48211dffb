"""From an app without a workflow to one that is paid, mailed about, scheduled, looked up: by mouse and keyboard."""

from __future__ import annotations

import httpx2
import pytest
from playwright.sync_api import expect

from tests.ui.conftest import Room
from tests.ui.desk import Desk

TYPES = {
    "types/order.yaml": "fields: {number: text, email: text, total: number, paid: yes_no}\n"
    "privacy: {everyone: {find: yes, view: all}}\n"
}


def build_remind(desk: Desk) -> None:
    """The workflow that is scheduled."""
    desk.new_workflow("Remind")
    desk.open_to_all()
    desk.parameter("order", "order")
    desk.add_step("Send an e-mail")
    desk.write(desk.step, "To", "{{ order.email }}")
    desk.write(desk.step, "Subject", "Where is it?")
    desk.write(desk.step, "Body", "Order {{ order.number }}")


def build_create(desk: Desk) -> None:
    """The workflow that makes orders."""
    desk.new_workflow("Create order")
    desk.open_to_all()
    desk.parameter("number", "text")
    desk.parameter("email", "text")
    desk.add_step("Create a new thing")
    desk.choose(desk.step, "Type", "order")
    for field in ("number", "email"):
        desk.choose(desk.step, "Set a field", field)
        desk.write(desk.step, field, "{{ " + field + " }}")
    desk.name_result("made")
    desk.add_step("Return data from the API")
    desk.value("id", "made.id")


def build_paid(desk: Desk) -> None:
    """The paid-order workflow: a condition, a change, a mail, a schedule, a search."""
    desk.new_workflow("Order paid")
    desk.open_to_all()
    desk.parameter("order", "order")
    desk.write(desk.trigger, "Only when", "not order.paid")
    desk.add_step("Make changes to a thing")
    desk.write(desk.step, "Thing to change", "order")
    desk.choose(desk.step, "Set a field", "paid")
    desk.step.get_by_role("radiogroup", name="paid").get_by_text("Yes").click()
    desk.saved()
    desk.add_step("Send an e-mail")
    desk.write(desk.step, "To", "{{ order.email }}")
    desk.write(desk.step, "Subject", "Thank you for order {{ order.number }}")
    desk.write(desk.step, "Body", "It is on its way.")
    desk.add_step("Schedule an API workflow")
    desk.choose(desk.step, "Workflow", "Remind")
    desk.write(desk.step, "When", "now + days(3)")
    desk.write(desk.step, "order", "order")
    desk.add_step("Return data from the API")
    desk.value("paid_orders", "search(order, this.paid).count")
    desk.runs_now("search(order, this.paid).count")
    desk.no_issues()


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_workflow_is_built_and_does_what_it_says(room: Room) -> None:
    desk = room.editor(TYPES)
    build_remind(desk)
    build_create(desk)
    build_paid(desk)
    api = f"{desk.root}/version-test/api/1.1/wf/"

    made = httpx2.post(f"{api}create_order", json={"number": "A-1", "email": "ada@shop.test"}, timeout=30)
    assert made.status_code == 200, made.text
    order = made.json()["response"]["id"]
    paid = httpx2.post(f"{api}order_paid", json={"order": order}, timeout=30)
    assert paid.status_code == 200, paid.text
    assert paid.json()["response"] == {"paid_orders": 1}
    again = httpx2.post(f"{api}order_paid", json={"order": order}, timeout=30)
    assert again.status_code == 400

    _sees_the_trace(desk)
    _finds_the_mail(desk)
    _cancels_what_is_scheduled(desk)
    _deploys(desk)
    live = httpx2.post(
        f"{desk.root}/api/1.1/wf/create_order", json={"number": "L-1", "email": "l@shop.test"}, timeout=30
    )
    assert live.status_code == 200, live.text


def _sees_the_trace(desk: Desk) -> None:
    """What each step did lies over the chain."""
    page = desk.page
    desk.button("Show the runs").click()
    page.get_by_role("region", name="Last runs").get_by_role("button", name="finished").first.click()
    for step in ("Make changes to a thing", "Send an e-mail", "Schedule an API workflow", "Return data from the API"):
        expect(page.get_by_role("button", name=f": {step}")).to_contain_text("done")
    expect(page.get_by_role("region", name="Last runs")).to_contain_text('"paid_orders":1')


def _finds_the_mail(desk: Desk) -> None:
    """The mail that was kept instead of sent."""
    desk.screen("Logs")
    desk.page.get_by_role("radiogroup", name="What is shown").get_by_text("Mail").click()
    desk.page.get_by_role("button", name="Thank you for order A-1").click()
    details = desk.page.get_by_role("complementary", name="Details")
    expect(details).to_contain_text("ada@shop.test")
    expect(details).to_contain_text("It is on its way.")


def _cancels_what_is_scheduled(desk: Desk) -> None:
    """The reminder in three days."""
    desk.screen("Scheduler")
    region = desk.page.get_by_role("region", name="Scheduler")
    expect(region).to_contain_text("1 run waits")
    desk.button("Cancel the run of Remind").click()
    expect(desk.page.get_by_role("button", name="Remind")).to_have_count(0)


def _deploys(desk: Desk) -> None:
    """Everything comes to live."""
    page = desk.page
    desk.screen("Deploy")
    page.get_by_role("button", name="Deploy to live").click()
    dialog = page.get_by_role("dialog", name="Deploy to live")
    expect(dialog).to_contain_text("order_paid")
    desk.button("Deploy", dialog).click()
    expect(page.get_by_role("row", name="2 live")).to_be_visible(timeout=20_000)
