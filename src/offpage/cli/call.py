"""offpage call: try one call of a connector."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from offpage.cli.options import chosen, environment, folder_and, json_lines, place_of, settings
from offpage.cli.printing import Printer, plain
from offpage.cli.run import param

if TYPE_CHECKING:
    from offpage.host.compose import Name


@click.command("call", short_help="Try one call of a connector.")
@folder_and("name", shown="CONNECTOR.CALL")
@param
@click.option(
    "--sample", is_flag=True, help="Write the answer into the connector as its sample: then its parts have types."
)
@environment
@settings("data", "database", "url")
@json_lines
def command(
    folder: Path,
    name: str,
    parameters: dict[str, str],
    sample: bool,
    environment: Name,
    printer: Printer,
    **given: Any,
) -> None:
    """Make a call of a connector of the app in FOLDER now, for real, and print its answer.

    Secrets are masked, long texts are cut. Exits with 1 if the answer is an error, or there is none.
    """
    place = place_of(folder, chosen(given))
    from offpage.host.app_runner import this_machine
    from offpage.host.compose import app_runner, open_database
    from offpage.host.one_call import call_once
    from offpage.kernel.clock import SystemClock
    from offpage.kernel.events import Events

    events = Events()
    database = open_database(place, environment, events, shared=True)
    try:
        runner = app_runner(place, environment, database, this_machine(SystemClock(), events))
        answer = call_once(runner, name, parameters, keep_sample=sample)
    finally:
        database.close()
    printer.data(answer)
    printer.text(f"{click.style('status', dim=True)} {answer['status']:g}")
    for header, value in answer["headers"].items():
        printer.text(click.style(f"{plain(header)}: {plain(value)}", dim=True))
    if "body" in answer:
        printer.text(plain(answer["body"], 20_000))
