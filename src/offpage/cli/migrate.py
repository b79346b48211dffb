"""offpage migrate: bring the system tables up to date, and see or finish an upgrade while old processes run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from offpage.cli.options import app_folder, chosen, environments, json_lines, place_of, settings
from offpage.cli.printing import Printer

if TYPE_CHECKING:
    from offpage.store.upgrading import Upgrade


@click.command(
    "migrate", short_help="Bring Offpage's own tables up to date; show what an upgrade waits for, finish it."
)
@app_folder
@click.option("--finish", "finishing", is_flag=True,
              help="Do what removes and tightens, although processes of a former version seem to run.")  # fmt: skip
@environments
@settings("data", "database")
@json_lines
def command(folder: Path, finishing: bool, environments: tuple[str, ...], printer: Printer, **given: Any) -> None:
    """Bring the tables that Offpage keeps for itself up to the version of this command.

    Every server does that when it starts. What adds is done at once, while processes of the former version go on;
    what removes or tightens waits until none of them has been heard of for 30 seconds, and is then done by whoever
    runs. --finish does it now: stop the former ones first, they could not go on.
    """
    place = place_of(folder, chosen(given))
    from offpage.host.compose import open_database
    from offpage.store.migrations import finish
    from offpage.store.presence import now_ms
    from offpage.store.upgrading import state

    for name in environments:
        database = open_database(place, name, shared=True)
        try:
            if finishing:
                database.write_now(finish)
            found = database.read(lambda tx: state(tx, now_ms()))
        finally:
            database.close()
        printer.data(_shown(name, found))
        _tell(printer, name, found)


def _shown(name: str, found: Upgrade) -> dict[str, Any]:
    return {
        "environment": name,
        "version": found.version,
        "pending": [{"number": one.number, "title": one.title} for one in found.pending],
        "older": [one._asdict() for one in found.older],
    }


def _tell(printer: Printer, name: str, found: Upgrade) -> None:
    if not found.pending:
        printer.text(f"{name}: the tables are at version {found.version}. Nothing is left to do.")
        return
    numbers = ", ".join(f"{one.number} ({one.title})" for one in found.pending)
    printer.text(f"{name}: the tables are at version {found.version}; to be finished: {numbers}.")
    for one in found.older:
        printer.text(f"  waits for {one}")
    if found.older:
        printer.hint(
            "Stop these, or wait until they have been silent for 30 seconds. To do it now: offpage migrate --finish"
        )
    else:
        printer.hint(
            "The next server that starts finishes it, or one that runs does within seconds. To do it now: --finish"
        )
