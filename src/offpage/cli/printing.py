"""What a command prints: human text on a terminal, JSON lines with --json."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from rich.console import Console

PIPE_WIDTH: Final = 200
"""Characters of a line where there is no terminal."""


def as_json(data: Any) -> str:
    """One line of JSON."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str)


def plain(value: Any, longest: int = 200) -> str:
    """A value on one line of a terminal: texts bare, all else as JSON, control characters made visible, cut."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "yes" if value else "no"
    value = _short_numbers(value)
    bare = isinstance(value, str) and value.isprintable() and value == value.strip() and value
    text = value if bare else json.dumps(value, ensure_ascii=False)
    if not text.isprintable():
        text = json.dumps(value)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _short_numbers(value: Any) -> Any:
    """Whole numbers without a point, within lists and mappings too."""
    match value:
        case float():
            return int(value) if value.is_integer() and abs(value) < 1e15 else value
        case dict():
            return {key: _short_numbers(one) for key, one in value.items()}
        case list():
            return [_short_numbers(one) for one in value]
    return value


@dataclass(frozen=True, slots=True)
class Printer:
    """Prints for people, or for programs (`as_json`)."""

    as_json: bool = False

    def text(self, line: str = "") -> None:
        """Print a line for people."""
        if not self.as_json:
            click.echo(line)

    def hint(self, line: str) -> None:
        """Print a line for people beside the output proper, on standard error."""
        if not self.as_json:
            click.echo(line, err=True)

    def data(self, data: Any) -> None:
        """Print a line for programs."""
        if self.as_json:
            click.echo(as_json(data))

    def drawn(self, draw: Callable[[Console], None]) -> None:
        """Draw for people: tables and trees."""
        if not self.as_json:
            from rich.console import Console

            # Whatever reads a pipe or a file has no width that lines would have to fit in.
            draw(Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH))


def confirmed(printer: Printer, *, yes: bool, **about: Any) -> bool:
    """Whether somebody wants what was shown: they said --yes, or say so now; where there is no terminal, nobody does."""
    if yes:
        return True
    if sys.stdin.isatty() and not printer.as_json:
        return click.confirm("Go ahead?", err=True)
    printer.data({"event": "not_confirmed", **about})
    printer.hint("Nothing was done. Go ahead with --yes.")
    return False
