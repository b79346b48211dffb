"""What may stand at a place of a file is the same whether all of the file is looked at, or what the place depends on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest

from offpage.kernel.issues import Issues
from offpage.model.edit import SetValue, edited
from offpage.model.node import Items, Keys, Node, Scalar
from offpage.model.parsed import Parsed
from offpage.program.looking import around, noted_at
from offpage.program.reading import Noted
from tests.laws.test_broken_apps import resolved
from tests.laws.test_kept import START

PARSED: Final = Parsed()
FILES: Final = sorted(name for name in START if name != "app.yaml")


def places(node: Node, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a tree, and one behind each list."""
    yield path
    match node:
        case Keys():
            for name, inner in node.items.items():
                yield from places(inner, (*path, name))
        case Items():
            for at, inner in enumerate(node.items):
                yield from places(inner, (*path, at))
            yield (*path, len(node.items), "only_when")


def shown(noted: Noted) -> Any:
    """What counts of it."""
    scope = noted.scope
    return {name: one.type for name, one in scope.names.items()}, scope.this, noted.expected, noted.is_rule, noted.given


@pytest.mark.parametrize("file", FILES)
def test_what_may_stand_somewhere_depends_on_what_comes_before(file: str) -> None:
    program, _ = resolved(START)
    root = PARSED.tree(file, START[file], Issues())
    assert root is not None
    for path in places(root):
        part = around(file, root, path)
        assert shown(noted_at(program, None, file, part, path)) == shown(noted_at(program, None, file, root, path)), (
            path
        )


def test_what_is_typed_at_a_place_and_behind_it_changes_nothing_there() -> None:
    file = "workflows/more/every_kind.yaml"
    root = PARSED.tree(file, START[file], Issues())
    assert root is not None
    place, behind = ("steps", 1, "with", "when"), ("steps", 4, "with", "slug")
    for typed in (place, behind):
        after = edited(root, SetValue(typed, Scalar("=order", "=order")))
        assert isinstance(after, Keys)
        assert around(file, after, place) == around(file, root, place)
    after = edited(root, SetValue(("steps", 0, "with", "list"), Scalar("=order", "=order")))
    assert isinstance(after, Keys)
    assert around(file, after, place) != around(file, root, place)
