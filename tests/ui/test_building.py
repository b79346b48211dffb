"""From an app without a workflow to one that is paid, mailed about, scheduled, looked up: by mouse and keyboard."""

from __future__ import annotations

import httpx2
import pytest
from playwright.sync_api import Locator, expect

from tests.ui.conftest import Room
from tests.ui.desk import Desk

TYPES = {
    "types/order.yaml": "fields: {number: text, email: text, total: number, paid: yes_no}\n"
    "privacy: {everyone: {find: yes, view: all}}\n"
}


def build_order(desk: Desk) -> None:
    """The data type, and a rule by which everybody sees orders."""
    page = desk.page
    desk.screen("Data")
    desk.button("New: data types").click()
    page.get_by_role("dialog").get_by_role("textbox", name="Name").fill("Order")
    page.keyboard.press("Enter")
    desk.runs_now("Order")
    page.get_by_role("navigation", name="Data types and option sets").get_by_role("link", name="Order").wait_for()
    region = page.get_by_role("region", name="Order", exact=True)
    for name, of in (("number", "text"), ("email", "text"), ("paid", "yes/no")):
        region.get_by_role("textbox", name="Name of the new field").fill(name)
        if of != "text":
            desk.choose(region, "Type of the new field", of)
        desk.button(f"Add {name}", region).click()
        expect(region.get_by_role("textbox", name=f"Name of {name}")).to_be_visible()
    made = rule(desk, "everyone")
    made.get_by_role("radiogroup", name="For whom").get_by_text("For everyone").click()
    desk.runs_now("this.created_by", gone=True)


def rule(desk: Desk, name: str) -> Locator:
    """Add a privacy rule that lets all fields be seen and found; returns where it stands."""
    page = desk.page
    region = page.get_by_role("region", name="Order", exact=True)
    region.get_by_role("radiogroup", name="What is shown").get_by_text("Privacy").click()
    region.get_by_role("textbox", name="Name of the new rule").fill(name)
    desk.button("Add rule", region).click()
    made = page.get_by_role("region", name=f"Rule {name}")
    made.get_by_role("radiogroup", name="See its fields").get_by_text("All").click()
    find = made.get_by_role("checkbox", name="Find it in searches")
    if not find.is_checked():
        find.check()
    return made


def build_remind(desk: Desk) -> None:
    """The workflow that is scheduled."""
    desk.new_workflow("Remind")
    desk.open_to_all()
    desk.parameter("order", "Order")
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
    desk.choose(desk.step, "Type", "Order")
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
    desk.parameter("order", "Order")
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
    desk = room.editor()
    build_order(desk)
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
    _hides_by_a_rule(desk)
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


def _hides_by_a_rule(desk: Desk) -> None:
    """The rule for everyone becomes one for orders that are not paid: nobody sees the paid one then."""
    page = desk.page
    expect(view_as(desk, "nobody").get_by_text("A-1", exact=True)).to_have_count(1)
    page.get_by_role("radiogroup", name="What is shown").get_by_text("Privacy").click()
    everyone = page.get_by_role("region", name="Rule everyone")
    everyone.get_by_role("radiogroup", name="For whom").get_by_text("When…").click()
    desk.write(everyone, "When the rule everyone holds", "not this.paid")
    desk.runs_now("not this.paid")
    table = view_as(desk, "nobody")
    expect(table.get_by_text("A-1", exact=True)).to_have_count(0)
    page.get_by_role("textbox", name="View as").fill("")
    page.get_by_role("option", name="the administrator").click()
    expect(table.get_by_text("A-1", exact=True)).to_have_count(1)


def view_as(desk: Desk, who: str) -> Locator:
    """The things of the type as somebody sees them."""
    page = desk.page
    desk.screen("Data")
    page.get_by_role("link", name="Order").click()
    region = page.get_by_role("region", name="Order", exact=True)
    region.get_by_role("radiogroup", name="What is shown").get_by_text("Things").click()
    field = region.get_by_role("textbox", name="View as")
    field.click()
    field.fill(who)
    page.get_by_role("option", name=who).click()
    page.wait_for_load_state("networkidle")
    return region


def _deploys(desk: Desk) -> None:
    """Everything comes to live."""
    page = desk.page
    desk.screen("Deploy")
    page.get_by_role("button", name="Deploy to live").click()
    dialog = page.get_by_role("dialog", name="Deploy to live")
    expect(dialog).to_contain_text("order_paid")
    desk.button("Deploy", dialog).click()
    expect(page.get_by_role("row", name="2 live")).to_be_visible(timeout=20_000)
