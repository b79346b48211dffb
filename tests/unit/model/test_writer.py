"""An edit changes one place of a file; everything else stays as it was, to the character."""

import stat
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from offpage.kernel.errors import AppError
from offpage.kernel.issues import Issues
from offpage.model.node import Keys
from offpage.model.plain import plain
from offpage.model.render import block_lines, node_of
from offpage.model.report import Report
from offpage.model.writer import insert, move, remove, rename_key, set_value, transfer, write_file
from offpage.model.yaml_text import read_yaml

TEXT = """\
# An order, and what happens to it.
label: Order   # what people call it

fields:
  number:   {type: text, unique: yes}
  # who bought
  customer: user                          # a reference
  note: |
    hello
    there
steps:
    # first
    - do: a
      with: {x: 1}
    - do: b
      as: c   # cc
      # about c

    # third
    -   do: d
tags: [a, 'b']
empty:
"""


def changed(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that an edit took out and put in, where they are next to one another."""
    old, new = before.splitlines(), after.splitlines()
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    return old, new


def read(text: str) -> Any:
    issues = Issues()
    node = read_yaml("f", text, "f", Report(issues))
    assert node is not None
    assert not list(issues)
    return plain(node)


@pytest.mark.parametrize(
    ("path", "value", "old", "new"),
    [
        (["label"], "a: b", ["label: Order   # what people call it"], ['label: "a: b"   # what people call it']),
        (["label"], "12", ["label: Order   # what people call it"], ['label: "12"   # what people call it']),
        (["label"], 12, ["label: Order   # what people call it"], ["label: 12   # what people call it"]),
        (["label"], 2.5, ["label: Order   # what people call it"], ["label: 2.5   # what people call it"]),
        (["label"], None, ["label: Order   # what people call it"], ["label: null   # what people call it"]),
        (["empty"], "=now", ["empty:"], ["empty: =now"]),
        (["empty"], [], ["empty:"], ["empty: []"]),
        (["empty"], {"a": {}}, [], ["  a: {}"]),
        (
            ["fields", "number", "unique"],
            False,
            ["  number:   {type: text, unique: yes}"],
            ["  number:   {type: text, unique: no}"],
        ),
        (
            ["fields", "number", "type"],
            "a, b",
            ["  number:   {type: text, unique: yes}"],
            ['  number:   {type: "a, b", unique: yes}'],
        ),
        (
            ["fields", "number", "label"],
            "N",
            ["  number:   {type: text, unique: yes}"],
            ["  number:   {type: text, unique: yes, label: N}"],
        ),
        (["fields", "note"], "one", ["  note: |", "    hello", "    there"], ["  note: one"]),
        (["fields", "note"], "1\n2", ["  note: |", "    hello", "    there"], ["  note: |-", "    1", "    2"]),
        (
            ["fields", "customer"],
            {"type": "user", "label": "Who\n"},
            ["  customer: user                          # a reference"],
            ["  customer:  # a reference", "    type: user", '    label: "Who\\n"'],
        ),
        (["fields", "new"], "text", [], ["  new: text"]),
        (
            ["more", "deep", "er"],
            [1, [2, 3]],
            [],
            ["more:", "  deep:", "    er:", "      - 1", "      - - 2", "        - 3"],
        ),
        (["steps", 0, "with", "x"], "=y", ["      with: {x: 1}"], ["      with: {x: =y}"]),
        (["steps", 2, "as"], "e", [], ["        as: e"]),
        (["steps", 1, "do"], "z", ["    - do: b"], ["    - do: z"]),
        (["tags", 1], "c", ["tags: [a, 'b']"], ["tags: [a, c]"]),
        (["tags"], ["x", True], ["tags: [a, 'b']"], ["tags: [x, yes]"]),
    ],
)
def test_setting_a_value_touches_only_its_own_lines(
    path: list[str | int], value: object, old: list[str], new: list[str]
) -> None:
    after = set_value(TEXT, path, value)
    assert changed(TEXT, after) == (old, new)


def test_a_value_is_not_written_anew_when_it_is_set_to_what_it_was() -> None:
    assert set_value(TEXT, ["fields", "number", "type"], "text") == TEXT


def test_an_item_goes_with_the_comments_that_speak_of_it() -> None:
    assert changed(TEXT, remove(TEXT, ["steps", 1])) == (["    - do: b", "      as: c   # cc", "      # about c"], [])
    assert changed(TEXT, remove(TEXT, ["steps", 0])) == (["    # first", "    - do: a", "      with: {x: 1}"], [])
    assert "# third" not in remove(TEXT, ["steps", 2])


def test_a_key_goes_with_the_comment_above_it_but_the_head_of_the_file_stays() -> None:
    assert "# who bought" not in remove(TEXT, ["fields", "customer"])
    assert "# An order" in remove(TEXT, ["label"])


def test_the_first_key_of_a_step_can_go() -> None:
    assert changed(TEXT, remove(TEXT, ["steps", 1, "do"])) == (
        ["    - do: b", "      as: c   # cc"],
        ["    - as: c   # cc"],
    )


def test_the_last_item_leaves_an_empty_list() -> None:
    assert remove("a:\n  - x\nb: 1\n", ["a", 0]) == "a: []\nb: 1\n"
    assert remove("a: {x: 1}\nb: 1\n", ["a", "x"]) == "a: {}\nb: 1\n"


def test_a_new_item_takes_the_layout_of_its_list() -> None:
    new = {"do": "x", "with": {"set": {"a": "=b"}}}
    lines = ["    - do: x", "      with:", "        set:", "          a: =b"]
    for index in range(4):
        assert changed(TEXT, insert(TEXT, ["steps"], index, new)) == ([], lines)
    assert changed(TEXT, insert(TEXT, ["tags"], 1, "yes")) == (["tags: [a, 'b']"], ["tags: [a, \"yes\", 'b']"])
    assert changed(TEXT, insert(TEXT, ["empty"], 0, "x")) == ([], ["  - x"])
    assert changed(TEXT, insert(TEXT, ["other", "list"], 0, "x")) == ([], ["other:", "  list:", "    - x"])


def test_an_item_moves_with_its_comments() -> None:
    after = move(TEXT, ["steps"], 2, 0)
    assert (
        after.index("# third")
        < after.index("do: d")
        < after.index("# first")
        < after.index("do: a")
        < after.index("do: b")
    )
    assert sorted(after.splitlines()) == sorted(TEXT.splitlines())
    assert move(after, ["steps"], 0, 2).replace("\n\n", "\n") == TEXT.replace("\n\n", "\n")
    assert move(TEXT, ["tags"], 1, 0) == TEXT.replace("[a, 'b']", "['b', a]")


BLOCKS = """\
steps:
  # asks
  - {do: a, with: {x: 1}}   # aa
  - do: loop
    steps:
        # within
        -   do: b   # bb
            text: |
                hello

                  there
            # about b
        - do: c
  - do: fork
    steps: []
"""


def test_an_item_goes_into_another_list_with_its_comments_and_its_layout() -> None:
    inner = transfer(BLOCKS, ["steps"], 0, ["steps", 1, "steps"], 1)
    assert "        # asks\n        - {do: a, with: {x: 1}}   # aa\n        - do: c\n" in inner
    assert inner.startswith("steps:\n  - do: loop\n")
    assert transfer(inner, ["steps", 0, "steps"], 1, ["steps"], 0) == BLOCKS
    outer = transfer(BLOCKS, ["steps", 1, "steps"], 0, ["steps"], 2)
    assert (
        "  # within\n  -   do: b   # bb\n      text: |\n          hello\n\n            there\n      # about b\n  - do: fork\n"
        in outer
    )
    for holder in ("steps", "else"):
        held = transfer(BLOCKS, ["steps"], 0, ["steps", 2, holder], 0)
        assert "      # asks\n      - {do: a, with: {x: 1}}   # aa\n" in held
    last = transfer(BLOCKS, ["steps", 1, "steps"], 1, ["steps", 2, "steps"], 0)
    assert read(transfer(last, ["steps", 1, "steps"], 0, ["steps"], 0))["steps"][2] == {"do": "loop", "steps": []}
    with pytest.raises(AppError, match="into itself"):
        transfer(BLOCKS, ["steps"], 1, ["steps", 1, "steps"], 0)


def test_a_key_is_renamed_where_it_stands() -> None:
    assert rename_key(TEXT, ["fields", "customer"], "buyer") == TEXT.replace("customer:", "buyer:")
    with pytest.raises(AppError, match="already"):
        rename_key(TEXT, ["fields", "customer"], "note")


def test_windows_newlines_and_a_byte_order_mark_stay() -> None:
    text = "\ufeff" + TEXT.replace("\n", "\r\n")
    after = set_value(text, ["fields", "customer"], {"type": "user"})
    assert after.startswith("\ufeff# An order")
    assert after.count("\n") == after.count("\r\n") == TEXT.count("\n") + 1


def test_a_file_without_a_last_newline_or_without_anything_can_be_edited() -> None:
    assert set_value("a: 1", ["b"], 2) == "a: 1\nb: 2\n"
    assert set_value("", ["b", "c"], 2) == "b:\n  c: 2\n"
    assert set_value("# only a comment\n", ["b"], 2) == "# only a comment\nb: 2\n"


@pytest.mark.parametrize("path", [["nope", 0], ["steps", 9, "do"], ["label", "x"], ["tags", -1], ["fields", 0]])
def test_a_place_that_is_not_there_is_an_error_for_people(path: list[str | int]) -> None:
    with pytest.raises(AppError, match="Read it again"):
        remove(TEXT, path)


@pytest.mark.parametrize("text", ["a: [", "a: &x 1\nb: *x\n", "a: 1\na: 2\n"])
def test_a_file_that_is_wrong_is_not_edited(text: str) -> None:
    with pytest.raises(AppError, match=r"line [12]"):
        set_value(text, ["c"], 1)


def test_what_cannot_stand_in_yaml_is_an_error_for_people() -> None:
    for value in (object(), float("nan"), "\ud800"):
        with pytest.raises(AppError):
            set_value(TEXT, ["label"], value)


def test_a_file_is_exchanged_in_one_motion(tmp_path: Path) -> None:
    file = tmp_path / "types" / "order.yaml"
    write_file(file, "a: 1\r\n")
    file.chmod(0o600)
    before = file.open(encoding="utf-8")
    write_file(file, "a: 2\n")
    with before:
        assert before.read() == "a: 1\n"
    assert file.read_bytes() == b"a: 2\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in file.parent.iterdir()] == ["order.yaml"]


TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(
        [
            "",
            "yes",
            "12",
            "~",
            "=a == b",
            "a: b",
            "- x",
            "# c",
            "x # y",
            "'",
            '"',
            "{",
            "{{ a }}",
            "a\nb\n",
            "\n",
            " a ",
            "\\=",
        ]
    ),
    st.text("ab \n:#-'\"[]{},|>&*!%@`\t\\=?", max_size=10),
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(allow_nan=False, allow_infinity=False), TEXTS
)
KEYS = st.one_of(st.sampled_from(["a", "b", "do", "with", "yes", "12", "set"]), TEXTS)
TREES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(KEYS, below, max_size=3)),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(KEYS, TREES, min_size=1, max_size=4)


def house_lines(tree: dict[str, Any]) -> list[str]:
    """The lines of a document in the house's layout."""
    node = node_of(tree)
    assert isinstance(node, Keys)
    return block_lines(node, 0)


@given(tree=DOCUMENTS)
def test_what_is_written_reads_back_the_same(tree: dict[str, Any]) -> None:
    assert read("\n".join(house_lines(tree)) + "\n") == tree


LAYOUTS = st.fixed_dictionaries(
    {
        "default_flow_style": st.sampled_from([None, False, True]),
        "indent": st.sampled_from([2, 4, 7]),
        "width": st.sampled_from([20, 80, 10_000]),
        "allow_unicode": st.booleans(),
        "default_style": st.sampled_from([None, None, None, '"', "'", "|", ">"]),
    }
)


@st.composite
def texts(draw: st.DrawFn, documents: st.SearchStrategy[dict[str, Any]]) -> str:
    """A document in the house's layout, or in one of many that another writer has."""
    tree = draw(documents)
    layout: dict[str, Any] = draw(LAYOUTS)
    house = "\n".join(house_lines(tree)) + "\n"
    other = yaml.safe_dump(tree, sort_keys=False, **layout)
    return other if draw(st.booleans()) and isinstance(_reads(other), dict) else house


@st.composite
def places(draw: st.DrawFn) -> tuple[str, list[str | int], Any]:
    """A text, a path in it and what stands there."""
    text = draw(texts(DOCUMENTS))
    at, path = read(text), list[str | int]()
    while isinstance(at, (dict, list)) and at and (not path or draw(st.booleans())):
        step = draw(st.sampled_from(list(at))) if isinstance(at, dict) else draw(st.integers(0, len(at) - 1))
        path.append(step)
        at = at[step]
    return text, path, at


def put(tree: Any, path: list[str | int], value: Any) -> Any:
    """The plain tree with a value at a path."""
    if not path:
        return value
    below = put(tree[path[0]], path[1:], value)
    if isinstance(tree, dict):
        return {key: below if key == path[0] else one for key, one in tree.items()}
    return [below if index == path[0] else one for index, one in enumerate(tree)]


@given(place=places(), value=TREES)
@settings(max_examples=400)
def test_setting_any_value_anywhere_in_any_layout_means_just_that(
    place: tuple[str, list[str | int], Any], value: Any
) -> None:
    text, path, _ = place
    assert read(set_value(text, path, value)) == put(read(text), path, value)


@given(place=places())
@settings(max_examples=300)
def test_removing_anything_in_any_layout_means_just_that(place: tuple[str, list[str | int], Any]) -> None:
    text, path, _ = place
    before = read(text)
    holder = before
    for step in path[:-1]:
        holder = holder[step]
    if isinstance(holder, dict):
        left: Any = {key: one for key, one in holder.items() if key != path[-1]}
    else:
        left = [one for index, one in enumerate(holder) if index != path[-1]]
    assert read(remove(text, path)) == put(before, path[:-1], left)


LISTS = st.lists(TREES, min_size=1, max_size=4)
WITH_LIST = st.builds(
    lambda before, items, after: {**before, "list": {"of": items}, "z": after}, DOCUMENTS, LISTS, TREES
)


@given(text=texts(WITH_LIST), value=TREES, data=st.data())
@settings(max_examples=200)
def test_moving_and_inserting_items_in_any_layout_means_just_that(text: str, value: Any, data: st.DataObject) -> None:
    path: list[str | int] = ["list", "of"]
    items = read(text)["list"]["of"]
    index, to = (data.draw(st.integers(0, len(items) - 1)) for _ in range(2))
    moved = [*items]
    moved.insert(to, moved.pop(index))
    assert read(move(text, path, index, to)) == put(read(text), path, moved)
    assert read(insert(text, path, index, value)) == put(read(text), path, [*items[:index], value, *items[index:]])


@given(text=texts(WITH_LIST), other=LISTS, data=st.data())
@settings(max_examples=200)
def test_putting_an_item_into_another_list_in_any_layout_means_just_that(
    text: str, other: list[Any], data: st.DataObject
) -> None:
    tree = read(text := set_value(text, ["other"], {"of": other}))
    items = tree["list"]["of"]
    index, to = data.draw(st.integers(0, len(items) - 1)), data.draw(st.integers(0, len(other)))
    left = put(tree, ["list", "of"], items[:index] + items[index + 1 :])
    after = put(left, ["other", "of"], [*other[:to], items[index], *other[to:]])
    assert read(transfer(text, ["list", "of"], index, ["other", "of"], to)) == after


@given(place=places(), name=KEYS)
def test_renaming_a_key_in_any_layout_means_just_that(place: tuple[str, list[str | int], Any], name: str) -> None:
    text, path, _ = place
    holder = read(text)
    for step in path[:-1]:
        holder = holder[step]
    assume(isinstance(holder, dict) and name not in holder)
    renamed = {name if key == path[-1] else key: one for key, one in holder.items()}
    after = read(rename_key(text, path, name))
    assert after == put(read(text), path[:-1], renamed)


@given(tree=DOCUMENTS, data=st.data())
@settings(max_examples=200)
def test_in_the_house_layout_lines_outside_the_place_are_kept_to_the_character(
    tree: dict[str, Any], data: st.DataObject
) -> None:
    lines = []
    for line in house_lines(tree):
        lines.append(line)
        if line.endswith(":") and data.draw(st.booleans()):
            lines[-1] += "  # said of it"
    text = "# head\n" + "\n".join(lines) + "\n"
    assume(_reads(text) == tree)
    key = data.draw(st.sampled_from(list(tree)))
    after = set_value(text, [key], data.draw(SCALARS))
    before_key = list(tree).index(key)
    heads = {name: index for index, name in enumerate(tree)}
    kept = [one for one in _blocks(text, heads) if one[0] != before_key]
    assert [one for one in _blocks(after, heads) if one[0] != before_key] == kept


def _reads(text: str) -> Any:
    issues = Issues()
    node = read_yaml("f", text, "f", Report(issues))
    return plain(node) if node is not None and not list(issues) else None


def _blocks(text: str, heads: dict[str, int]) -> list[tuple[int, list[str]]]:
    """The lines of a text by the top key that they belong to."""
    found: list[tuple[int, list[str]]] = [(-1, [])]
    lines = text.splitlines(keepends=True)
    starts = _key_lines(text)
    for number, line in enumerate(lines):
        if number in starts:
            found.append((heads[starts[number]], []))
        found[-1][1].append(line)
    return found


def _key_lines(text: str) -> dict[int, str]:
    issues = Issues()
    node = read_yaml("f", text, "f", Report(issues))
    marks = getattr(node, "key_marks", {})
    return {mark.line - 1: name for name, mark in marks.items()}


def test_a_new_key_does_not_come_below_the_steps() -> None:
    text = "label: Hello\n# What it does.\nsteps:\n  - do: terminate\n"
    assert set_value(text, ["parameters"], {"name": "text"}) == (
        "label: Hello\nparameters:\n  name: text\n# What it does.\nsteps:\n  - do: terminate\n"
    )
    assert set_value("steps: []\n", ["auth"], "none") == "steps: []\nauth: none\n"
    loop = "steps:\n  - do: for_each\n    steps:\n      - do: terminate\n"
    assert set_value(loop, ["steps", 0, "as"], "one") == (
        "steps:\n  - do: for_each\n    as: one\n    steps:\n      - do: terminate\n"
    )
    flow = "steps:\n  - {do: for_each, steps: [{do: terminate}]}   # once\n"
    assert set_value(flow, ["steps", 0, "as"], "one") == (
        "steps:\n  - {do: for_each, as: one, steps: [{do: terminate}]}   # once\n"
    )
