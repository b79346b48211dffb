"""offpage bulk: a workflow over all things of a type, or some of them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from offpage.cli.options import chosen, environment, folder_and, json_lines, place_of, settings
from offpage.cli.printing import Printer
from offpage.cli.run import read_pairs

if TYPE_CHECKING:
    from offpage.host.bulk import Bulk
    from offpage.host.compose import Name
    from offpage.store.batches import Batch


@click.command("bulk", short_help="Run a workflow over all things of a type, or some of them.")
@folder_and("workflow", optional=True)
@click.option("--type", "type_id", metavar="T", help="The data type; the workflow has a parameter of it.")
@click.option("--where", default="", metavar="EXPR", help="Which things, as `this.total > 100`. Default: all.")
@click.option(
    "--param", "parameters", multiple=True, callback=read_pairs, metavar="NAME=VALUE", help="Another parameter."
)
@click.option(
    "--at-once", type=click.IntRange(1), default=20, show_default=True, help="How many may be outside the database."
)
@click.option("--stop", "stops", is_flag=True, help="Stop at the first thing that fails.")
@click.option("--resume", "batch_id", metavar="ID", help="Go on with a batch that was interrupted.")
@environment
@settings("data", "database", "url")
@json_lines
def command(
    folder: Path,
    workflow: str | None,
    type_id: str | None,
    where: str,
    parameters: dict[str, str],
    at_once: int,
    stops: bool,
    batch_id: str | None,
    environment: Name,
    printer: Printer,
    **given: Any,
) -> int:
    """Run WORKFLOW of the app in FOLDER over every thing of a type, or over those for which --where holds.

    They are a batch, as those of the action schedule_on_list. A running server does the work, if there is one.
    Ctrl+C pauses the batch. Exits with 1 if a thing failed.
    """
    if (batch_id is None) == (workflow is None or type_id is None):
        raise click.UsageError("Give WORKFLOW and --type T, or --resume ID.")
    place = place_of(folder, chosen(given))
    from offpage.host.bulk import Wanted, open_bulk
    from offpage.host.log import log_events
    from offpage.kernel.events import Events

    events = Events()
    log_events(events, as_json=printer.as_json)
    with open_bulk(place, environment, events) as bulk:
        if batch_id is not None:
            batch = bulk.resume(batch_id)
        else:
            batch = bulk.begin(Wanted(workflow or "", type_id or "", where, parameters, at_once, stops))
        return _tell(_follow(bulk, batch, printer, folder), printer, folder)


def _follow(bulk: Bulk, batch: Batch, printer: Printer, folder: Path) -> Batch:
    """Go on until the batch has ended. Whenever that is interrupted, the batch is paused."""
    from offpage.cli.progress import progress

    try:
        printer.data({"event": "begun", "batch": batch.id, "total": batch.total})
        who = "" if bulk.alone else " A running server does the work."
        printer.hint(f"Batch {batch.id}: {batch.total:,} things.{who}")
        with progress(batch.workflow, batch.total, shown=not printer.as_json) as advance:
            return asyncio.run(bulk.follow(batch.id, lambda now: advance(now.total - now.left)))
    except KeyboardInterrupt:
        bulk.pause(batch.id)
        printer.data({"event": "interrupted", "batch": batch.id})
        printer.hint(f"Interrupted, and paused. Go on with: offpage bulk {folder} --resume {batch.id}")
        raise


def _tell(batch: Batch, printer: Printer, folder: Path) -> int:
    """Say how it ended; returns the exit code."""
    from offpage.host.schedule_view import batch_view
    from offpage.kernel.clock import SystemClock
    from offpage.store.pausing import Paused

    view = batch_view(batch, Paused(), SystemClock().now())
    printer.data({"event": "ended", **view})
    rate = f", {view['rate']:,.0f} a second" if view["rate"] else ""
    printer.text(
        f"{batch.state.capitalize()}: {batch.done:,} done, {batch.failed:,} failed, {batch.skipped:,} skipped{rate}."
    )
    if batch.state == "paused":
        printer.hint(f"Somebody has paused it. Go on with: offpage bulk {folder} --resume {batch.id}")
    if batch.failed:
        printer.hint(f"See why with: offpage batches show {folder} {batch.id}")
    return 1 if batch.failed or batch.state != "finished" else 0
