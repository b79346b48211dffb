"""Edits of one text, applied to another that somebody else has made of it."""

from __future__ import annotations

import pytest

from offpage.model.edit import Edit, Insert, Move, Remove, Rename, SetValue, Transfer
from offpage.model.merging import merged, merged_texts
from offpage.model.render import node_of

BASE = """\
# The file's own comment.
label: Paid
steps:
  - do: change_thing   # first
    with: {thing: =order}
  - do: send_email
    with:
      to: a@b.c
  - do: return_data
"""
WITH_STEP = BASE.replace("steps:\n", "steps:\n  - do: log_out\n")


def value(*path: str | int, to: object) -> SetValue:
    return SetValue(path, node_of(to))


@pytest.mark.parametrize(
    ("now", "edit", "expected"),
    [
        (BASE.replace("Paid", "Is paid"), value("steps", 1, "with", "to", to="x@y.z"), ("x@y.z", "Is paid", "# first")),
        (WITH_STEP, value("steps", 1, "with", "to", to="x@y.z"), ("to: x@y.z", "log_out")),
        (WITH_STEP, Remove(("steps", 2)), ("log_out", "send_email")),
        (WITH_STEP, Insert(("steps",), 3, node_of({"do": "terminate"})), ("return_data\n  - do: terminate",)),
        (WITH_STEP, Insert(("steps",), 1, node_of({"do": "terminate"})), ("terminate\n  - do: send_email",)),
        (WITH_STEP, Move(("steps",), 2, 0), ("log_out\n  - do: return_data",)),
        (WITH_STEP, Transfer(("steps",), 2, ("steps", 1, "steps"), 0), ("steps:\n      - do: return_data",)),
        (WITH_STEP, Rename(("label",), "note"), ("note: Paid",)),
        (BASE, value("steps", 0, "as", to="paid"), ("as: paid",)),
    ],
)
def test_what_others_changed_elsewhere_stays(now: str, edit: Edit, expected: tuple[str, ...]) -> None:
    found = merged(BASE, now, [edit])
    assert found is not None
    assert [part for part in expected if part not in found] == []


@pytest.mark.parametrize(
    ("now", "edit"),
    [
        (BASE.replace("a@b.c", "other@b.c"), value("steps", 1, "with", "to", to="x@y.z")),
        (BASE.replace("Paid", "Other"), value("label", to="Mine")),
        (BASE.replace("label: Paid\n", ""), value("label", to="Mine")),
        (BASE.replace("  - do: return_data\n", ""), Remove(("steps", 2))),
        (BASE.replace("return_data", "terminate"), Move(("steps",), 2, 0)),
    ],
)
def test_the_same_place_changed_by_both_is_a_conflict(now: str, edit: Edit) -> None:
    assert merged(BASE, now, [edit]) is None


def test_several_edits_follow_one_another() -> None:
    edits: list[Edit] = [
        Insert(("steps",), 0, node_of({"do": "terminate"})),
        value("steps", 2, "with", "to", to="x@y.z"),
    ]
    found = merged(BASE, WITH_STEP, edits)
    assert found is not None
    assert "to: x@y.z" in found
    assert found.index("log_out") < found.index("terminate") < found.index("change_thing")


@pytest.mark.parametrize(
    ("yours", "theirs", "expected"),
    [
        (("Paid", "Sold"), ("a@b.c", "x@y.z"), (("Paid", "Sold"), ("a@b.c", "x@y.z"))),
        (("Paid", "Sold"), ("Paid", "Sold"), (("Paid", "Sold"),)),
        (("  - do: return_data\n", ""), ("# The", "# A"), (("  - do: return_data\n", ""), ("# The", "# A"))),
        (("Paid", "Sold"), ("Paid", "Gone"), None),
        (("label: Paid\n", ""), ("# The file's own comment.\n", ""), None),
        (("Paid", "Paid\nnote: a"), ("return_data\n", "return_data\nnote: b\n"), None),
    ],
)
def test_texts_are_merged_line_by_line_where_that_is_a_valid_file(
    yours: tuple[str, str], theirs: tuple[str, str], expected: tuple[tuple[str, str], ...] | None
) -> None:
    merged = BASE
    for one in expected or ():
        merged = merged.replace(*one)
    assert merged_texts(BASE, BASE.replace(*yours), BASE.replace(*theirs)) == (merged if expected else None)


def test_a_long_file_whose_lines_are_alike_is_merged() -> None:
    base = "".join(f"- do: create_thing\n  with:\n    type: order\n    set: {{number: {one}}}\n" for one in range(1000))
    yours = base.replace("number: 3}", "number: 33}").replace("number: 900}", "number: 99}")
    theirs = base.replace("- do: create_thing", "- do: change_thing", 1).replace("number: 500}", "number: 55}")
    both = yours.replace("- do: create_thing", "- do: change_thing", 1).replace("number: 500}", "number: 55}")
    assert merged_texts(base, yours, theirs) == both
    assert merged_texts(base, yours, base.replace("number: 3}", "number: 34}")) is None
