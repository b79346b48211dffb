"""offpage token: API tokens, which make a caller the app's administrator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from offpage.cli.options import ENVIRONMENTS, app_folder, chosen, json_lines, place_of, require_app, settings
from offpage.cli.printing import Printer, plain
from offpage.kernel.errors import NotFound

if TYPE_CHECKING:
    from rich.console import Console

    from offpage.store.tokens import StoredToken
    from offpage.store.tx import Database


@click.group("token", short_help="Create, list and revoke API tokens.")
def command() -> None:
    """Create, list and revoke API tokens.

    A caller shows a token as `Authorization: Bearer TOKEN`. It makes the caller the app's administrator, in the live
    version as well as in development.
    """


@command.command("create")
@app_folder
@click.option("--label", required=True, metavar="L", help="What the token is for, such as the name of the caller.")
@settings("data", "database")
@json_lines
def create(folder: Path, label: str, printer: Printer, **given: Any) -> None:
    """Create a token and print it. It is shown this once: only a hash is kept."""
    require_app(folder)
    from offpage.accounts.tokens import create_api_token
    from offpage.host.app_runner import this_machine
    from offpage.kernel.clock import SystemClock
    from offpage.kernel.events import Events
    from offpage.store import tokens

    clock = SystemClock()
    machine = this_machine(clock, Events())
    with _databases(folder, given) as (first, *others):
        secret, record = first.write_now(lambda tx: create_api_token(tx, label, now=clock.now(), new_id=machine.new_id))
        for database in others:
            database.write_now(lambda tx: tokens.add(tx, record))
    printer.data({"id": record.id, "label": label, "token": secret})
    printer.text(secret)
    printer.hint(f"This is the token {label!r} ({record.id}). Keep it now: it is not shown again.")


@command.command("list")
@app_folder
@settings("data", "database")
@json_lines
def list_tokens(folder: Path, printer: Printer, **given: Any) -> None:
    """List the tokens: what they are for, and when they were made and last used."""
    require_app(folder)
    found = _every(folder, given)
    for one in found:
        printer.data(_shown(one))
    if found:
        printer.drawn(lambda console: _table(console, found))
    else:
        printer.text("There are no tokens. Make one with: offpage token create --label NAME")


@command.command("revoke")
@click.argument("token_id", metavar="ID")
@app_folder
@settings("data", "database")
@json_lines
def revoke(token_id: str, folder: Path, printer: Printer, **given: Any) -> None:
    """Revoke the token with this ID (not the token itself): it stops working within a second."""
    require_app(folder)
    from offpage.store import tokens

    with _databases(folder, given) as opened:
        gone = [database.write_now(lambda tx: tokens.revoke(tx, token_id)) for database in opened]
    if not any(gone):
        raise NotFound(f"There is no token with the id {token_id}. See them with: offpage token list")
    printer.data({"id": token_id, "revoked": True})
    printer.text(f"The token {token_id} is revoked.")


@contextmanager
def _databases(folder: Path, given: dict[str, Any]) -> Iterator[list[Database]]:
    """Both environments' databases, perhaps beside a server that has them open."""
    place = place_of(folder, chosen(given))
    from offpage.host.compose import open_database

    opened: list[Database] = []
    try:
        opened.extend(open_database(place, name, shared=True) for name in ENVIRONMENTS)
        yield opened
    finally:
        for database in opened:
            database.close()


def _every(folder: Path, given: dict[str, Any]) -> list[StoredToken]:
    """The tokens of both environments, each once, with its latest use."""
    from offpage.store import tokens

    found: dict[str, StoredToken] = {}
    with _databases(folder, given) as opened:
        for database in opened:
            for one in database.read(tokens.every):
                known = found.get(one.id)
                if known is None or (one.last_used or 0) > (known.last_used or 0):
                    found[one.id] = one
    return sorted(found.values(), key=lambda one: (one.created_at, one.id))


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
