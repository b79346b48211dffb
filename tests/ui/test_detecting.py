"""“Detect data”: the editor waits for a request, shows it as a tree, and what is picked there goes into expressions."""

from __future__ import annotations

import httpx2
from playwright.sync_api import expect

from tests.ui.conftest import Room

HOOK = """\
# Takes what the shop sends.
auth: none
steps:
  - do: return_data
    with: {values: {said: ""}}
"""
SAMPLE = {"customer": {"name": "Ada", "odd key": 1}, "lines": [{"price": 3}, {"price": 4}], "paid": True}


def test_a_sample_comes_in_live_and_is_picked_from_into_an_expression(room: Room) -> None:
    desk = room.developer({"workflows/hook.yaml": HOOK})
    page = desk.page
    desk.open_workflow("hook")
    panel = desk.trigger
    panel.get_by_role("button", name="Request data").click()
    desk.button("Detect data", panel).click()
    address = panel.get_by_text("/initialize")
    expect(address).to_be_visible()
    desk.button("Stop waiting", panel).click()
    expect(address).to_have_count(0)
    panel.get_by_role("button", name="Detect data").focus()
    page.keyboard.press("Enter")
    expect(address).to_be_visible()

    sent = httpx2.post(address.inner_text(), json=SAMPLE, headers={"x-api-key": "secret"}, timeout=30)
    assert sent.status_code == 200, sent.text
    tree = panel.get_by_role("list", name="request")
    expect(tree).to_be_visible()
    assert "secret" not in room.file("workflows/hook.yaml").read_text()
    assert "# Takes what the shop sends." in room.file("workflows/hook.yaml").read_text()
    desk.button("Open body", tree).click()
    desk.button("Open customer", tree).click()
    tree.get_by_role("button", name="name").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Copied: =request.body.customer.name")).to_be_visible()
    tree.get_by_role("button", name="odd key").click()
    desk.button("Open lines", tree).click()
    desk.button("Open 2", tree).click()
    tree.get_by_role("button", name="price").click()
    expect(page.get_by_text("Copied: =request.body.lines.item(2).price")).to_be_visible()

    page.get_by_role("button", name="Step 1:").click()
    said = desk.step.get_by_role("textbox", name="Value of said")
    said.click()
    page.keyboard.press("ControlOrMeta+v")
    expect(desk.step.get_by_role("button", name="Value of said: expression")).to_have_attribute("aria-pressed", "true")
    expect(said).to_have_text("request.body.lines.item(2).price")
    expect(desk.step.get_by_text("with the detected request")).to_be_visible()
    expect(desk.step.get_by_text("4", exact=False).first).to_be_visible()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    desk.button("Value of said: insert from a list", desk.step).click()
    page.get_by_role("combobox", name="Search").wait_for()
    for word in ("request.body", "customer", "name"):
        page.keyboard.type(word)
        expect(page.get_by_role("option", name=word).first).to_have_attribute("aria-selected", "true")
        page.keyboard.press("Enter")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(said).to_have_text("request.body.customer.name")
    desk.runs_now("request.body.customer.name")
    desk.no_issues()
    hook = httpx2.post(f"{desk.root}/api/1.1/wf/hook", json=SAMPLE, timeout=30)
    assert hook.json()["response"] == {"said": "Ada"}
