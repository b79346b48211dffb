"""One thing as a file gives it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any, Final

from offpage.kernel.errors import InvalidData
from offpage.model.schema import Field

LONGEST_LINE: Final = 64 * 1024 * 1024
"""Most bytes or characters of one line; a longer one is no line of things."""


@dataclass(slots=True)
class Entry:
    """What one line gives, by field id in Python form; or `problem`, a sentence about why it gives nothing."""

    line: int
    values: dict[str, Any] = field(default_factory=dict)
    problem: str = ""


def about_field(one: Field, error: InvalidData) -> str:
    """What is wrong with the value of a field, as a sentence."""
    reason = str(error.details.get("reason", ""))
    return f"{one.id}: {error.message[:1].upper()}{error.message[1:].rstrip('.')}.{f' {reason}' if reason else ''}"


def lines_of(file: IO[Any]) -> Iterator[Any]:
    """The lines of a file. Raises InvalidData for one that does not end."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise InvalidData(f"Line {number} is longer than {LONGEST_LINE:,} bytes. This is no file of things.")
        yield line
