"""Things as CSV, in the table of things: a file is chosen, tried, imported; and what is exported."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from playwright.sync_api import Download, Locator, expect

from tests.ui.conftest import Room
from tests.ui.desk import Desk

TYPES: Final = {
    "types/order.yaml": (
        "label: Order\nfields: {number: {type: text, unique: yes}, total: number, paid: yes_no, note: text}\n"
        "privacy: {everyone: {find: yes, view: all}}\n"
    )
}
LINES: Final = (
    'number,total,paid,note\nA-1,12.5,yes,"two\nlines"\nA-2,many,no,\nA-1,1,no,again\nA-3,1,no\nA-4,-3,no,=1+1\n'
)


def table(desk: Desk) -> Locator:
    """The table of orders."""
    desk.screen("Data")
    return desk.page.get_by_role("region", name="Order", exact=True)


def more(desk: Desk, item: str) -> None:
    """Choose from the table's menu."""
    desk.button("More").click()
    desk.page.get_by_role("menuitem", name=item).click()


def choose(desk: Desk, name: str, content: str, folder: Path) -> Locator:
    """Open the import, and choose a file as one does with the mouse."""
    more(desk, "Import CSV")
    dialog = desk.page.get_by_role("dialog", name="Import CSV: Order")
    file = folder / name
    file.write_text(content)
    with desk.page.expect_file_chooser() as chooser:
        dialog.get_by_role("button", name="File").click()
    chooser.value.set_files(file)
    return dialog


def exported(desk: Desk, item: str) -> Download:
    """Export, and what the browser was given."""
    with desk.page.expect_download() as download:
        more(desk, item)
    return download.value


def test_a_file_is_tried_imported_changed_and_exported_again(room: Room, tmp_path: Path) -> None:
    desk = room.developer(TYPES)
    page, region = desk.page, table(desk)
    dialog = choose(desk, "orders.csv", LINES, tmp_path)
    desk.button("Try it", dialog).click()
    told = dialog.get_by_role("note")
    expect(told).to_contain_text("A trial: nothing has been kept yet")
    expect(told).to_contain_text("2 things would be created, 0 changed, 3 lines left out")
    said = told.get_by_role("listitem")
    expect(said.nth(0)).to_contain_text("line 4: total: Could not parse this as a number")
    expect(said.nth(1)).to_contain_text("line 5: Another Order already has the number A-1")
    expect(said.nth(2)).to_have_text("line 6: This line has 3 cells; the first line has 4.")
    desk.button("Import 2 lines", dialog).click()
    expect(page.get_by_text("2 things created, 0 changed, 3 lines left out.")).to_be_visible()
    expect(region.get_by_role("row").filter(has_text="A-4")).to_contain_text("-3")

    exact = exported(desk, "Export all as CSV")
    assert exact.suggested_filename == "order.csv"
    text = exact.path().read_bytes().decode()
    assert 'A-1,12.5,yes,"two\nlines"\r\n' in text
    assert text.endswith("A-4,-3,no,=1+1\r\n")
    safe = exported(desk, "Export for a spreadsheet").path().read_bytes()
    assert safe.startswith(b"\xef\xbb\xbfid,")
    assert safe.endswith(b"A-4,-3,no,'=1+1\r\n")

    dialog = choose(desk, "changed.csv", text.replace("12.5", "99"), tmp_path)
    desk.button("Try it", dialog).click()
    expect(told).to_contain_text("0 things would be created, 0 changed, 2 lines left out")
    dialog.get_by_role("checkbox", name="Change things whose id is there").check()
    expect(told).to_have_count(0)  # the trial was of something else
    desk.button("Try it", dialog).click()
    expect(told).to_contain_text("0 things would be created, 2 changed")
    desk.button("Import 2 lines", dialog).click()
    expect(region.get_by_role("row").filter(has_text="A-1")).to_contain_text("99")


def test_a_file_that_makes_no_sense_is_told_by_keyboard_alone(room: Room, tmp_path: Path) -> None:
    desk = room.developer(TYPES)
    page = desk.page
    table(desk)
    desk.button("More").focus()
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="Import CSV").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Import CSV: Order")
    file = tmp_path / "semicolons.csv"
    file.write_text("number;total\nA-1;1\n")
    with page.expect_file_chooser() as chooser:
        dialog.get_by_role("button", name="File").press("Enter")
    chooser.value.set_files(file)
    _press(desk.button("Try it", dialog))
    expect(dialog.get_by_role("note")).to_contain_text("Is the separator ';'?")
    desk.said.clear()  # the browser's words about an answer that is wanted
    dialog.get_by_role("combobox", name="Separator").press("Enter")
    page.get_by_role("option", name="semicolon").click()
    expect(dialog.get_by_role("note")).to_have_count(0)
    _press(desk.button("Try it", dialog))
    expect(dialog.get_by_role("note")).to_contain_text("1 thing would be created")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def _press(button: Locator) -> None:
    """Press Enter on a button, once it can be pressed."""
    expect(button).to_be_enabled()
    button.press("Enter")
