"""Steps are moved: by mouse and by keyboard, within a list, and into and out of blocks."""

from __future__ import annotations

import pytest

from tests.ui.chain import CHAIN, Chain
from tests.ui.conftest import Room

FILES = {"workflows/chain.yaml": CHAIN}


@pytest.fixture
def chain(room: Room) -> Chain:
    """The workflow of CHAIN, open."""
    desk = room.developer(FILES)
    desk.open_workflow("chain")
    return Chain(desk, room.file("workflows/chain.yaml"))


def test_a_card_is_dragged_past_others_and_into_and_out_of_blocks(chain: Chain) -> None:
    assert chain.shape() == ["a", "b", ["loop", ["x", "y"]], ["fork", ["p"], ["q"]], "c"]

    chain.drag("c", "a", "above")
    assert chain.shape() == ["c", "a", "b", ["loop", ["x", "y"]], ["fork", ["p"], ["q"]]]
    chain.drag("a", "x", "below")
    assert chain.shape() == ["c", "b", ["loop", ["x", "a", "y"]], ["fork", ["p"], ["q"]]]
    chain.drag("x", "b", "above")
    assert chain.shape() == ["c", "x", "b", ["loop", ["a", "y"]], ["fork", ["p"], ["q"]]]
    chain.drag("p", "q", "below")
    assert chain.shape() == ["c", "x", "b", ["loop", ["a", "y"]], ["fork", [], ["q", "p"]]]
    chain.drag_into("loop", "If yes")
    assert chain.shape() == ["c", "x", "b", ["fork", [["loop", ["a", "y"]]], ["q", "p"]]]
    chain.drag_in_vain("fork", "y")  # a block is no place for itself
    assert chain.shape() == ["c", "x", "b", ["fork", [["loop", ["a", "y"]]], ["q", "p"]]]
    assert "# what comes first" in chain.text()


def test_a_card_is_moved_by_keys_and_keeps_the_focus(chain: Chain) -> None:
    keyboard = chain.desk.page.keyboard
    chain.card("b").focus()
    for shape in (
        ["a", ["loop", ["b", "x", "y"]], ["fork", ["p"], ["q"]], "c"],
        ["a", ["loop", ["x", "b", "y"]], ["fork", ["p"], ["q"]], "c"],
        ["a", ["loop", ["x", "y", "b"]], ["fork", ["p"], ["q"]], "c"],
        ["a", ["loop", ["x", "y"]], "b", ["fork", ["p"], ["q"]], "c"],
        ["a", ["loop", ["x", "y"]], ["fork", ["b", "p"], ["q"]], "c"],
        ["a", ["loop", ["x", "y"]], ["fork", ["p", "b"], ["q"]], "c"],
        ["a", ["loop", ["x", "y"]], ["fork", ["p"], ["b", "q"]], "c"],
        ["a", ["loop", ["x", "y"]], ["fork", ["p"], ["q", "b"]], "c"],
        ["a", ["loop", ["x", "y"]], ["fork", ["p"], ["q"]], "b", "c"],
        ["a", ["loop", ["x", "y"]], ["fork", ["p"], ["q"]], "c", "b"],
    ):
        keyboard.press("Alt+ArrowDown")
        chain.focused("b")
        assert chain.shape() == shape
    keyboard.press("Alt+ArrowDown")  # there is nothing below
    keyboard.press("Alt+ArrowUp")
    chain.focused("b")
    keyboard.press("Alt+ArrowUp")
    chain.focused("b")
    assert chain.shape() == ["a", ["loop", ["x", "y"]], ["fork", ["p"], ["q", "b"]], "c"]
