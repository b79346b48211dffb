"""Where the values of a YAML text stand, character by character: what an edit needs to touch one and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml


@dataclass(slots=True)
class Entry:
    """One key with its value, or one item of a list (`key` is None).

    `start` is the place of the key or of the `-`; inside { } or [ ] (`in_flow`) an item has none and starts itself.
    """

    start: int
    key: Span | None
    value: Span
    in_flow: bool


@dataclass(slots=True)
class Span:
    """A value from its first character to the one after its last.

    An absent value has no length and stands after the `:` or `-`. A block value ends with its last line's text,
    without the newline. `style` is how a scalar is written: plain, quoted (with which quote), or block.
    """

    kind: Literal["scalar", "items", "keys"]
    start: int
    end: int
    flow: bool = False
    style: str = ""
    entries: list[Entry] = field(default_factory=list)

    @property
    def is_inline(self) -> bool:
        """Whether the value stands on its key's line and can be exchanged there."""
        return self.flow if self.kind != "scalar" else self.style not in ("|", ">")


def read_spans(text: str) -> Span | None:
    """The spans of a text's first document; None when it is empty. The text must be one that `read_yaml` accepts."""
    events = yaml.parse(text, Loader=yaml.CSafeLoader)
    first = next((event for event in events if isinstance(event, yaml.NodeEvent)), None)
    return _span(text, first, events) if first is not None else None


def _span(text: str, event: Any, events: Iterator[Any]) -> Span:
    start, end = event.start_mark.index, event.end_mark.index
    match event:
        case yaml.ScalarEvent():
            style = event.style or ""
            if style in ("|", ">"):
                end = start + len(text[start:end].rstrip())
            return Span("scalar", start, end, style=style)
        case yaml.SequenceStartEvent():
            span = Span("items", start, end, flow=bool(event.flow_style))
            last = _items(text, span, events)
        case _:
            span = Span("keys", start, end, flow=bool(event.flow_style))
            last = _keys(text, span, events)
    if span.flow:
        span.end = last.end_mark.index
    elif span.entries:
        span.end = max(span.entries[-1].value.end, span.entries[-1].start + 1)
    return span


def _items(text: str, span: Span, events: Iterator[Any]) -> Any:
    column = span.start - _line_start(text, span.start)
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        value = _span(text, event, events)
        start = value.start if span.flow else _dash(text, value.start, column)
        span.entries.append(Entry(start, None, value, span.flow))
    return event


def _keys(text: str, span: Span, events: Iterator[Any]) -> Any:
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _span(text, event, events)
        span.entries.append(Entry(key.start, key, _span(text, next(events), events), span.flow))
    return event


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _dash(text: str, start: int, column: int) -> int:
    """The place of the `-` that a block item begins with: in its list's column, on its line or above."""
    line = _line_start(text, start)
    while line > 0 and not (line + column < start and text[line + column] == "-"):
        line = _line_start(text, line - 1)
    return line + column
