"""Steps are copied, pasted, deleted, and what was done is undone: by the keys that people know, and by the menu."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.ui.chain import CHAIN, Chain
from tests.ui.conftest import Room
from tests.ui.desk import Desk
from tests.ui.test_building import TYPES
from tests.until import wait_until

MAKE = """
    auth: none
    parameters: {number: text}
    steps:
      # the one that is asked for
      - {do: create_thing, as: order, note: make, with: {type: order, set: {number: =number}}}
      - do: return_data
        note: tell
        with: {values: {id: =order.id, text: "order {{ order.number }}", all: =search(order).count}}
"""
FILES = {**TYPES, "workflows/make.yaml": MAKE, "workflows/chain.yaml": CHAIN}


def at(room: Room, desk: Desk, workflow: str) -> Chain:
    """A workflow, opened from the list."""
    desk.open_workflow(workflow)
    return Chain(desk, room.file(f"workflows/{workflow}.yaml"))


def menu(desk: Desk, card: Locator, entry: str) -> None:
    """Do something by a card's menu."""
    card.hover()
    card.locator("..").get_by_role("button", name="What to do with this step").click()
    desk.page.get_by_role("menuitem", name=entry).click()


def test_steps_are_copied_within_a_workflow_and_into_another_and_names_stay_apart(room: Room) -> None:
    desk = room.developer(FILES)
    keyboard = desk.page.keyboard
    make = at(room, desk, "make")
    make.card("make").click()
    keyboard.press("Shift+ArrowDown")
    make.focused("tell")
    keyboard.press("ControlOrMeta+c")
    expect(desk.page.get_by_text("Copied")).to_be_visible()
    keyboard.press("ControlOrMeta+v")
    expect(desk.page.get_by_role("button", name="Step 4:")).to_be_visible()
    text = make.text()
    assert "# the one that is asked for" in text
    assert make.shape() == ["make", "tell", "make", "tell"]
    assert text.count("as: order\n") + text.count("as: order,") == 1
    for words in ("as: order_2", "id: =order_2.id", "order {{ order_2.number }}", "all: =search(order).count"):
        assert words in text.split("note: tell", 1)[1]
    desk.no_issues()

    chain = at(room, desk, "chain")
    menu(desk, chain.card("x"), "Paste after")
    chain.card("tell").wait_for()
    assert chain.shape() == ["a", "b", ["loop", ["x", "make", "tell", "y"]], ["fork", ["p"], ["q"]], "c"]
    assert "as: order\n" in chain.text()
    menu(desk, chain.card("loop"), "Duplicate")
    expect(desk.page.get_by_role("button", name="Step 4: Do steps")).to_be_visible()
    assert chain.shape()[2] == chain.shape()[3]
    assert "as: item_2" in chain.text()
    assert "id: =order_2.id" in chain.text()


def test_deleting_and_cutting_leave_the_focus_where_the_next_key_is_meant(room: Room) -> None:
    desk = room.developer(FILES)
    keyboard = desk.page.keyboard
    chain = at(room, desk, "chain")
    chain.card("a").focus()
    keyboard.press("Delete")
    chain.focused("b")
    keyboard.press("ControlOrMeta+x")
    expect(chain.card("b")).to_have_count(0)
    chain.focused("loop")
    keyboard.press("ArrowDown")
    chain.focused("x")
    keyboard.press("ControlOrMeta+v")
    chain.focused("b")
    assert chain.shape() == [["loop", ["x", "b", "y"]], ["fork", ["p"], ["q"]], "c"]
    keyboard.press("Delete")
    chain.focused("y")
    keyboard.press("Backspace")
    chain.focused("fork")
    keyboard.press("ArrowUp")
    chain.focused("x")
    menu(desk, chain.card("c"), "Delete")
    expect(chain.card("c")).to_have_count(0)
    assert chain.shape() == [["loop", ["x"]], ["fork", ["p"], ["q"]]]


def test_the_keys_of_undo_take_back_edits_of_every_kind_and_bring_them_again(room: Room) -> None:
    desk = room.developer(FILES)
    page = desk.page
    make = at(room, desk, "make")
    texts = [make.text()]

    def done() -> None:
        """The file has changed; remember what it is now."""
        wait_until(lambda: make.text() != texts[-1])
        desk.saved()
        expect.soft(page.get_by_role("button", name="Undo", exact=True)).to_be_enabled()
        texts.append(make.text())

    desk.parameter("note", "text")  # adds it, names it, gives it a type
    texts.append(make.text())
    make.card("tell").click()
    desk.write(desk.step, "Value of text", "number {{ number }}")
    done()
    make.card("tell").click()
    page.keyboard.press("Alt+ArrowUp")
    make.focused("tell")
    done()
    page.keyboard.press("Delete")
    make.focused("make")
    done()
    page.keyboard.press("a")
    expect(page.get_by_role("combobox", name="Search actions")).to_be_focused()
    page.keyboard.type("Terminate")
    page.get_by_role("option", name="Terminate").first.wait_for()
    page.keyboard.press("Enter")
    done()
    page.get_by_role("switch", name="Enabled").click(force=True)
    done()

    make.card("make").focus()
    for text in reversed(texts[1:-1]):
        page.keyboard.press("ControlOrMeta+z")
        desk.comes_to(make.file, text)
    for text in texts[2:-1]:
        page.keyboard.press("ControlOrMeta+Shift+z")
        desk.comes_to(make.file, text)
    page.keyboard.press("ControlOrMeta+y")
    desk.comes_to(make.file, texts[-1])
    expect(page.get_by_role("button", name="Redo", exact=True)).to_be_disabled()
    desk.button("Undo").click()
    desk.comes_to(make.file, texts[-2])
