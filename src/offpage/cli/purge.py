"""offpage purge: destroy what the app's data types no longer use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from offpage.cli.options import app_folder, chosen, environment, json_lines, place_of, require_app, settings
from offpage.cli.printing import Printer

if TYPE_CHECKING:
    from offpage.host.compose import Name
    from offpage.store.tx import Tx


class _Looked(Exception):
    """What would be destroyed."""


@click.command("purge", short_help="Destroy values that the app's data types no longer use.")
@app_folder
@click.option("--yes", "sure", is_flag=True, help="Do it. Without this, only tell what would be destroyed.")
@environment
@settings("data", "database")
@json_lines
def command(folder: Path, sure: bool, environment: Name, printer: Printer, **given: Any) -> None:
    """Destroy values that the app's data types no longer use.

    A field or a type that was removed from the app keeps its values in the database, and so does what a change of a
    type has put aside. This destroys them for good. What counts is the definition that was served last.
    """
    require_app(folder)
    place = place_of(folder, chosen(given))
    from offpage.data.schema import purge
    from offpage.host.compose import open_database
    from offpage.store import deploys

    database = open_database(place, environment, shared=True)

    def look(tx: Tx) -> list[str]:
        raise _Looked(*purge(tx))

    def do(tx: Tx) -> list[str]:
        deploys.count_purge(tx)
        return purge(tx)

    try:
        said = database.write_now(do if sure else look)
    except _Looked as looked:
        said = list(looked.args)
    finally:
        database.close()
    for one in said:
        printer.data({"purged" if sure else "would_purge": one})
        printer.text(one if sure else f"Would be destroyed: {one.removeprefix('Dropped ')}")
    if not said:
        printer.text("Nothing is kept that the app does not use.")
    elif not sure:
        printer.hint("Nothing was destroyed. To do it: offpage purge --yes")
