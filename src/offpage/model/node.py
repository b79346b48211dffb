"""A YAML tree that knows where each of its parts stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file of the app folder; line and column count from 1, 0 means unknown."""

    file: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as written. `value` is its YAML 1.2 reading, where a plain `yes`/`no` also counts as true/false.

    `text` is what was written, so that a text field can take `12` or `yes` as text. `plain` is false
    when it was quoted or a block, in which case `value` is the text.
    """

    value: str | int | float | bool | None
    text: str
    plain: bool = True
    mark: Mark = Mark()


@dataclass(frozen=True, slots=True)
class Items:
    """A sequence."""

    items: tuple[Node, ...]
    mark: Mark = Mark()


@dataclass(frozen=True, slots=True)
class Keys:
    """A mapping with text keys, in the order written. `key_marks` has the place of each key."""

    items: dict[str, Node]
    key_marks: dict[str, Mark]
    mark: Mark = Mark()


Node = Scalar | Items | Keys
