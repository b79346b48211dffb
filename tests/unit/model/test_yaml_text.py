"""Scalars and marks of the YAML that is read."""

import pytest

from offpage.kernel.issues import Issues
from offpage.model.node import Items, Keys, Mark, Node, Scalar
from offpage.model.report import Report
from offpage.model.yaml_text import read_yaml


def read(text: str) -> Node:
    """The root of a text that has nothing wrong with it."""
    issues = Issues()
    node = read_yaml("f.yaml", text, "f", Report(issues))
    assert not list(issues)
    assert node is not None
    return node


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("yes", True),
        ("No", False),
        ("true", True),
        ("FALSE", False),
        ("on", "on"),
        ("y", "y"),
        ("12", 12),
        ("012", 12),
        ("-3", -3),
        ("+4", 4),
        ("0x1F", 31),
        ("0o17", 15),
        ("1_000", "1_000"),
        ("1.50", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1e999", "1e999"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("2026-01-31", "2026-01-31"),
        ("12:30", "12:30"),
        ("=a + b", "=a + b"),
        ("<<", "<<"),
        ('"12"', "12"),
        ("'yes'", "yes"),
        ('""', ""),
        ("|\n  12\n", "12\n"),
        (">-\n  a\n  b\n", "a b"),
        ("9" * 400, "9" * 400),
    ],
)
def test_a_scalar_is_read_as_yaml_1_2_with_yes_and_no(written: str, value: object) -> None:
    node = read(f"k: {written}")
    assert isinstance(node, Keys)
    scalar = node.items["k"]
    assert isinstance(scalar, Scalar)
    assert (scalar.value, type(scalar.value)) == (value, type(value))
    assert scalar.plain == (written[:1] not in ('"', "'", "|", ">"))
    if scalar.plain:
        assert scalar.text == written


def test_every_value_and_key_knows_its_line_and_column() -> None:
    node = read("a: 1\nbø:\n  - x\n  -   {c: d}\n")
    assert isinstance(node, Keys)
    assert node.key_marks["bø"] == Mark("f.yaml", 2, 1)
    items = node.items["bø"]
    assert isinstance(items, Items)
    assert [one.mark for one in items.items] == [Mark("f.yaml", 3, 5), Mark("f.yaml", 4, 7)]
    inner = items.items[1]
    assert isinstance(inner, Keys)
    assert (inner.key_marks["c"].column, inner.items["c"].mark.column) == (8, 11)


def test_keys_are_text_as_written() -> None:
    node = read("yes: 1\n12: 2\nnull: 3\n'a b': 4\n")
    assert isinstance(node, Keys)
    assert list(node.items) == ["yes", "12", "null", "a b"]


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "---\n"])
def test_an_empty_file_has_nothing_in_it(text: str) -> None:
    node = read(text)
    assert node in (Keys({}, {}, Mark("f.yaml", 1, 1)), Scalar(None, "", True, node.mark))
