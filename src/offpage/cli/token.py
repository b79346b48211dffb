"""offpage token: API tokens, which make a caller the app's administrator."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from offpage.cli.options import app_folder, chosen, environment, folder_and, json_lines, place_of, settings
from offpage.cli.printing import Printer, plain
from offpage.kernel.errors import NotFound

if TYPE_CHECKING:
    from rich.console import Console

    from offpage.host.compose import Name
    from offpage.store.tokens import StoredToken


@click.group("token", short_help="Create, list and revoke API tokens.")
def command() -> None:
    """Create, list and revoke API tokens.

    A caller shows a token as `Authorization: Bearer TOKEN`. It makes the caller the app's administrator in one
    environment: in development, or with --live in the live version.
    """


@command.command("create")
@app_folder
@click.option("--label", required=True, metavar="L", help="What the token is for, such as the name of the caller.")
@environment
@settings("data", "database")
@json_lines
def create(folder: Path, label: str, environment: Name, printer: Printer, **given: Any) -> None:
    """Create a token and print it. It is shown this once: only a hash is kept."""
    from offpage.accounts.tokens import create_api_token
    from offpage.host.app_runner import this_machine
    from offpage.host.one_run import beside
    from offpage.kernel.clock import SystemClock
    from offpage.kernel.events import Events

    clock = SystemClock()
    machine = this_machine(clock, Events())
    with beside(place_of(folder, chosen(given)), environment) as database:
        secret, record = database.write_now(
            lambda tx: create_api_token(tx, label, now=clock.now(), new_id=machine.new_id)
        )
    printer.data({"id": record.id, "label": label, "environment": environment, "token": secret})
    printer.text(secret)
    printer.hint(f"This is the token {label!r} ({record.id}) for {environment}. Keep it now: it is not shown again.")


@command.command("list")
@app_folder
@environment
@settings("data", "database")
@json_lines
def list_tokens(folder: Path, environment: Name, printer: Printer, **given: Any) -> None:
    """List the tokens: what they are for, and when they were made and last used."""
    from offpage.host.one_run import beside
    from offpage.store import tokens

    with beside(place_of(folder, chosen(given)), environment) as database:
        found = sorted(database.read(tokens.every), key=lambda one: (one.created_at, one.id))
    for one in found:
        printer.data(_shown(one))
    if found:
        printer.drawn(lambda console: _table(console, found))
    else:
        printer.text(f"There are no tokens in {environment}. Make one with: offpage token create --label NAME")


@command.command("revoke")
@folder_and("token_id")
@environment
@settings("data", "database")
@json_lines
def revoke(token_id: str, folder: Path, environment: Name, printer: Printer, **given: Any) -> None:
    """Revoke the token with this ID (not the token itself): it stops working within a second."""
    from offpage.host.one_run import beside
    from offpage.store import tokens

    with beside(place_of(folder, chosen(given)), environment) as database:
        gone = database.write_now(lambda tx: tokens.revoke(tx, token_id))
    if not gone:
        raise NotFound(f"There is no token with the id {token_id} in {environment}. See them with: offpage token list")
    printer.data({"id": token_id, "environment": environment, "revoked": True})
    printer.text(f"The token {token_id} is revoked.")


def _shown(one: StoredToken) -> dict[str, Any]:
    return {"id": one.id, "label": one.label, "created": _moment(one.created_at), "last_used": _moment(one.last_used)}


def _moment(ms: int | None) -> str | None:
    from offpage.values.kinds.date import iso

    return None if ms is None else iso(ms)


def _table(console: Console, found: list[StoredToken]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table("id", "label", "created", "last used", box=None, pad_edge=False)
    for one in map(_shown, found):
        table.add_row(one["id"], Text(plain(one["label"])), one["created"], one["last_used"] or "never")
    console.print(table)
