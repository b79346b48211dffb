"""offpage runs: what ran, how it went, and once more what failed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from offpage.cli.moments import MOMENT
from offpage.cli.options import app_folder, chosen, environment, folder_and, json_lines, place_of, settings
from offpage.cli.printing import Printer, plain
from offpage.cli.retry import retry
from offpage.cli.run_names import check_workflow
from offpage.cli.trace import COLORS
from offpage.kernel.errors import NotFound

if TYPE_CHECKING:
    from rich.console import Console

    from offpage.host.compose import Name
    from offpage.store.run_lists import RunLine

STATES = ("finished", "failed", "skipped", "running", "outside")


@click.group("runs", short_help="List and show runs; try failed ones again.")
def command() -> None:
    """List and show runs, and try again those that failed."""


command.add_command(retry)


@command.command("list")
@app_folder
@click.option("--workflow", metavar="NAME", help="Only runs of this workflow.")
@click.option("--state", type=click.Choice(STATES), help="Only runs in this state.")
@click.option("--since", type=MOMENT, help="Only runs that began since then: `2h` ago, or a moment (UTC).")
@click.option("--until", type=MOMENT, help="Only runs that began before then.")
@click.option("--user", "user_id", metavar="ID", help="Only runs for this user.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many.")
@click.option("--before", type=int, metavar="SEQ", help="Only runs before this one (the `seq` of a --json line).")
@environment
@settings("data", "database")
@json_lines
def list_runs(
    folder: Path,
    workflow: str | None,
    state: Any,
    since: int | None,
    until: int | None,
    user_id: str | None,
    limit: int,
    before: int | None,
    environment: Name,
    printer: Printer,
    **given: Any,
) -> None:
    """List the latest runs, newest first."""
    place = place_of(folder, chosen(given))
    from offpage.host.one_run import beside
    from offpage.host.run_lines import line_view
    from offpage.store.run_lists import RunFilter, lines

    which = RunFilter(workflow=workflow, state=state, since=since, until=until, user_id=user_id)
    with beside(place, environment) as database:
        found = database.read(lambda tx: lines(tx, which, limit=limit, before=before))
        if workflow is not None and not found:
            check_workflow(database, folder, workflow)
    for line in found:
        printer.data(line_view(line))
    if found:
        printer.drawn(lambda console: _table(console, found))
    else:
        printer.text("There are no such runs.")


@command.command("show")
@folder_and("run_id")
@environment
@settings("data", "database")
@json_lines
def show(run_id: str, folder: Path, environment: Name, printer: Printer, **given: Any) -> None:
    """Show the run with this ID: its parameters, what each step did, its answer; or why it waits."""
    place = place_of(folder, chosen(given))
    from offpage.cli.listed import print_fields
    from offpage.cli.trace import draw_run
    from offpage.host.keys import onlooker_sealing
    from offpage.host.one_run import beside, record_of
    from offpage.host.schedule_view import run_view
    from offpage.kernel.clock import SystemClock

    now, sealing = SystemClock().now(), onlooker_sealing(place)
    with beside(place, environment) as database:
        record, waiting = database.read(lambda tx: (record_of(tx, run_id), run_view(tx, run_id, now, sealing)))
    if record is not None:
        printer.data(record)
        printer.drawn(lambda console: draw_run(console, record))
    elif waiting is not None:
        printer.data(waiting)
        printer.text("This run has not begun.")
        print_fields(printer, waiting)
    else:
        raise NotFound(f"There is no run {run_id} in {environment}. See them with: offpage runs list")


def _table(console: Console, found: list[RunLine]) -> None:
    from rich.table import Table
    from rich.text import Text

    from offpage.host.run_lines import line_view

    table = Table("id", "workflow", "state", "started (UTC)", "ms", "workload", "error", box=None, pad_edge=False)
    for column in table.columns[:-1]:
        column.no_wrap = True
    for line in found:
        shown = line_view(line)
        took = "" if line.finished_at is None else str(line.finished_at - line.started_at or "<1")
        error = plain(shown["error"]["message"]) if shown["error"] else ""
        state = Text(line.state, COLORS.get(line.state, ""))
        started = shown["started_at"][5:19].replace("T", " ")
        table.add_row(line.id, line.workflow, state, started, took, f"{line.workload:.2f}", Text(error))
    console.print(table)
