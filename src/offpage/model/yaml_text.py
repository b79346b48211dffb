"""YAML text → nodes that know their lines. Never raises, never takes long, whatever the text is.

The YAML is 1.2's core schema, with a plain `yes` or `no` as a boolean. Left out, with an issue each: anchors
and aliases (they can grow without bound, and an editor cannot change one place alone), tags, further documents.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import yaml

from offpage.kernel.address import Address, join
from offpage.model.node import Items, Keys, Mark, Node, Scalar
from offpage.model.report import Report, shown

CHARACTERS: Final = 2_000_000
"""Longest file that is read."""
NODES: Final = 100_000
"""Most values in one file."""
DEPTH: Final = 60
"""Deepest nesting."""

_INTEGER = re.compile(r"[-+]?[0-9]{1,300}\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_OTHER_BASE = re.compile(r"0o[0-7]{1,100}\Z|0x[0-9a-fA-F]{1,100}\Z")
_WORDS: Final[dict[str, bool | None]] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "YES"), True),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "NO"), False),
}


def plain_value(text: str) -> str | int | float | bool | None:
    """What an unquoted scalar stands for. Numbers that are not finite stay text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text)
    if _OTHER_BASE.match(text):
        return int(text, 0)
    if _FLOAT.match(text) and len(text) < 400:
        number = float(text)
        return number if math.isfinite(number) else text
    return text


class _TooBig(Exception):
    """The text has more values, or deeper ones, than are read."""


def read_yaml(file: str, text: str, address: Address, report: Report) -> Node | None:
    """Read the first document of a text. Says what is wrong; None when there is nothing that can be used."""
    start = Mark(file, 1, 1)
    if len(text) > CHARACTERS:
        report.error(address, start, f"This file is longer than {CHARACTERS:,} characters; split it.")
        return None
    try:
        text.encode()
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        report.error(address, Mark(file, line, 1), "This line holds a character that is not valid Unicode; remove it.")
        return None
    try:
        return _Composer(file, text, address, report).document()
    except yaml.YAMLError as error:
        report.error(address, *_syntax(file, error, text))
    except _TooBig as error:
        report.error(address, start, str(error))
    return None


def _syntax(file: str, error: yaml.YAMLError, text: str) -> tuple[Mark, str]:
    """Where and what a syntax error is, with what usually helps."""
    if not isinstance(error, yaml.MarkedYAMLError):
        place = getattr(error, "position", 0) or 0
        bad = next((at for at, c in enumerate(text) if c < " " and c not in "\t\n\r"), place)
        line = text.count("\n", 0, min(bad, len(text))) + 1
        return Mark(file, line, 1), "This file holds a control character that YAML does not allow; remove it."
    at = error.problem_mark or error.context_mark
    mark = Mark(file, at.line + 1, at.column + 1) if at else Mark(file, 1, 1)
    problem = str(error.problem or "it cannot be read")
    before = text.split("\n")[at.line][: at.column] if at and at.line <= text.count("\n") else ""
    if "mapping values are not allowed" in problem and before and ":" not in before and "{" not in before:
        # The line is taken for the rest of the one above, which has a value already.
        advice = "This line is indented deeper than the one above, which has a value already: lines that belong together begin in one column."
    elif "mapping values are not allowed" in problem or "did not find expected ',' or" in problem:
        advice = "Put quotes around a value that holds `: `, ` #`, or brackets inside { } or [ ]."
    elif "did not find expected key" in problem or "did not find expected '-'" in problem:
        advice = "The indentation here does not fit the lines above: lines that belong together begin in one column."
    elif "tab" in problem or "cannot start any token" in problem:
        advice = "Indent with spaces, and put quotes around a value that starts with a special character."
    else:
        advice = "Check the indentation, quotes and brackets here and on the lines above."
    return mark, f"This is not valid YAML: {problem}. {advice}"


def _is_open(text: str) -> bool:
    """Whether brackets of an expression are not closed."""
    return sum(text.count(one) for one in "([") > sum(text.count(one) for one in ")]")


class _Composer:
    """Builds nodes from the parser's events, one level of Python calls per level of nesting."""

    def __init__(self, file: str, text: str, address: Address, report: Report) -> None:
        self.file = file
        self.address = address
        self.report = report
        self.count = 0
        self.events: Iterator[Any] = yaml.parse(text, Loader=yaml.CSafeLoader)

    def document(self) -> Node | None:
        """The first document's root; an empty file is an empty mapping."""
        root: Node | None = None
        for event in self.events:
            match event:
                case yaml.DocumentStartEvent() if root is not None:
                    self.report.error(
                        self.address,
                        self.mark(event),
                        "A file holds one document; put what follows `---` in a file of its own.",
                    )
                    return root
                case yaml.NodeEvent():
                    root = self.node(event, self.address, 0)
        return root if root is not None else Keys({}, {}, Mark(self.file, 1, 1))

    def mark(self, event: Any) -> Mark:
        """The place of an event."""
        return Mark(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def node(self, event: Any, address: Address, depth: int) -> Node:
        """The node that begins with an event."""
        self.count += 1
        if self.count > NODES:
            raise _TooBig(f"This file holds more than {NODES:,} values; split it.")
        if depth > DEPTH:
            raise _TooBig(f"Line {event.start_mark.line + 1} is nested more than {DEPTH} levels deep; make it flatter.")
        mark = self.mark(event)
        if isinstance(event, yaml.AliasEvent):
            self.report.error(address, mark, f"Aliases (`*{event.anchor}`) are not read; write the value out here.")
            return Scalar(None, "", True, mark)
        if event.anchor:
            self.report.error(address, mark, f"Anchors (`&{event.anchor}`) are not read; remove it.")
        if event.tag:
            self.report.error(address, mark, f"Tags ({shown(event.tag)}) are not read; remove it.")
        match event:
            case yaml.ScalarEvent():
                plain = event.style is None or event.style == ""
                return Scalar(plain_value(event.value) if plain else event.value, event.value, plain, mark)
            case yaml.SequenceStartEvent():
                return Items(tuple(self.sequence(address, depth)), mark)
            case _:
                return self.mapping(mark, address, depth, in_braces=event.flow_style)

    def sequence(self, address: Address, depth: int) -> Iterator[Node]:
        """The items up to the end of a sequence."""
        index = 0
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            yield self.node(event, join(address, index), depth + 1)
            index += 1

    def cut(self, items: dict[str, Node], address: Address) -> dict[str, Node]:
        """The values of `{ }` as they were meant where a comma inside brackets has cut an expression into keys."""
        whole: dict[str, Node] = {}
        open_at = ""
        for name, value in items.items():
            last = whole.get(open_at)
            if isinstance(last, Scalar) and isinstance(value, Scalar) and value.plain and value.text == "":
                whole[open_at] = replace(last, value=f"{last.text}, {name}", text=f"{last.text}, {name}", plain=False)
                open_at = open_at if _is_open(f"{last.text}, {name}") else ""
                continue
            whole[name], open_at = value, ""
            if isinstance(value, Scalar) and value.plain and value.text.startswith("=") and _is_open(value.text):
                open_at = name
        for name, value in whole.items():
            if value is not items[name]:
                place = join(address, name)
                message = "Put quotes around this value: inside { } YAML ends it at the comma."
                self.report.error(place, items[name], message)
        return whole

    def mapping(self, mark: Mark, address: Address, depth: int, *, in_braces: bool) -> Keys:
        """The keys up to the end of a mapping; of a key written twice the first counts."""
        items: dict[str, Node] = {}
        marks: dict[str, Mark] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.node(event, address, depth + 1)
            name = key.text if isinstance(key, Scalar) else ""
            value = self.node(next(self.events), join(address, name), depth + 1)
            if not isinstance(key, Scalar):
                self.report.error(address, key, "A key must be text; remove the brackets around it.")
            elif not name and key.plain:
                self.report.error(address, key, "Here stands a value without a key; write its key before the `:`.")
            elif name in items:
                first = marks[name].line
                self.report.error(
                    join(address, name),
                    key,
                    f"The key {shown(name)} is already on line {first}; remove one of the two.",
                )
            else:
                items[name] = value
                marks[name] = key.mark
        if in_braces:
            items = self.cut(items, address)
        return Keys(items, {name: marks[name] for name in items}, mark)
