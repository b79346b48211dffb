"""In which form things stand in a file, and the options that say so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

CSV: Final = "csv"
JSON_LINES: Final = "jsonl"

_SUFFIXES: Final = {".csv": CSV, ".tsv": CSV, ".jsonl": JSON_LINES, ".ndjson": JSON_LINES, ".json": JSON_LINES}


def _separator(ctx: click.Context, param: click.Parameter, given: str) -> str:
    from offpage.data.transfer.csv_form import separator_of

    found = separator_of(given)
    if found is None:
        raise click.BadParameter("It is one character, such as ; or the word tab.")
    return found


def file_form(command: Command) -> Command:
    """The options --format and --separator, as the parameters `form` and `separator`."""
    command = click.option(
        "--separator", default=",", callback=_separator, metavar="CHARACTER", help="What stands between cells of CSV: , by default, ; or tab."
    )(command)  # fmt: skip
    return click.option(
        "--format", "form", type=click.Choice([CSV, JSON_LINES]), help="By default what the file's name ends with, else csv."
    )(command)  # fmt: skip


def form_of(path: Path | None, given: str | None) -> str:
    """The form of a file. Raises UsageError for an ending that says something else, such as .xlsx, where no form is given."""
    ending = path.suffix.lower() if path else ""
    if given or not ending:
        return given or CSV
    if ending not in _SUFFIXES:
        endings = ", ".join(_SUFFIXES)
        raise click.UsageError(
            f"Nothing is known of files that end with {ending}. Endings are {endings}; or say --format."
        )
    return _SUFFIXES[ending]
