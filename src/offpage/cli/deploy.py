"""offpage deploy: bring the folder to live, or live back to what it was."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from offpage.cli.options import app_folder, chosen, json_lines, place_of, require_app, settings
from offpage.cli.printing import Printer
from offpage.cli.proposal import SHORT, show_proposal
from offpage.kernel.errors import AppError

if TYPE_CHECKING:
    from rich.console import Console

    from offpage.host.compose import Place
    from offpage.host.proposing import Proposal
    from offpage.store.deploys import Deploy
    from offpage.store.tx import Database

BEFORE: Final = "the one before"
"""What --rollback means without a number."""


@click.command("deploy", short_help="Bring the folder to live, or go back; show what that changes.")
@app_folder
@click.option("--dry-run", is_flag=True, help="Only show what would change. Exits with 1 where it would be refused.")
@click.option("--yes", "sure", is_flag=True, help="Do not ask, even where values or waiting runs are at stake.")
@click.option("--rollback", is_flag=False, flag_value=BEFORE, metavar="[ID]",
              help="Go back to a former deploy: that of this number, or the one before.")  # fmt: skip
@click.option("--list", "listing", is_flag=True, help="List what has been deployed.")
@click.option("--message", default="", metavar="TEXT", help="What this deploy is about, for the list.")
@settings("data", "database", "allow_data_loss")
@json_lines
def command(
    folder: Path,
    dry_run: bool,
    sure: bool,
    rollback: str | None,
    listing: bool,
    message: str,
    printer: Printer,
    **given: Any,
) -> int:
    """Bring the app in FOLDER to live: check it, change the tables, keep a snapshot, answer with it from then on.

    A server that is running needs no restart; what has begun ends as it began. What would lose values is refused, unless
    --allow-data-loss is given, and even then they are put aside, not destroyed. With --rollback the workflows and data
    types are what they were; what the data has got since is kept.
    """
    allowed = chosen(given).allow_data_loss
    place = place_of(folder, chosen(given))
    if rollback is None and not listing:
        require_app(folder)
    from offpage.host.one_run import beside

    with beside(place, "live") as database:
        if listing:
            return _list(printer, database)
        proposal = _propose(place, database, rollback)
        show_proposal(printer, folder, proposal)
        if proposal.is_live:
            number = 0 if proposal.former is None else proposal.former.number
            printer.text(f"Nothing to do: this is live already (deploy {number}).")
            return 0
        if dry_run:
            return _end_dry(printer, proposal, allowed=allowed)
        _ask(printer, proposal, allowed=allowed, sure=sure)
        _make(printer, database, proposal, message, allowed=allowed)
    return 0


def _propose(place: Place, database: Database, rollback: str | None) -> Proposal:
    from offpage.host.proposing import propose_folder, propose_rollback

    if rollback is None:
        return propose_folder(place, database)
    if rollback != BEFORE and not rollback.isdigit():
        raise click.BadParameter(f"{rollback!r} is not the number of a deploy. See them with: offpage deploy --list")
    return propose_rollback(place, database, None if rollback == BEFORE else int(rollback))


def _end_dry(printer: Printer, proposal: Proposal, *, allowed: bool) -> int:
    from offpage.host.deploying import refuse

    refuse(proposal, allow_data_loss=allowed, listed=not printer.as_json)
    printer.text("Nothing was deployed.")
    return 0


def _ask(printer: Printer, proposal: Proposal, *, allowed: bool, sure: bool) -> None:
    """Ask where values or runs are at stake. Raises AppError where that is refused, or where nobody can be asked."""
    from offpage.host.deploying import refuse

    refuse(proposal, allow_data_loss=allowed, listed=not printer.as_json)
    stranded = sum(one.count for one in proposal.stranded)
    stakes = ["1 run will fail" if stranded == 1 else f"{stranded:,} runs will fail"] if stranded else []
    if proposal.losses:
        stakes.append("values will be put aside")
    if not stakes or sure:
        return
    if not sys.stdin.isatty():
        raise AppError(f"If this goes live, {' and '.join(stakes)} (see above). Do it all the same with --yes.")
    click.confirm(f"If this goes live, {' and '.join(stakes)}. Do it?", abort=True)


def _make(printer: Printer, database: Database, proposal: Proposal, message: str, *, allowed: bool) -> None:
    from offpage.host.deploying import deploy, is_noticed
    from offpage.host.proposal_view import deploy_view
    from offpage.kernel.clock import SystemClock

    made = deploy(database, proposal, SystemClock(), message=message, allow_data_loss=allowed)
    noticed = is_noticed(database, made)
    printer.data({"event": "deployed", **deploy_view(made), "served": noticed})
    what = f"Deploy {made.number}" if made.back_to is None else f"Deploy {made.number}, which is {made.back_to} again,"
    printer.text(f"{click.style(what, bold=True)} is live ({made.definition[:SHORT]}).")
    if noticed is None:
        printer.text("No server is running; it answers once there is one: offpage serve")
    elif not noticed:
        printer.hint(
            "The server that is running has not taken it up yet; its log says why. If it was killed: start it."
        )


def _list(printer: Printer, database: Database) -> int:
    from offpage.host.proposal_view import deploy_view
    from offpage.store import deploys

    found = database.read(lambda tx: deploys.latest(tx, 1000))
    for place, one in enumerate(found):
        printer.data({**deploy_view(one), "live": place == 0, "kept": place < deploys.KEPT})
    if found:
        printer.drawn(lambda console: _table(console, found))
    else:
        printer.text("Nothing has been deployed yet.")
    return 0


def _table(console: Console, found: list[Deploy]) -> None:
    from rich.table import Table
    from rich.text import Text

    from offpage.host.proposal_view import deploy_view

    table = Table("deploy", "when (UTC)", "definition", "what", box=None, pad_edge=False)
    for column in table.columns[:-1]:
        column.no_wrap = True
    for place, one in enumerate(found):
        when = str(deploy_view(one)["at"])[:19].replace("T", " ")
        live = " live" if place == 0 else ""
        what = f"back to {one.back_to}. {one.message}" if one.back_to is not None else one.message
        table.add_row(f"{one.number}{live}", when, one.definition[:SHORT], Text(what.strip()))
    console.print(table)
