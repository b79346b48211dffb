"""Things are edited in their table; of two people in one cell neither loses what they typed."""

from __future__ import annotations

import httpx2
from playwright.sync_api import Locator, expect

from tests.ui.conftest import Room
from tests.ui.desk import Desk

FILES = {
    "app.yaml": "name: Test\napi: {data: yes}\n",
    "types/task.yaml": """
        api: yes
        fields: {title: text, total: number, done: yes_no, status: status, tags: list of text}
        privacy: {everyone: {find: yes, view: all, create: yes, modify: yes}}
        """,
    "options/status.yaml": "options: {new: New one, old: Old one}\n",
}


def at_tasks(room: Room) -> Desk:
    """The table of tasks, with one in it."""
    desk = room.developer(FILES)
    address = f"{desk.root}/api/1.1/obj/task"
    task = {"title": "Paint", "total": 3, "status": "New one", "tags": ["a"]}
    made = httpx2.post(address, json=task, timeout=30)
    assert made.status_code == 201, made.text
    desk.screen("Data")
    desk.page.get_by_role("link", name="task").click()
    cell(desk, "title: Paint").wait_for()
    return desk


def cell(desk: Desk, name: str) -> Locator:
    """A cell by its field and value."""
    return desk.page.get_by_role("button", name=name, exact=True)


def kept(desk: Desk, name: str) -> None:
    """Wait until a cell has been written and read again."""
    expect(cell(desk, name)).to_be_visible()


def test_every_kind_of_cell_is_edited_by_mouse_and_keyboard(room: Room) -> None:
    desk = at_tasks(room)
    page = desk.page
    cell(desk, "title: Paint").dblclick()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Paint it")
    page.get_by_role("heading", level=1).click()  # away from it
    kept(desk, "title: Paint it")

    cell(desk, "total: 3").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("4.5")
    page.keyboard.press("Enter")
    kept(desk, "total: 4.5")
    expect(cell(desk, "total: 4.5")).to_be_focused()
    page.keyboard.press("F2")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("9")
    page.keyboard.press("Escape")
    expect(cell(desk, "total: 4.5")).to_be_focused()

    cell(desk, "status: New one").dblclick()
    choice = page.get_by_role("combobox", name="status")
    expect(choice.locator("option:checked")).to_have_text("New one")
    choice.select_option("Old one")
    kept(desk, "status: Old one")
    cell(desk, "done: empty").dblclick()
    page.get_by_role("combobox", name="done").select_option("yes")
    kept(desk, "done: yes")

    cell(desk, "tags: a").dblclick()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("a, b")
    page.keyboard.press("Enter")
    kept(desk, "tags: a, b")


def test_what_cannot_be_written_stays_to_be_put_right(room: Room) -> None:
    desk = at_tasks(room)
    page = desk.page
    cell(desk, "total: 3").dblclick()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("many")
    page.keyboard.press("Enter")
    field = page.get_by_role("textbox", name="total")
    expect(page.get_by_role("alert")).to_contain_text("total")
    expect(field).to_have_value("many")
    expect(field).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    kept(desk, "total: 5")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_of_two_people_in_one_cell_the_later_one_is_asked(room: Room) -> None:
    desk = at_tasks(room)
    other = room.another_window(desk)
    page = desk.page

    def both_type(was: str, mine: str, theirs: str) -> None:
        cell(desk, f"title: {was}").dblclick()
        cell(other, f"title: {was}").dblclick()
        for one, text in ((other, theirs), (desk, mine)):
            field = one.page.get_by_role("textbox", name="title")
            field.fill(text)
            field.press("Enter")
            if one is other:
                kept(other, f"title: {theirs}")

    both_type("Paint", "Paint it red", "Paint it blue")
    said = page.get_by_role("alert")
    expect(said).to_contain_text("title was changed meanwhile to “Paint it blue”. Your “Paint it red” is kept here")
    expect(page.get_by_role("textbox", name="title")).to_have_value("Paint it red")
    desk.button("Leave Paint it blue").click()
    kept(desk, "title: Paint it blue")

    both_type("Paint it blue", "Red", "Green")
    expect(said).to_contain_text("to “Green”")
    desk.button("Write mine").click()
    kept(desk, "title: Red")
    expect(said).to_have_count(0)
