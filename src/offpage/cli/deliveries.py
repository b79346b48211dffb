"""offpage deliveries: what webhooks were sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from offpage.cli.moments import MOMENT
from offpage.cli.options import app_folder, chosen, environment, json_lines, place_of, settings
from offpage.cli.printing import Printer, plain
from offpage.kernel.errors import NotFound

if TYPE_CHECKING:
    from offpage.host.compose import Name
    from offpage.store.deliveries import DeliveryLine

END = 2**62


@click.group("deliveries", short_help="List, show and replay what webhooks were sent.")
def command() -> None:
    """What workflows with `verify`, `dedupe` or `ack: first` were sent."""


@command.command("list")
@app_folder
@click.option("--workflow", metavar="NAME", default="", help="Only those of this workflow.")
@click.option("--since", type=MOMENT, help="Only those that came since then: `2h` ago, or a moment (UTC).")
@click.option("--before", type=MOMENT, help="Only those that came before this moment (UTC).")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many.")
@environment
@settings("data", "database")
@json_lines
def list_deliveries(
    folder: Path,
    workflow: str,
    since: int | None,
    before: int | None,
    limit: int,
    environment: Name,
    printer: Printer,
    **given: Any,
) -> None:
    """List the latest deliveries, newest first, with the state of the run that each began."""
    from offpage.host.delivery_view import line_view

    lines = _lines(folder, environment, given, workflow, since, before, limit)
    for line in lines:
        view = line_view(line)
        printer.data(view)
        printer.text(f"{line.id}  {view['received_at']}  {plain(line.workflow)}  {line.bytes:,} bytes  {line.state}")
    if not lines:
        printer.text("There are no such deliveries.")


@command.command("show")
@click.argument("delivery_id", metavar="ID")
@app_folder
@environment
@settings("data", "database")
@json_lines
def show(delivery_id: str, folder: Path, environment: Name, printer: Printer, **given: Any) -> None:
    """Show the delivery with this ID: its headers and its body, secrets masked."""
    place = place_of(folder, chosen(given))
    from offpage.host.delivery_view import delivery_view
    from offpage.host.one_run import beside
    from offpage.store import deliveries

    with beside(place, environment) as database:
        kept = database.read(lambda tx: deliveries.get(tx, delivery_id))
    if kept is None:
        raise _unknown(delivery_id, environment)
    view = delivery_view(place, environment, kept)
    printer.data(view)
    for name in ("id", "workflow", "received_at", "method", "query", "ip"):
        printer.text(f"{name + ':':13} {plain(view[name])}")
    for name, value in view["headers"].items():
        printer.text(f"{name}: {plain(value, 2000)}")
    printer.text(f"\n{plain(view['body'], 10_000)}")


@command.command("replay")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=".", help="The app's folder.")
@click.option("--workflow", metavar="NAME", default="", help="With --since: only those of this workflow.")
@click.option("--since", type=MOMENT, help="All that came since then: `2h` ago, or a moment (UTC).")
@click.option("--before", type=MOMENT, help="With --since: only those that came before this moment (UTC).")
@environment
@settings("data", "database")
@json_lines
def replay(
    ids: tuple[str, ...],
    folder: Path,
    workflow: str,
    since: int | None,
    before: int | None,
    environment: Name,
    printer: Printer,
    **given: Any,
) -> None:
    """Run deliveries again, as their workflows are now: those with these IDs, or all of a time.

    They are not verified again, and `dedupe` does not keep them from running.
    """
    if bool(ids) == (since is not None):
        raise click.UsageError("Say which: one or more IDs, or a time with --since.")
    place = place_of(folder, chosen(given))
    from offpage.host.delivery_view import replay as run_again

    chosen_ids = ids or tuple(one.id for one in _lines(folder, environment, given, workflow, since, before, 1_000_000))
    told = run_again(place, environment, chosen_ids)
    if missing := set(ids) - {one["id"] for one in told}:
        raise _unknown(", ".join(sorted(missing)), environment)
    for line in told:
        printer.data(line)
        printer.text(
            f"{line['id']}  {'run ' + line['run_id'] if line['run_id'] else 'not run: ' + plain(line['error'])}"
        )
    if not told:
        printer.text("There are no such deliveries.")


def _lines(
    folder: Path,
    environment: Name,
    given: dict[str, Any],
    workflow: str,
    since: int | None,
    before: int | None,
    limit: int,
) -> list[DeliveryLine]:
    from offpage.host.one_run import beside
    from offpage.store import deliveries

    start = 0 if since is None else since
    end = END if before is None else before
    with beside(place_of(folder, chosen(given)), environment) as database:
        return database.read(lambda tx: deliveries.lines(tx, workflow=workflow, since=start, before=end, limit=limit))


def _unknown(ids: str, environment: str) -> NotFound:
    return NotFound(f"There is no delivery {ids} in {environment}. See them with: offpage deliveries list")
