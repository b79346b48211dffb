"""offpage scheduled: runs that wait for their moment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from offpage.cli.listed import print_fields, print_list
from offpage.cli.options import app_folder, chosen, environment, folder_and, json_lines, place_of, settings
from offpage.cli.printing import Printer, plain
from offpage.kernel.errors import NotFound

if TYPE_CHECKING:
    from rich.console import Console

    from offpage.host.compose import Name


class Scheduled(click.Group):
    """The group's commands; `offpage scheduled --next 20` is short for `offpage scheduled next --next 20`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put in the command that `--next` stands for."""
        return super().parse_args(ctx, ["next", *args] if args and args[0].split("=")[0] == "--next" else args)


@click.group(
    "scheduled", cls=Scheduled, short_help="List, show, cancel, pause and resume scheduled runs; when what starts next."
)
def command() -> None:
    """List, show and cancel runs that wait; pause and resume all that is scheduled.

    All of it works beside a running server, which notices within a second.
    """


@command.command("list")
@app_folder
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many.")
@environment
@settings("data", "database")
@json_lines
def list_runs(folder: Path, limit: int, environment: Name, printer: Printer, **given: Any) -> None:
    """List the runs that wait, the next one first. (Items of batches: see offpage batches.)"""
    place = place_of(folder, chosen(given))
    from offpage.engine.why_waiting import why_waiting
    from offpage.host.one_run import beside
    from offpage.host.schedule_view import run_line, waiting_runs
    from offpage.kernel.clock import SystemClock
    from offpage.store import queue

    now = SystemClock().now()

    with beside(place, environment) as database:
        found, paused = database.read(lambda tx: waiting_runs(tx, limit))
        count = database.read(lambda tx: queue.count(tx) + queue.count_paused(tx) + queue.count_parked(tx))
        lines = database.read(lambda tx: [run_line(one, paused, why_waiting(tx, one, now)) for one in found])
    print_list(printer, lines, _table, _summary(count, len(lines)))
    if paused.everything:
        printer.hint("Everything that is scheduled is paused. Go on with: offpage scheduled resume")


@command.command("show")
@folder_and("run_id")
@environment
@settings("data", "database")
@json_lines
def show(run_id: str, folder: Path, environment: Name, printer: Printer, **given: Any) -> None:
    """Show the waiting run with this ID: when, for whom, and its parameters."""
    place = place_of(folder, chosen(given))
    from offpage.host.keys import onlooker_sealing
    from offpage.host.one_run import beside
    from offpage.host.schedule_view import run_view
    from offpage.kernel.clock import SystemClock

    now, sealing = SystemClock().now(), onlooker_sealing(place)
    with beside(place, environment) as database:
        found = database.read(lambda tx: run_view(tx, run_id, now, sealing))
    if found is None:
        raise NotFound(f"No run with the id {run_id} waits in {environment}. If it ran: offpage runs show {run_id}")
    printer.data(found)
    print_fields(printer, found)


@command.command("cancel")
@folder_and("run_ids", many=True)
@click.option("--all", "every", is_flag=True, help="All that wait.")
@click.option("--workflow", metavar="NAME", help="All of this workflow that wait.")
@environment
@settings("data", "database")
@json_lines
def cancel(
    run_ids: tuple[str, ...],
    every: bool,
    workflow: str | None,
    folder: Path,
    environment: Name,
    printer: Printer,
    **given: Any,
) -> None:
    """Cancel the runs with these IDs, or many. A run that has begun is not cancelled."""
    if sum((bool(run_ids), every, workflow is not None)) != 1:
        raise click.UsageError("Name the runs by their ids, or give --all, or --workflow NAME.")
    place = place_of(folder, chosen(given))
    from offpage.host.one_run import beside
    from offpage.store import queue
    from offpage.store.tx import Tx

    def segment(tx: Tx) -> tuple[int, list[str]]:
        if not run_ids:
            return queue.cancel_all(tx, workflow), []
        unknown = [one for one in run_ids if not queue.cancel(tx, one)]
        return len(run_ids) - len(unknown), unknown

    with beside(place, environment) as database:
        count, unknown = database.write_now(segment)
    printer.data({"cancelled": count})
    printer.text(f"{count} cancelled.")
    if unknown:
        printer.text(f"No run waits with the id {' or '.join(unknown)}. See what does with: offpage scheduled list")


def _pausing(name: str, about: str) -> None:
    """Declare `pause` or `resume`: both take a workflow or mean everything."""

    @command.command(name, help=about)
    @app_folder
    @click.option("--workflow", metavar="NAME", help="Only this workflow.")
    @environment
    @settings("data", "database")
    @json_lines
    def pause_or_resume(folder: Path, workflow: str | None, environment: Name, printer: Printer, **given: Any) -> None:
        place = place_of(folder, chosen(given))
        from offpage.host.one_run import beside
        from offpage.host.schedule_view import check_known
        from offpage.host.sources import source_of
        from offpage.kernel.clock import SystemClock
        from offpage.store import pausing

        now = SystemClock().now()
        with beside(place, environment) as database:
            if workflow is not None:
                program = source_of(environment, place.folder, database).read(database.dialect).program
                database.read(lambda tx: check_known(tx, program, workflow))
            if name == "pause":
                database.write_now(lambda tx: pausing.pause(tx, workflow))
            else:
                database.write_now(lambda tx: pausing.resume(tx, now, workflow))
            paused = database.read(pausing.paused)
        printer.data({"paused": paused.everything, "paused_workflows": sorted(paused.workflows)})
        what = "Everything that is scheduled" if workflow is None else f"The workflow {workflow}"
        printer.text(f"{what} is paused." if name == "pause" else f"{what} goes on.")


_pausing("pause", "Start nothing more that is scheduled, or nothing more of one workflow. HTTP calls go on.")
_pausing("resume", "Go on with what is scheduled, or with one workflow; what has come due meanwhile runs at once.")


def _summary(count: int, shown: int) -> str:
    if not count:
        return "Nothing is scheduled."
    return f"{count} waiting." if shown == count else f"{shown} of {count} waiting: more with --limit."


def _table(console: Console, lines: list[dict[str, Any]]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table("due", "id", "workflow", "state", "for", "depth", "key", "why", box=None, pad_edge=False)
    for line in lines:
        whom = line["user_id"] or line["actor"]
        due = line["due_at"][:19].replace("T", " ")
        state = Text(line["state"], "yellow" if line["state"] == "paused" else "")
        table.add_row(
            due,
            line["id"],
            Text(line["workflow"]),
            state,
            whom,
            str(line["depth"]),
            Text(line["key"] or ""),
            Text(plain(line["why"] or "")),
        )
    console.print(table)


@command.command("next")
@app_folder
@click.option("--next", "count", type=click.IntRange(1, 10_000), default=20, show_default=True, help="How many.")
@environment
@settings("data", "database")
@json_lines
def show_next(folder: Path, count: int, environment: Name, printer: Printer, **given: Any) -> None:
    """Show when what will start next, recurring workflows included: each start on a line, the soonest first."""
    place = place_of(folder, chosen(given))
    from offpage.host.coming import coming, start_line
    from offpage.host.one_run import beside
    from offpage.host.sources import source_of
    from offpage.kernel.clock import SystemClock

    with beside(place, environment) as database:
        program = source_of(environment, place.folder, database).read(database.dialect).program
        now = SystemClock().now()
        lines = [start_line(one, program) for one in database.read(lambda tx: coming(tx, program, now, count))]
    for line in lines:
        printer.data(line)
        thing = f"  for {line['thing']}" if line["thing"] else ""
        printer.text(f"{line['local']}  {line['workflow']}{thing}")
    if not lines:
        printer.text("Nothing waits, and nothing starts again and again.")
