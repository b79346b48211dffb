"""Lists of what there is, and one of them with all that is known of it, as several commands print them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from offpage.cli.printing import Printer, plain

if TYPE_CHECKING:
    from rich.console import Console

Draw = Callable[["Console", list[dict[str, Any]]], None]
"""Draws lines as a table."""


def print_list(printer: Printer, lines: list[dict[str, Any]], draw: Draw, summary: str = "") -> None:
    """Print lines: one JSON object each, or a table for people, and a sentence below it or in its place."""
    for line in lines:
        printer.data(line)
    if lines:
        printer.drawn(lambda console: draw(console, lines))
    if summary:
        printer.text(summary)


def print_fields(printer: Printer, found: Mapping[str, Any], *, without: Sequence[str] = (), width: int = 13) -> None:
    """Print a line for each value that there is, its name first."""
    for name, value in found.items():
        if name not in without and value not in (None, {}):
            shown = round(value, 3) if isinstance(value, float) else value
            printer.text(f"{name + ':':{width}} {plain(shown, 1000)}")
