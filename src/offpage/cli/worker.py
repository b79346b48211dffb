"""offpage worker: a further process that runs workflows, beside the servers that share its database."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from socket import socket
from typing import Any, Final

import click

from offpage.cli.options import app_folder, chosen, json_lines, place_of, settings
from offpage.cli.printing import Printer
from offpage.host.settings import Settings
from offpage.kernel.errors import AppError

OPTIONS: Final = ("host", "data", "database", "url", "stop_seconds")
"""The settings of a worker."""

ALONE: Final = (
    "A worker shares its database with servers and other workers, which an SQLite file cannot do: one process has it, and"
    " `offpage serve` does all work itself. Name a PostgreSQL database with --database postgresql://…"
)


@click.command("worker", short_help="Run workflows beside servers that share the database.")
@app_folder
@click.option(
    "--port",
    "probes",
    type=click.IntRange(0, 65_535),
    metavar="PORT",
    help="Answer /health and /metrics there; 0 takes any that is free. Without it, listen nowhere, whatever OFFPAGE_PORT says.",
)
@settings(*OPTIONS)
@json_lines
def command(folder: Path, printer: Printer, probes: int | None, **given: Any) -> None:
    """Run the live workflows of the app in FOLDER, together with every other process on the same PostgreSQL database.

    It answers no requests but, with --port, those of probes: /health and /metrics. What is deployed comes from the
    database; of the folder it reads the secrets (.env). Any number of workers may run, on any number of machines, and each
    may be stopped or killed at any moment.
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
    from offpage.web.server import Binding, new_loop, open_socket

    binding = Binding(chosen_settings.host, probes or 0, chosen_settings.stop_seconds)
    with nullcontext() if probes is None else open_socket(binding.host, binding.port) as listener:
        host = open_host(place, ("live",), kind="worker")
        log_events(host.events, as_json=printer.as_json)
        teller = Teller(folder, printer, "" if listener is None else _url(chosen_settings, listener))
        with asyncio.Runner(loop_factory=new_loop) as runner:
            ended = runner.run(
                work_host(
                    host,
                    binding,
                    listener,
                    ready=lambda: teller.working(host),
                    told=lambda issues: None,
                    deployed=teller.deployed,
                )
            )
            teller.stopped(ended=ended)


def _url(chosen_settings: Settings, listener: socket) -> str:
    """Where a worker answers probes: never where callers reach the app."""
    return replace(chosen_settings, url="", port=listener.getsockname()[1]).public_url
