"""offpage export: every thing of a data type as CSV or JSON lines."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from offpage.cli.file_forms import CSV, file_form, form_of
from offpage.cli.options import chosen, environment, folder_and, json_lines, place_of, settings
from offpage.cli.printing import Printer, as_json
from offpage.cli.progress import progress
from offpage.kernel.errors import AppError, StoreError

if TYPE_CHECKING:
    from offpage.data.transfer.exporting import Out, Text
    from offpage.host.app_runner import AppRunner
    from offpage.host.compose import Name
    from offpage.model.schema import DataType


@click.command("export", short_help="Write the things of a data type as CSV or JSON lines.")
@folder_and("type_id")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="The file to write. Default: standard output.")  # fmt: skip
@file_form
@click.option("--for-spreadsheets", is_flag=True,
              help="Put ' before texts that a spreadsheet would take for a formula. Not for what is imported again.")  # fmt: skip
@environment
@settings("data", "database")
@json_lines
def command(
    folder: Path,
    type_id: str,
    output: Path | None,
    form: str | None,
    separator: str,
    for_spreadsheets: bool,
    environment: Name,
    printer: Printer,
    **given: Any,
) -> None:
    """Write every thing of the data type TYPE of the app in FOLDER, oldest first, with all its fields.

    What is written is the data as it is at one moment, whoever writes meanwhile. `offpage import` reads it again.
    Passwords are not part of it.
    """
    form = form_of(output, form)
    if for_spreadsheets and form != CSV:
        raise click.UsageError("--for-spreadsheets is for CSV. Leave it out, or say --format csv.")
    place = place_of(folder, chosen(given))
    from offpage.data.transfer.exporting import Counted
    from offpage.engine.workload import Workload
    from offpage.host.app_data import app_data, find_data_type, keep_spent
    from offpage.kernel.events import Events

    with app_data(place, environment, Events()) as app:
        of = find_data_type(app.program.schema, type_id)
        with _opened(output) as file:
            written = Counted(file)
            count = _export(app, of, _out(written, app, of, form, separator, for_spreadsheets))
        spent = Workload(app.program.app.settings.workload)
        spent.page(count, written.bytes)
        with contextlib.suppress(StoreError):  # what was asked for is there
            keep_spent(app, of, "export_csv", spent)
    report = {"type": type_id, "environment": environment, "exported": count}
    if output is None:
        # Standard output holds the things themselves.
        printer.hint(f"Exported {count:,} things of the type {type_id}.")
        if printer.as_json:
            click.echo(as_json(report), err=True)
    else:
        printer.data(report | {"file": str(output)})
        printer.text(f"Exported {count:,} things of the type {type_id} to {output}.")


def _export(app: AppRunner, of: DataType, out: Out) -> int:
    from offpage.data.transfer.exporting import count_things, export_things
    from offpage.store.tx import Tx

    things = app.program.things

    def segment(tx: Tx) -> int:
        with progress(f"Exporting {of.id}", count_things(tx, things, of.id)) as advance:
            return export_things(tx, things, of.id, out, advance)

    return app.database.read(segment)


def _out(file: Text, app: AppRunner, of: DataType, form: str, separator: str, for_spreadsheets: bool) -> Out:
    from offpage.data.transfer.csv_form import CsvOut
    from offpage.data.transfer.json_form import JsonOut

    fields = list(of.fields.values())
    if form == CSV:
        return CsvOut(file, fields, app.program.forms, separator, for_spreadsheets=for_spreadsheets)
    return JsonOut(file, fields, app.program.forms)


@contextlib.contextmanager
def _opened(output: Path | None) -> Iterator[IO[str]]:
    """Standard output, or a new file that takes its name only once it is whole."""
    if output is None:
        file = io.TextIOWrapper(sys.stdout.buffer, "utf-8", newline="", write_through=False)
        try:
            yield file
            file.flush()
        finally:
            file.detach()
        return
    if not output.parent.is_dir():
        raise AppError(f"There is no folder {output.parent} to write {output.name} to. Make it, or name another one.")
    handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
        Path(name).replace(output)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
