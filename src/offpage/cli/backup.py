"""offpage backup: copy the data of an app on SQLite while it is served."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from offpage.cli.options import app_folder, chosen, environments, json_lines, settings
from offpage.cli.printing import Printer
from offpage.cli.progress import progress
from offpage.kernel.errors import AppError


@click.command("backup", short_help="Copy the data of an app on SQLite while it is served.")
@app_folder
@click.option("--output", required=True, type=click.Path(path_type=Path), metavar="DIR", help="The folder to make.")
@environments
@settings("data", "database")
@json_lines
def command(folder: Path, output: Path, environments: tuple[str, ...], printer: Printer, **given: Any) -> None:
    """Copy the databases of the app in FOLDER as they are at one moment, and its files, into a new folder.

    Works beside a running server. The copy is a data folder: `offpage serve FOLDER --data DIR` serves it, once the key is in
    it. The key is not copied; keep it apart from the backups.
    """
    chosen_settings = chosen(given)
    if chosen_settings.database:
        raise AppError(
            "A PostgreSQL database is backed up with its own tools: pg_dump, or a base backup with the write-ahead log"
            " (docs/guides/operations.md). Copy the folder `files` of the data folder after it."
        )
    data = chosen_settings.data_folder(folder)
    from offpage.host import left_behind
    from offpage.host.backing_up import KEY, back_up_folder

    for name in environments:
        left_behind.check(data, name)
    with progress("Backing up", 100) as bar:
        there = back_up_folder(data, output, environments, lambda what, done, total: bar(100 * done // max(total, 1)))
    printer.data({"backup": str(output), "holds": there})
    printer.text(f"Backed up to {output}: {', '.join(there)}.")
    printer.hint(
        f"The key is not part of it. It is in {data / KEY}, unless OFFPAGE_KEY holds it; keep it somewhere else."
    )
