"""offpage check: every issue of an app, with its place."""

from __future__ import annotations

import dataclasses
import os
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from offpage.cli.options import app_folder, json_lines, require_app
from offpage.cli.printing import Printer

if TYPE_CHECKING:
    from offpage.kernel.issues import Issue


@click.command("check", short_help="List every issue of an app.")
@app_folder
@json_lines
def command(folder: Path, printer: Printer) -> int:
    """List every issue of the app in FOLDER, as `file:line:column: sentence (address)`.

    Exits with 1 if one of them is an error; warnings do not count.
    """
    require_app(folder)
    from offpage.host.compose import secrets_of
    from offpage.host.sources import read_program
    from offpage.host.surroundings_check import surroundings_issues
    from offpage.sql.sqlite import SQLITE

    _, _, found = read_program(folder, SQLITE, secrets_of(folder).available, crashed)
    issues = sorted(
        [*found, *surroundings_issues(folder, os.environ)], key=lambda issue: (issue.file, issue.line, issue.column)
    )
    print_issues(printer, folder, issues)
    errors = sum(issue.severity == "error" for issue in issues)
    printer.text(summary(errors, len(issues) - errors))
    return 1 if errors else 0


def crashed(address: str, error: Exception) -> None:
    """Show where a mistake inside Offpage happened, to those who look for it."""
    if os.environ.get("OFFPAGE_DEBUG"):
        click.echo("".join(traceback.format_exception(error)), err=True)


def print_issues(printer: Printer, folder: Path, issues: Iterable[Issue]) -> None:
    """Print issues, a line each."""
    for issue in issues:
        printer.data(dataclasses.asdict(issue))
        printer.text(issue_line(folder, issue))


def issue_line(folder: Path, issue: Issue) -> str:
    """An issue as a line whose beginning a terminal or an editor can open."""
    place = f"{folder / issue.file}:{issue.line}:{issue.column}: " if issue.file else ""
    warning = click.style("warning: ", fg="yellow") if issue.severity == "warning" else ""
    address = click.style(f"({issue.address})", dim=True)
    return f"{click.style(place, bold=True)}{warning}{issue.message} {address}"


def summary(errors: int, warnings: int) -> str:
    """How many issues there are, in words."""
    counts = [(errors, "error"), (warnings, "warning")]
    words = [f"{count} {word}{'' if count == 1 else 's'}" for count, word in counts if count]
    return " and ".join(words) + "." if words else click.style("No issues.", fg="green")
