"""offpage run: run one workflow now."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from offpage.cli.options import chosen, environment, folder_and, json_lines, place_of, settings
from offpage.cli.printing import Printer

if TYPE_CHECKING:
    from offpage.host.compose import Name


def read_pairs(ctx: click.Context, param: click.Parameter, given: Sequence[str]) -> dict[str, str]:
    """`--param name=value`, any number of them; the last of a name counts."""
    found: dict[str, str] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{one!r} is not of the form name=value.")
        found[name] = value
    return found


param = click.option(
    "--param",
    "parameters",
    multiple=True,
    callback=read_pairs,
    metavar="NAME=VALUE",
    help="A parameter; a list as JSON.",
)


@click.command("run", short_help="Run one workflow now and print its trace.")
@folder_and("workflow")
@param
@click.option("--user", "--as", "who", default="", metavar="USER|nobody",
              help="For whom: a user's id or e-mail address, or nobody. Default: the administrator.")  # fmt: skip
@environment
@settings("data", "database", "url")
@json_lines
def command(
    folder: Path,
    workflow: str,
    parameters: dict[str, str],
    who: str,
    environment: Name,
    printer: Printer,
    **given: Any,
) -> int:
    """Run WORKFLOW of the app in FOLDER now, and print what each step did.

    It runs for real, in the database of --env. Exits with 1 if the run failed.
    """
    place = place_of(folder, chosen(given))
    from offpage.cli.trace import draw_run
    from offpage.host.log import log_events
    from offpage.host.one_run import run_once
    from offpage.kernel.events import Events

    events = Events()
    log_events(events, as_json=printer.as_json)
    record = run_once(place, environment, workflow, parameters, who=who, events=events)
    printer.data(record)
    printer.drawn(lambda console: draw_run(console, record))
    return 1 if record["state"] == "failed" else 0
