"""The editor of a live server: who may come in, what each role may do there, and what becomes of work when a session ends."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import httpx2
from playwright.sync_api import Locator, expect

from tests.ui.conftest import PASSWORD, Room
from tests.ui.desk import Desk
from tests.until import wait_until

FILES: Final = {
    "types/order.yaml": "label: Order\nfields: {number: text}\nprivacy: {everyone: {find: yes, view: all}}\n",
    "workflows/add.yaml": (
        "label: Add an order\nauth: none\nignore_privacy: yes\nparameters: {number: text}\n"
        "steps: [{do: create_thing, with: {type: order, set: {number: =number}}}]\n"
    ),
    "workflows/check.yaml": "label: Check an order\nparameters: {order: order}\nsteps: []\n",
    "workflows/hourly.yaml": "label: Tidy up\ntrigger: recurring\nevery: hour\nsteps: []\n",
}


def at_live(room: Room, root: str, role: str) -> Desk:
    """Somebody with a role, who looks at what is live."""
    desk = room.comes(root, role)
    desk.page.get_by_role("radiogroup", name="Environment").get_by_text("Live").click()
    return desk


def things(desk: Desk) -> Locator:
    """The table of orders, with its row chosen."""
    desk.screen("Data")
    region = desk.page.get_by_role("region", name="Order", exact=True)
    region.get_by_role("checkbox", name="Select this row").first.check()
    return region


def test_each_role_may_do_in_live_what_it_is_for(room: Room) -> None:
    root = room.served(FILES)
    assert httpx2.post(f"{root}/api/1.1/wf/add", json={"number": "A-1"}, timeout=30).status_code == 200
    _who_may_view(at_live(room, root, "view"))
    _who_may_operate(at_live(room, root, "operate"))
    _who_may_edit(at_live(room, root, "edit"))


def _who_may_view(desk: Desk) -> None:
    page = desk.page
    expect(page.get_by_role("banner")).to_contain_text("View only")
    region = things(desk)
    expect(region.get_by_text("A-1")).to_be_visible()  # all of the data, whatever the privacy rules say
    for name in ("New", "Run a workflow…", "Delete"):
        expect(region.get_by_role("button", name=name, exact=True)).to_have_count(0)
    region.get_by_text("A-1").dblclick()
    expect(region.get_by_role("textbox", name="number")).to_have_count(0)
    desk.open_workflow("Add an order")
    run = desk.button("Run")
    expect(run).to_have_attribute("aria-disabled", "true")
    run.hover()
    expect(page.get_by_role("tooltip")).to_have_text("Your role may look, but not run workflows.")
    expect(page.get_by_role("switch", name="Enabled")).to_be_disabled()
    desk.screen("Scheduler")
    expect(page.get_by_role("region", name="Scheduler").get_by_text("Tidy up")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^(Pause|Cancel)"))).to_have_count(0)
    desk.screen("Deploy")
    expect(page.get_by_text("what is in the folder is live")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Deploy to live"))).to_have_count(0)


def _who_may_operate(desk: Desk) -> None:
    page = desk.page
    expect(page.get_by_role("banner")).to_contain_text("View and run only")
    region = things(desk)
    expect(region.get_by_role("button", name="Run a workflow…")).to_be_visible()
    for name in ("New", "Delete"):
        expect(region.get_by_role("button", name=name, exact=True)).to_have_count(0)
    desk.open_workflow("Add an order")
    expect(page.get_by_role("switch", name="Enabled")).to_be_disabled()
    desk.button("Run").click()
    dialog = page.get_by_role("dialog", name="Run Add an order")
    dialog.get_by_role("textbox", name="number").fill("A-2")
    desk.button("Run", dialog).click()
    desk.screen("Data")
    expect(page.get_by_role("region", name="Order", exact=True).get_by_text("A-2")).to_be_visible()
    desk.screen("Scheduler")
    page.get_by_role("button", name="Pause everything").click()
    expect(page.get_by_role("note").filter(has_text="Everything that is scheduled is paused")).to_be_visible()
    page.get_by_role("button", name="Resume everything").click()
    expect(page.get_by_role("button", name="Pause everything")).to_be_visible()
    desk.screen("Logs")  # which account ran what stands in the log: the run itself knows only whom it is for
    line = page.get_by_role("listitem").filter(has_text="editor.ran")
    expect(line.first).to_contain_text("account operate, workflow add")
    desk.screen("Deploy")
    expect(page.get_by_role("button", name=re.compile("Deploy to live"))).to_have_count(0)


def _who_may_edit(desk: Desk) -> None:
    region = things(desk)
    for name in ("New", "Run a workflow…", "Delete"):
        expect(region.get_by_role("button", name=name, exact=True)).to_be_visible()
    expect(desk.page.get_by_role("banner").get_by_text("only")).to_have_count(0)
    desk.open_workflow("Add an order")
    expect(desk.page.get_by_role("switch", name="Enabled")).to_be_enabled()


def end_session(room: Room, desk: Desk, name: str) -> None:
    """Another password ends the sessions that there are; the server may know them for a moment longer."""
    room.accounts.set_password(name, PASSWORD)
    wait_until(lambda: desk.page.request.get(f"{desk.root}/editor/api/session").status == 401)


def test_what_is_done_when_the_session_has_ended_is_kept_until_one_is_in_again(room: Room, tmp_path: Path) -> None:
    root = room.served(FILES)
    desk = room.comes(root, "edit")
    page, file = desk.page, tmp_path / "app" / "workflows" / "add.yaml"
    desk.open_workflow("Add an order")
    desk.button("Add a parameter", desk.trigger).click()
    field = desk.trigger.get_by_role("textbox", name="Name of the parameter").last
    field.fill("colour")
    end_session(room, desk, "edit")
    field.press("Enter")
    over = page.get_by_role("dialog", name="Your session is over")
    expect(over).to_contain_text("what you have done here is not lost")
    expect(over.get_by_role("textbox", name="Password")).to_be_focused()
    page.keyboard.press("Escape")  # there is no way round it
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(over.get_by_role("alert")).to_contain_text("no such account with this password")
    assert "colour" not in file.read_text()
    over.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(over).to_have_count(0)
    desk.saved()
    wait_until(lambda: "colour" in file.read_text())
    expect(desk.trigger.get_by_role("combobox", name="Type of colour")).to_be_visible()


def test_somebody_else_who_comes_in_does_not_go_on_with_what_the_one_before_did(room: Room, tmp_path: Path) -> None:
    root = room.served(FILES)
    room.accounts.create("grace", "edit", PASSWORD)
    desk = room.comes(root, "edit")
    page, file = desk.page, tmp_path / "app" / "workflows" / "add.yaml"
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.url.endswith("/edits") else None)
    desk.open_workflow("Add an order")
    end_session(room, desk, "edit")
    page.get_by_role("switch", name="Enabled").click(force=True)
    over = page.get_by_role("dialog", name="Your session is over")
    over.get_by_role("textbox", name="Name").fill("grace")
    over.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(over).to_have_count(0)
    desk.button("Your account").click()
    expect(page.get_by_text("grace, may change everything")).to_be_visible()
    expect(page.get_by_role("switch", name="Enabled")).to_be_checked()
    assert len(sent) == 1, "what was refused when the session had ended"
    assert "disabled" not in file.read_text()


def test_a_log_in_from_another_tab_counts_in_this_one(room: Room, tmp_path: Path) -> None:
    root, file = room.served(FILES), tmp_path / "app" / "workflows" / "add.yaml"
    desk = room.comes(root, "edit")
    page, enabled = desk.page, desk.page.get_by_role("switch", name="Enabled")

    def log_in_elsewhere() -> None:
        given = {"name": "edit", "password": PASSWORD}
        assert page.request.post(f"{root}/editor/api/session", data=given, headers={"Origin": root}).ok

    desk.open_workflow("Add an order")
    end_session(room, desk, "edit")
    log_in_elsewhere()  # before this tab notices
    enabled.click(force=True)
    desk.saved()
    wait_until(lambda: "disabled" in file.read_text())
    assert [one for one in desk.said if "403" not in one] == []
    desk.said.clear()  # the change was refused once, and then made with the new session
    end_session(room, desk, "edit")
    enabled.click(force=True)
    over = page.get_by_role("dialog", name="Your session is over")
    expect(over).to_be_visible()
    log_in_elsewhere()  # and after it has
    desk.button("go on here", over).click()
    expect(over).to_have_count(0)
    desk.saved()
    wait_until(lambda: "disabled" not in file.read_text())


def test_who_guesses_has_to_wait_and_who_leaves_is_out(room: Room) -> None:
    root = room.served(FILES)
    desk = room.comes(root, "edit")
    page = desk.page
    desk.button("Your account").click()
    page.get_by_role("menuitem", name="Log out").click()
    name = page.get_by_role("textbox", name="Name")
    name.wait_for()
    assert page.request.get(f"{root}/editor/api/app").status == 401
    page.go_back()
    expect(page.get_by_role("heading", name="Log in to the editor")).to_be_visible()
    expect(page.get_by_text("offpage editors create NAME")).to_be_visible()
    for _ in range(10):
        page.request.post(f"{root}/editor/api/session", data={"name": "edit", "password": "guess"})
    name.fill("edit")
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text(re.compile("Too many attempts|Try again in", re.IGNORECASE))
