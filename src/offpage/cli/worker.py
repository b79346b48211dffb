"""offpage worker: a further process that runs workflows, beside the servers that share its database."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any, Final

import click

from offpage.cli.options import app_folder, chosen, json_lines, place_of, settings
from offpage.cli.printing import Printer
from offpage.kernel.errors import AppError

OPTIONS: Final = ("data", "database", "url", "stop_seconds")
"""The settings of a worker."""

ALONE: Final = (
    "A worker shares its database with servers and other workers, which an SQLite file cannot do: one process has it, and"
    " `offpage serve` does all work itself. Name a PostgreSQL database with --database postgresql://…"
)


@click.command("worker", short_help="Run workflows beside servers that share the database.")
@app_folder
@settings(*OPTIONS)
@json_lines
def command(folder: Path, printer: Printer, **given: Any) -> None:
    """Run the live workflows of the app in FOLDER, together with every other process on the same PostgreSQL database.

    It answers no requests. What is deployed comes from the database; of the folder it reads the secrets (.env). Any
    number of workers may run, on any number of machines, and each may be stopped or killed at any moment.
    """
    chosen_settings = chosen(given)
    place = place_of(folder, chosen_settings)
    from offpage.store.opening import POSTGRES_URLS

    if not place.database.startswith(POSTGRES_URLS):
        raise AppError(ALONE)
    from offpage.cli.serving import Teller
    from offpage.host.hosting import open_host
    from offpage.host.log import log_events
    from offpage.host.serve import work_host
    from offpage.web.server import new_loop

    host = open_host(place, ("live",), kind="worker")
    log_events(host.events, as_json=printer.as_json)
    teller = Teller(folder, printer, place.url)
    with asyncio.Runner(loop_factory=new_loop) as runner:
        ended = runner.run(
            work_host(
                host,
                float(chosen_settings.stop_seconds),
                ready=lambda: teller.working(host),
                told=lambda issues: None,
                deployed=teller.deployed,
            )
        )
        teller.stopped(ended=ended)
        if not ended:  # a thread is in the middle of something, and would hold up the end of the process
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(0)
