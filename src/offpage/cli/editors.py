"""offpage editors: who may use the web editor of a server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from offpage.cli.options import app_folder, chosen, folder_and, json_lines, place_of, settings
from offpage.cli.passwords import ask_password, password_input
from offpage.cli.printing import Printer, plain

if TYPE_CHECKING:
    from rich.console import Console

    from offpage.host.editor_accounts import EditorAccounts
    from offpage.store.editors import EditorAccount

_ROLE: Final = click.option(
    "--role",
    type=click.Choice(("view", "operate", "edit")),
    required=True,
    help="view looks; operate also runs, cancels and retries; edit also changes files and data, and deploys.",
)


@click.group("editors", short_help="List, create and disable accounts of the web editor.")
def command() -> None:
    """List, create and disable accounts of the web editor of `offpage serve`.

    They are kept in the live database, and have nothing to do with the app's users. `offpage dev` needs none.
    """


def _accounts(folder: Path, given: dict[str, Any]) -> EditorAccounts:
    place = place_of(folder, chosen(given))
    from offpage.host.editor_accounts import EditorAccounts

    return EditorAccounts(place)


@command.command("list")
@app_folder
@settings("data", "database")
@json_lines
def list_editors(folder: Path, printer: Printer, **given: Any) -> None:
    """List the accounts."""
    found = _accounts(folder, given).every()
    for one in found:
        printer.data(_shown(one))
    if found:
        printer.drawn(lambda console: _table(console, found))
    else:
        printer.text("There are no editor accounts. Create one with: offpage editors create FOLDER NAME --role edit")


@command.command("create")
@folder_and("name")
@_ROLE
@password_input
@settings("data", "database")
@json_lines
def create(name: str, folder: Path, role: str, password_stdin: bool, printer: Printer, **given: Any) -> None:
    """Create an account with this NAME, and ask for the password."""
    accounts = _accounts(folder, given)
    accounts.create(name, role, ask_password(from_input=password_stdin))
    printer.data({"name": name, "role": role})
    printer.text(f"Created the editor account {name} ({role}).")


@command.command("set-password")
@folder_and("name")
@password_input
@settings("data", "database")
@json_lines
def set_password(name: str, folder: Path, password_stdin: bool, printer: Printer, **given: Any) -> None:
    """Give an account another password. Whoever is in with it has to log in again."""
    accounts = _accounts(folder, given)
    accounts.set_password(name, ask_password(from_input=password_stdin))
    printer.data({"name": name})
    printer.text(f"The editor account {name} has another password.")


@command.command("set-role")
@folder_and("name")
@_ROLE
@settings("data", "database")
@json_lines
def set_role(name: str, folder: Path, role: str, printer: Printer, **given: Any) -> None:
    """Give an account another role. Whoever is in with it has to log in again."""
    _accounts(folder, given).set_role(name, role)
    printer.data({"name": name, "role": role})
    printer.text(f"The editor account {name} has the role {role} now.")


@command.command("disable")
@folder_and("name")
@settings("data", "database")
@json_lines
def disable(name: str, folder: Path, printer: Printer, **given: Any) -> None:
    """Let an account log in no more; whoever is in with it is out within seconds."""
    _accounts(folder, given).set_disabled(name, True)
    printer.data({"name": name, "disabled": True})
    printer.text(f"The editor account {name} is disabled.")


@command.command("enable")
@folder_and("name")
@settings("data", "database")
@json_lines
def enable(name: str, folder: Path, printer: Printer, **given: Any) -> None:
    """Let a disabled account log in again."""
    _accounts(folder, given).set_disabled(name, False)
    printer.data({"name": name, "disabled": False})
    printer.text(f"The editor account {name} can log in again.")


def _shown(one: EditorAccount) -> dict[str, Any]:
    from offpage.values.kinds.date import iso

    return {"name": one.name, "role": one.role, "disabled": one.disabled, "created_at": iso(one.created_at)}


def _table(console: Console, found: list[EditorAccount]) -> None:
    from rich.table import Table

    table = Table("name", "role", "state", "created", box=None, pad_edge=False)
    for one in found:
        created = _shown(one)["created_at"][:16].replace("T", " ")
        table.add_row(plain(one.name), one.role, "disabled" if one.disabled else "", created)
    console.print(table)
