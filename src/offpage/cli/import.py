"""offpage import: things out of CSV or JSON lines."""  # noqa: N999 - the command is called so

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import click

from offpage.cli.file_forms import CSV, file_form, form_of
from offpage.cli.options import chosen, environment, folder_and, json_lines, place_of, settings
from offpage.cli.printing import Printer, as_json
from offpage.cli.progress import Advance, progress

if TYPE_CHECKING:
    from offpage.data.transfer.entry import Entry
    from offpage.data.transfer.importing import Problem, Rules, Tally
    from offpage.host.app_runner import AppRunner
    from offpage.host.compose import Name
    from offpage.model.schema import DataType

MOST_SHOWN: Final = 20
"""How many problems people are shown; all of them are counted, and go to --errors."""


@click.command("import", short_help="Read things of a data type from CSV or JSON lines.")
@folder_and("type_id", "file")
@click.option("--update", is_flag=True, help="Change things whose id is there already, instead of refusing the line.")
@click.option("--allow-missing", is_flag=True, help="Keep references to things that are not there (yet).")
@click.option("--dry-run", is_flag=True, help="Try everything and keep nothing.")
@click.option("--errors", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Write what is wrong with which line to this file, as JSON lines.")  # fmt: skip
@file_form
@environment
@settings("data", "database")
@json_lines
def command(
    folder: Path,
    type_id: str,
    file: str,
    update: bool,
    allow_missing: bool,
    dry_run: bool,
    errors: Path | None,
    form: str | None,
    separator: str,
    environment: Name,
    printer: Printer,
    **given: Any,
) -> int:
    """Read things of the data type TYPE of the app in FOLDER from FILE (- is standard input).

    The first line of CSV names the fields by their ids or labels; an object of JSON lines has them as keys. A line
    with an id becomes the thing with that id. Fields that are not there take their defaults. What is wrong with a
    line is told with its number, and the other lines are imported all the same; then the command exits with 1.
    """
    place = place_of(folder, chosen(given))
    from offpage.data.transfer.importing import Rules
    from offpage.host.app_data import app_data, find_data_type
    from offpage.kernel.events import Events

    rules = Rules(update=update, missing_allowed=allow_missing)
    with (
        app_data(place, environment, Events()) as app,
        _opened(Path(file)) as (content, size),
        _Problems(printer, errors) as told,
    ):
        of = find_data_type(app.program.schema, type_id)
        entries = _entries(content, app, of, form_of(Path(file), form), separator)
        with progress(f"Importing {type_id}", size, is_bytes=True) as advance:
            tally = _import(app, of, rules, entries, told, _position(content, size, advance), trial=dry_run)
    _report(printer, type_id, environment, tally, told, dry_run=dry_run)
    return 1 if told.count else 0


class _Problems:
    """Tells what is wrong, as it is found; shows people the first few."""

    def __init__(self, printer: Printer, path: Path | None) -> None:
        self.count = 0
        self._printer = printer
        self._path = path
        self._file: IO[str] | None = None

    def __enter__(self) -> _Problems:
        if self._path is not None:
            self._file = self._path.open("w", encoding="utf-8")
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def __call__(self, one: Problem) -> None:
        self.count += 1
        if self._file is not None:
            self._file.write(as_json(one._asdict()) + "\n")
        self._printer.data({"problem": one.message, "line": one.line})
        if self.count <= MOST_SHOWN:
            self._printer.hint(f"line {one.line}: {one.message}")
        elif self.count == MOST_SHOWN + 1:
            more = "" if self._path else " Use --errors FILE to have them all."
            self._printer.hint(f"… and more problems.{more}")


def _import(
    app: AppRunner, of: DataType, rules: Rules, entries: Iterator[Entry], told: _Problems, moved: Any, *, trial: bool
) -> Tally:
    from offpage.data.transfer.file_import import import_entries
    from offpage.data.transfer.importing import Importer
    from offpage.engine.workload import Workload
    from offpage.host.app_data import keep_spent

    machine = app.machine
    tell, watched = app.engine.told_all(app.program), app.program.watched_lists
    importer = Importer(app.program.things, of, machine.new_id, rules, told=tell, watched=watched)
    tally = import_entries(
        app.database, importer, entries, machine.clock, problem=told, told=lambda tally: moved(), trial=trial
    )
    if not trial:
        spent = Workload(app.program.app.settings.workload)
        spent.written(tally.created + tally.changed)
        keep_spent(app, of, "import_csv", spent)
    return tally


def _entries(content: IO[bytes], app: AppRunner, of: DataType, form: str, separator: str) -> Iterator[Entry]:
    from offpage.data.transfer.columns import Columns
    from offpage.data.transfer.csv_form import read_csv
    from offpage.data.transfer.json_form import read_json_lines

    if form == CSV:
        return read_csv(content, Columns(of), app.program.forms, separator)
    return read_json_lines(content, Columns(of), app.program.forms)


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[tuple[IO[bytes], int | None]]:
    """The file and its size; standard input, whose end nobody knows."""
    if str(file) == "-":
        yield sys.stdin.buffer, None
        return
    with file.open("rb") as content:
        yield content, os.fstat(content.fileno()).st_size


def _position(content: IO[bytes], size: int | None, advance: Advance) -> Any:
    return (lambda: None) if size is None else (lambda: advance(content.tell()))


def _report(printer: Printer, type_id: str, environment: str, tally: Tally, told: _Problems, *, dry_run: bool) -> None:
    counts = {"created": tally.created, "changed": tally.changed, "problems": told.count}
    printer.data({"type": type_id, "environment": environment, "dry_run": dry_run, **counts})
    words = [f"{tally.created:,} created"] + ([f"{tally.changed:,} changed"] if tally.changed else [])
    words += [f"{told.count:,} {'line' if told.count == 1 else 'lines'} left out"] if told.count else []
    kept = " Nothing was kept: this was a dry run." if dry_run else ""
    printer.text(f"{type_id}: {', '.join(words)}.{kept}")
