"""Ranges of dates and of numbers: two ends, both inside. On the wire, an array of the two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from offpage.values.kind import Forms, Kind, Read, Write, unreadable
from offpage.values.kinds.date import DATE_KIND
from offpage.values.kinds.json import parse_json
from offpage.values.kinds.number import NUMBER_KIND
from offpage.values.shapes import Span
from offpage.values.types import Type


def _reader(end: Read) -> Read:
    def read(raw: Any, of: Type, forms: Forms) -> Span:
        match raw:
            case [start, stop] if start is not None and stop is not None:
                return Span(end(start, of, forms), end(stop, of, forms))
        raise unreadable(of, "A range is an array of its two ends.")

    return read


def _text_reader(read: Read) -> Read:
    def from_text(raw: Any, of: Type, forms: Forms) -> Span:
        found: Span = read(parse_json(raw, of), of, forms)
        return found

    return from_text


def _json_writer(end: Write) -> Write:
    return lambda value, of, forms: [end(value.start, of, forms), end(value.end, of, forms)]


def _text_writer(end: Write) -> Write:
    return lambda value, of, forms: f"{end(value.start, of, forms)} - {end(value.end, of, forms)}"


def _decoder(end: Callable[[Any], float]) -> Callable[[Sequence[Any]], Span | None]:
    def decode(columns: Sequence[Any]) -> Span | None:
        start, stop = columns
        return None if start is None or stop is None else Span(end(start), end(stop))

    return decode


def _range_of(name: str, words: str, ends: Kind, number: Callable[[Any], float]) -> Kind:
    read = _reader(ends.from_json)
    return Kind(
        name,
        words,
        read,
        _text_reader(read),
        _json_writer(ends.to_json),
        _text_writer(ends.to_text),
        columns=2,
        encode=tuple,
        decode=_decoder(number),
    )


DATE_RANGE_KIND: Final = _range_of("date_range", "date range", DATE_KIND, int)
NUMBER_RANGE_KIND: Final = _range_of("number_range", "number range", NUMBER_KIND, float)
