"""offpage forget-key: go on where the key of a database is lost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from offpage.cli.options import app_folder, chosen, environment, json_lines, place_of, settings
from offpage.cli.printing import Printer

if TYPE_CHECKING:
    from offpage.host.compose import Name


@click.command("forget-key", short_help="Go on with another key where the one of a database is lost.")
@app_folder
@click.option("--yes", "sure", is_flag=True, help="Do it. Without this, only tell what it means.")
@environment
@settings("data", "database")
@json_lines
def command(folder: Path, sure: bool, environment: Name, printer: Printer, **given: Any) -> None:
    """Let a database take another key, where the one it was used with is lost.

    Stop its servers first. Runs that wait with secrets in their parameters, or were half-way with some, cannot go on:
    each is recorded as failed when its moment comes. All other data is as it was.
    """
    place = place_of(folder, chosen(given))
    if not sure:
        printer.text("Runs that wait with secrets could not go on, and would be recorded as failed.")
        printer.hint("Nothing was done. To do it, with the servers stopped: offpage forget-key --yes")
        return
    from offpage.host.compose import open_database
    from offpage.host.keys import forget_key

    database = open_database(place, environment)
    try:
        was_known = database.write_now(forget_key)
    finally:
        database.close()
    printer.data({"forgotten": was_known})
    printer.text("The next start takes another key." if was_known else "The database knew no key.")
