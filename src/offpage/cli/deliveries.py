"""offpage deliveries: what webhooks were sent."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from offpage.cli.moments import MOMENT
from offpage.cli.options import app_folder, chosen, environment, folder_and, json_lines, place_of, settings
from offpage.cli.printing import Printer, confirmed, plain
from offpage.kernel.errors import NotFound

if TYPE_CHECKING:
    from rich.console import Console

    from offpage.host.compose import Name
    from offpage.store.deliveries import DeliveryLine

END = 2**62

NONE: Final = "none"
"""What is said of a delivery that began no run, or one that nothing is known of any more."""

STATES: Final = ("failed", NONE, "skipped", "finished", "running", "outside", "waiting")

SHOWN: Final = 50
"""How many deliveries people are shown before they are asked."""


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
        printer.data(line_view(line))
    if lines:
        printer.drawn(lambda console: _table(console, lines))
    else:
        printer.text("There are no such deliveries.")


@command.command("show")
@folder_and("delivery_id")
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
@folder_and("delivery_ids", many=True)
@click.option("--workflow", metavar="NAME", default="", help="With --since: only those of this workflow.")
@click.option(
    "--state", "states", type=click.Choice(STATES), multiple=True, default=["failed"], show_default=True,
    help="With --since: those with this state of the run that they began; `none`: that began no run, because their"
    " parameters could not be read or `dedupe` held them back. May be given several times.",
)  # fmt: skip
@click.option("--since", type=MOMENT, help="All that came since then: `2h` ago, or a moment (UTC).")
@click.option("--before", type=MOMENT, help="With --since: only those that came before this moment (UTC).")
@click.option("--yes", is_flag=True, help="With --since: do it without asking.")
@environment
@settings("data", "database")
@json_lines
def replay(
    delivery_ids: tuple[str, ...],
    folder: Path,
    workflow: str,
    states: tuple[str, ...],
    since: int | None,
    before: int | None,
    yes: bool,
    environment: Name,
    printer: Printer,
    **given: Any,
) -> int:
    """Run deliveries again, as their workflows are now: those with these IDs, or those of a time whose runs failed.

    They are not verified again, and `dedupe` does not keep them from running. Those of a time are shown first, and it asks;
    --yes answers.
    """
    if bool(delivery_ids) == (since is not None):
        raise click.UsageError("Say which: one or more IDs, or a time with --since.")
    place = place_of(folder, chosen(given))
    from offpage.host.delivery_view import replay as run_again

    ids = delivery_ids
    if not ids:
        lines = _lines(folder, environment, given, workflow, since, before, 1_000_000)
        wanted = [one for one in lines if (one.state or NONE) in states]
        _tell_left_out(lines, states, printer)
        if not wanted:
            printer.text("There are no such deliveries.")
            return 0
        if not _may_go_ahead(wanted, printer, yes=yes):
            return 1
        ids = tuple(one.id for one in wanted)
    told = run_again(place, environment, ids)
    if missing := set(delivery_ids) - {one["id"] for one in told}:
        raise _unknown(", ".join(sorted(missing)), environment)
    for line in told:
        printer.data(line)
        printer.text(
            f"{line['id']}  {'run ' + line['run_id'] if line['run_id'] else 'not run: ' + plain(line['error'])}"
        )
    return 1 if any(line["error"] for line in told) else 0


def _may_go_ahead(wanted: list[DeliveryLine], printer: Printer, *, yes: bool) -> bool:
    """Show what would be replayed, and ask whether that is wanted."""
    from offpage.host.delivery_view import line_view

    for line in wanted:
        printer.data({"event": "planned", **line_view(line)})
    printer.hint(f"This would run {len(wanted):,} {'delivery' if len(wanted) == 1 else 'deliveries'} again:")
    printer.drawn(lambda console: _table(console, wanted[:SHOWN]))
    if len(wanted) > SHOWN:
        printer.hint(f"… and {len(wanted) - SHOWN:,} more (all of them with --json)")
    return confirmed(printer, yes=yes, count=len(wanted))


def _tell_left_out(lines: list[DeliveryLine], states: tuple[str, ...], printer: Printer) -> None:
    """Say which deliveries of the time are not among those that run again."""
    left = Counter(one.state or NONE for one in lines if (one.state or NONE) not in states)
    if left:
        told = ", ".join(f"{count:,} {state}" for state, count in sorted(left.items()))
        printer.hint(f"Left out by their state: {told}. With --state they are among them.")


def _table(console: Console, lines: list[DeliveryLine]) -> None:
    from rich.table import Table
    from rich.text import Text

    from offpage.host.delivery_view import line_view

    table = Table("received", "id", "workflow", "state", "bytes", box=None, pad_edge=False)
    table.columns[1].no_wrap = True
    for line in lines:
        received = line_view(line)["received_at"][:19].replace("T", " ")
        table.add_row(received, line.id, Text(plain(line.workflow)), line.state or NONE, f"{line.bytes:,}")
    console.print(table)


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
