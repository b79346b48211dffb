"""Somebody changes the files on disk while the editor has them open: both changes stay, or a person chooses."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import APIResponse, Locator, Route, expect

from tests.ui.conftest import Room
from tests.ui.desk import Desk

HELLO = """\
# Greets.
auth: none
parameters:
  title: text   # what the caller is called
steps:
  # says it
  - do: return_data
    with:
      values:
        said: "Hello {{ title }}"   # politely
"""
FILES = {"workflows/hello.yaml": HELLO}


def opened(room: Room) -> tuple[Desk, Path]:
    """The workflow with its step open, and its file."""
    desk = room.developer(FILES)
    desk.open_workflow("hello")
    desk.page.get_by_role("button", name="Step 1:").click()
    return desk, room.file("workflows/hello.yaml")


def before_edits(desk: Desk, change: Callable[[], object]) -> None:
    """Do something when the next edit is on its way: the editor cannot have heard of it."""

    def meanwhile(route: Route) -> None:
        change()
        route.continue_()

    desk.page.route("**/edits", meanwhile, times=1)


def test_what_is_changed_on_disk_is_seen_at_once_and_undo_takes_back_only_ones_own(room: Room) -> None:
    desk, file = opened(room)
    page = desk.page
    desk.write(desk.step, "Value of said", "Hi {{ title }}")
    theirs = (
        file.read_text().replace("# Greets.", "# Greets, by hand.").replace("auth: none", "auth: none\nnote: by hand")
    )
    file.write_text(theirs)
    expect(page.get_by_role("button", name="Trigger:")).to_contain_text("by hand")
    expect(desk.step.get_by_role("textbox", name="Value of said")).to_have_text("Hi title")
    page.get_by_role("button", name="Step 1:").focus()
    page.keyboard.press("ControlOrMeta+z")
    undone = theirs.replace("Hi {{ title }}", '"Hello {{ title }}"')
    desk.comes_to(file, undone)
    expect(desk.step.get_by_role("textbox", name="Value of said")).to_have_text("Hello title")
    page.keyboard.press("ControlOrMeta+y")
    desk.comes_to(file, theirs)


def test_an_edit_goes_into_a_file_that_was_changed_elsewhere_meanwhile(room: Room) -> None:
    desk, file = opened(room)
    before_edits(desk, lambda: file.write_text(HELLO.replace("steps:\n", "steps:\n  - do: log_out   # first\n")))
    desk.write(desk.step, "Value of said", "Hi {{ title }}")
    after = HELLO.replace("steps:\n", "steps:\n  - do: log_out   # first\n").replace(
        '"Hello {{ title }}"', "Hi {{ title }}"
    )
    desk.comes_to(file, after)
    expect(desk.page.get_by_role("dialog")).to_have_count(0)
    expect(desk.page.get_by_role("button", name="Step 2: Return data")).to_be_visible()
    desk.button("Undo").click()
    desk.comes_to(file, HELLO.replace("steps:\n", "steps:\n  - do: log_out   # first\n"))


def test_the_step_that_is_open_stays_open_wherever_somebody_else_puts_it(room: Room) -> None:
    desk, file = opened(room)
    page, theirs = desk.page, HELLO.replace("steps:\n", "steps:\n  - do: log_out   # first\n")
    said = desk.step.get_by_role("textbox", name="Value of said")
    said.click()
    page.keyboard.press("End")
    file.write_text(theirs)
    expect(page.get_by_role("button", name="Step 2: Return data")).to_be_visible()
    expect(desk.step.get_by_role("heading", level=2)).to_have_text("Return data from the API")
    expect(said).to_be_focused()
    page.keyboard.type("!")
    desk.comes_to(file, theirs.replace('"Hello {{ title }}"', "Hello {{ title }}!"))
    file.write_text(HELLO[: HELLO.index("steps:")] + "steps: [{do: log_out}]\n")
    expect(page.get_by_role("button", name="Step 1: Log")).to_be_visible()
    expect(desk.step).to_have_count(0)


def test_where_both_changed_the_same_a_person_sees_both_and_chooses(room: Room) -> None:
    desk, file = opened(room)
    page = desk.page
    said = desk.step.get_by_role("textbox", name="Value of said")
    dialog = page.get_by_role("dialog", name="hello.yaml was changed outside the editor")

    def conflict(number: int) -> None:
        before = file.read_text()
        change = before.replace(before.split("said: ")[1].split("   #")[0], f"Disk {number}")
        before_edits(desk, lambda: file.write_text(change))
        said.click()
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(f"Mine {number}")
        expect(dialog).to_be_visible()
        expect(dialog.get_by_role("region", name="Yours")).to_contain_text(f"said: Mine {number}   # politely")
        expect(dialog.get_by_role("region", name="On disk")).to_contain_text(f"said: Disk {number}   # politely")

    conflict(1)
    desk.button("Keep mine", dialog).click()
    expect(dialog).to_have_count(0)
    desk.comes_to(file, HELLO.replace('"Hello {{ title }}"', "Mine 1"))
    expect(said).to_have_text("Mine 1")
    expect(said).to_be_focused()

    conflict(2)
    desk.button("Keep what is on disk", dialog).click()
    expect(said).to_have_text("Disk 2")
    desk.comes_to(file, HELLO.replace('"Hello {{ title }}"', "Disk 2"))

    conflict(3)
    page.keyboard.press("Escape")  # nothing is chosen yet, and nothing is lost
    expect(dialog).to_be_visible()
    desk.button("Keep mine", dialog).focus()
    page.keyboard.press("Enter")
    desk.comes_to(file, HELLO.replace('"Hello {{ title }}"', "Mine 3"))


BROKEN = "auth: none\nsteps: [{do: fly}]\n"


def issues(desk: Desk, count: str) -> Locator:
    """What stands at the top when there are so many issues."""
    return desk.page.get_by_role("banner").get_by_role("button", name=count)


def test_what_changed_before_an_editor_hears_news_is_seen_when_it_does(room: Room) -> None:
    desk = room.developer(FILES)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    desk.page.context.route("**/events", hold, times=1)
    other = room.another_window(desk)
    expect(issues(other, "No issues")).to_be_visible()
    room.file("workflows/broken.yaml").write_text(BROKEN)
    expect(issues(desk, "1 issue")).to_be_visible()
    expect(issues(other, "No issues")).to_be_visible()
    (route,) = held
    route.continue_()
    expect(issues(other, "1 issue")).to_be_visible()


def test_news_that_overtake_the_first_answer_are_not_lost(room: Room) -> None:
    desk = room.developer(FILES)
    held: list[tuple[Route, APIResponse]] = []
    desk.page.context.route(re.compile("/editor/api/app$"), lambda route: held.append((route, route.fetch())), times=1)
    other = room.another_window(desk)
    room.file("workflows/broken.yaml").write_text(BROKEN)
    expect(issues(desk, "1 issue")).to_be_visible()
    other.page.wait_for_timeout(1000)  # by now it has been told
    ((route, before),) = held
    route.fulfill(response=before)
    expect(issues(other, "1 issue")).to_be_visible()
