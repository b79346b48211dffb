"""Types as the database remembers them, and which changes of type keep values."""

from __future__ import annotations

import pytest

from offpage.data.catalogue import type_of, type_text
from offpage.data.conversions import way
from offpage.values.types import FILE, IMAGE, JSON, NUMBER, SCALARS, TEXT, YES_NO, Type, option, thing

TYPES = [*(Type(kind) for kind in SCALARS), thing("order"), option("order")]


@pytest.mark.parametrize("of", [*TYPES, *(one.listed for one in TYPES)], ids=type_text)
def test_a_type_is_read_back_from_its_text(of: Type) -> None:
    assert type_of(type_text(of)) == of


def test_a_thing_and_an_option_of_one_name_are_told_apart() -> None:
    assert type_text(thing("order")) != type_text(option("order"))
    assert way(thing("order"), option("order")) is None


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (NUMBER, TEXT, "value by value"),
        (YES_NO, JSON, "value by value"),
        (FILE, IMAGE, "as it is"),
        (thing("order"), TEXT, "as it is"),
        (TEXT, TEXT.listed, "into a list"),
        (FILE.listed, TEXT.listed, "as it is"),
        (TEXT, NUMBER, None),
        (TEXT.listed, TEXT, None),
        (thing("order"), thing("item"), None),
        (NUMBER.listed, TEXT.listed, None),
    ],
)
def test_only_changes_without_loss_have_a_way(old: Type, new: Type, expected: str | None) -> None:
    assert way(old, new) == expected
