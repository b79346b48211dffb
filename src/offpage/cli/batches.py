"""offpage batches: workflows that run over lists."""

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


@click.group("batches", short_help="List, show, pause, resume, cancel and retry batches.")
def command() -> None:
    """List, show and steer batches: the runs of one workflow over a list.

    All of it works beside a running server, which notices within a second.
    """


@command.command("list")
@app_folder
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many.")
@environment
@settings("data", "database")
@json_lines
def list_batches(folder: Path, limit: int, environment: Name, printer: Printer, **given: Any) -> None:
    """List the latest batches, the newest first."""
    place = place_of(folder, chosen(given))
    from offpage.host.one_run import beside
    from offpage.host.schedule_view import batch_view
    from offpage.kernel.clock import SystemClock
    from offpage.store import batches, pausing

    with beside(place, environment) as database:
        found = database.read(lambda tx: batches.latest(tx, limit=limit))
        paused = database.read(pausing.paused)
    now = SystemClock().now()
    lines = [batch_view(one, paused, now) for one in found]
    print_list(printer, lines, _table, "" if lines else "There are no batches.")


@command.command("show")
@folder_and("batch_id")
@environment
@settings("data", "database")
@json_lines
def show(batch_id: str, folder: Path, environment: Name, printer: Printer, **given: Any) -> None:
    """Show the batch with this ID: its counts, its rate, and items that failed."""
    place = place_of(folder, chosen(given))
    from offpage.host.one_run import beside
    from offpage.host.schedule_view import batch_detail
    from offpage.kernel.clock import SystemClock

    with beside(place, environment) as database:
        found = database.read(lambda tx: batch_detail(tx, batch_id, SystemClock().now()))
    if found is None:
        raise _unknown(batch_id, environment)
    printer.data(found)
    print_fields(printer, found, without=("failed_items",), width=15)
    for one in found["failed_items"]:
        printer.text(f"failed: {one['item'] or ''}  {plain(one['why'])}  (offpage runs show {one['run']})")


def _steering(name: str, about: str) -> None:
    """Declare a command that does something to one batch."""

    @command.command(name, help=about)
    @folder_and("batch_id")
    @environment
    @settings("data", "database")
    @json_lines
    def steer(batch_id: str, folder: Path, environment: Name, printer: Printer, **given: Any) -> None:
        place = place_of(folder, chosen(given))
        from offpage.host.batch_steering import STEERING
        from offpage.host.one_run import beside
        from offpage.kernel.clock import SystemClock
        from offpage.store import batches

        act, now = STEERING[name], SystemClock().now()
        with beside(place, environment) as database:
            said = database.write_now(lambda tx: act(tx, batch_id, now))
            batch = database.read(lambda tx: batches.get(tx, batch_id))
        if batch is None:
            raise _unknown(batch_id, environment)
        if not said:
            raise NotFound(f"The batch {batch_id} is {batch.state}: there is nothing to {name}.")
        printer.data({"id": batch_id, "state": batch.state, "left": batch.left})
        printer.text(said)


_steering("pause", "Let no further item of the batch with this ID begin.")
_steering("resume", "Go on with the paused batch with this ID; an interval begins anew.")
_steering("cancel", "Skip what the batch with this ID has still to do; no workflow follows its end.")
_steering("retry", "Try the failed items of the batch with this ID again, as the app was defined then.")


def _unknown(batch_id: str, environment: str) -> NotFound:
    return NotFound(f"There is no batch {batch_id} in {environment}. See them with: offpage batches list")


def _table(console: Console, lines: list[dict[str, Any]]) -> None:
    from rich.table import Table
    from rich.text import Text

    heads = ("id", "workflow", "state", "total", "done", "failed", "skipped", "items/s", "created")
    table = Table(*heads, box=None, pad_edge=False)
    for line in lines:
        rate = "" if line["rate"] is None else f"{line['rate']:,.0f}"
        counts = (f"{line[name]:,}" for name in ("total", "done", "failed", "skipped"))
        created = line["created_at"][5:19].replace("T", " ")
        table.add_row(line["id"], Text(line["workflow"]), line["state"], *counts, rate, created)
    console.print(table)
