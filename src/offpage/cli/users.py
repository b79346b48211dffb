"""offpage users: who can log in to an app."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from offpage.cli.options import app_folder, chosen, environment, folder_and, json_lines, place_of, settings
from offpage.cli.passwords import ask_password, password_input
from offpage.cli.printing import Printer, plain

if TYPE_CHECKING:
    from rich.console import Console

    from offpage.accounts.user_lines import UserLine
    from offpage.host.compose import Name, Place


def _assigned(ctx: click.Context, param: click.Parameter, given: Sequence[str]) -> dict[str, str]:
    """`--set field=value`, any number of them."""
    found: dict[str, str] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{one!r} is not of the form field=value.")
        found[name] = value
    return found


@click.group("users", short_help="List, create and disable users.")
def command() -> None:
    """List, create and disable users, and set their passwords.

    A USER is given by e-mail address or unique id.
    """


@command.command("list")
@app_folder
@click.option("--contains", default="", metavar="TEXT", help="Only users whose e-mail has this in it.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many.")
@environment
@settings("data", "database")
@json_lines
def list_users(folder: Path, contains: str, limit: int, environment: Name, printer: Printer, **given: Any) -> None:
    """List the latest users, newest first."""
    place = place_of(folder, chosen(given))
    from offpage.accounts.user_lines import user_lines
    from offpage.host.app_data import app_data
    from offpage.kernel.events import Events

    with app_data(place, environment, Events()) as app:
        found = app.database.read(lambda tx: user_lines(tx, limit=limit, containing=contains))
    for one in found:
        printer.data(_shown(one))
    if found:
        printer.drawn(lambda console: _table(console, found))
    else:
        printer.text(f"There are no such users in {environment}.")


@command.command("create")
@folder_and("email")
@click.option("--set", "fields", multiple=True, callback=_assigned, metavar="FIELD=VALUE", help="A field of the user.")
@click.option("--confirmed", is_flag=True, help="The e-mail counts as confirmed.")
@click.option("--no-password", is_flag=True, help="Without a password: who has none cannot log in with one.")
@password_input
@environment
@settings("data", "database")
@json_lines
def create(
    email: str,
    folder: Path,
    fields: dict[str, str],
    confirmed: bool,
    no_password: bool,
    password_stdin: bool,
    environment: Name,
    printer: Printer,
    **given: Any,
) -> None:
    """Create a user with this EMAIL, and ask for the password."""
    place = place_of(folder, chosen(given))
    from offpage.host.app_data import administration, app_data
    from offpage.kernel.events import Events

    with app_data(place, environment, Events()) as app:
        password = None if no_password else ask_password(from_input=password_stdin)
        user_id = administration(app).create(email, password, fields, confirmed=confirmed)
    printer.data({"id": user_id, "email": email, "environment": environment})
    printer.text(f"Created the user {email} ({user_id}).")


@command.command("set-password")
@folder_and("user")
@click.option("--temporary", is_flag=True, help="Make one up and print it; the user is told to choose another.")
@password_input
@environment
@settings("data", "database")
@json_lines
def set_password(
    user: str,
    folder: Path,
    temporary: bool,
    password_stdin: bool,
    environment: Name,
    printer: Printer,
    **given: Any,
) -> None:
    """Give a user another password. The user's log-ins end, and links that were sent are void."""
    place = place_of(folder, chosen(given))
    from offpage.accounts.passwords import temporary_password
    from offpage.host.app_data import administration, app_data
    from offpage.kernel.events import Events

    with app_data(place, environment, Events()) as app:
        accounts = administration(app)
        account = accounts.find(user)
        password = temporary_password(accounts.policy) if temporary else ask_password(from_input=password_stdin)
        accounts.set_password(account, password, temporary=temporary)
    shown = {"password": password} if temporary else {}
    printer.data({"id": account.user_id, "email": account.email, **shown})
    if temporary:
        printer.text(password)
        printer.hint("This is the temporary password. Keep it now: it is not shown again.")
    else:
        printer.text(f"The user {account.email or account.user_id} has another password.")


@command.command("disable")
@folder_and("user")
@environment
@settings("data", "database")
@json_lines
def disable(user: str, folder: Path, environment: Name, printer: Printer, **given: Any) -> None:
    """Let a user log in no more, and end what log-ins there are, within a second."""
    _switch(place_of(folder, chosen(given)), environment, user, printer, on=False)


@command.command("enable")
@folder_and("user")
@environment
@settings("data", "database")
@json_lines
def enable(user: str, folder: Path, environment: Name, printer: Printer, **given: Any) -> None:
    """Let a disabled user log in again."""
    _switch(place_of(folder, chosen(given)), environment, user, printer, on=True)


def _switch(place: Place, environment: Name, user: str, printer: Printer, *, on: bool) -> None:
    from offpage.host.app_data import administration, app_data
    from offpage.kernel.events import Events

    with app_data(place, environment, Events()) as app:
        accounts = administration(app)
        account = accounts.find(user)
        (accounts.enable if on else accounts.disable)(account)
    name = account.email or account.user_id
    printer.data({"id": account.user_id, "email": account.email, "disabled": not on})
    printer.text(f"The user {name} can log in again." if on else f"The user {name} is disabled.")


def _shown(one: UserLine) -> dict[str, Any]:
    from offpage.values.kinds.date import iso

    last_used = None if one.last_used is None else iso(one.last_used)
    return one._asdict() | {"created_at": iso(one.created_at), "last_used": last_used}


def _table(console: Console, found: list[UserLine]) -> None:
    from rich.table import Table

    table = Table("id", "e-mail", "state", "created", "last used", box=None, pad_edge=False)
    for column in table.columns:
        column.no_wrap = True
    for one in found:
        shown = _shown(one)
        used = (shown["last_used"] or "")[:16].replace("T", " ")
        table.add_row(one.id, plain(one.email), _state(one), shown["created_at"][:16].replace("T", " "), used)
    console.print(table)


def _state(one: UserLine) -> str:
    """What is to be known of a user, in a few words."""
    words = [
        "disabled" if one.disabled else "",
        "" if one.has_password else "no password",
        "temporary password" if one.temporary_password else "",
        "e-mail not confirmed" if one.email and not one.email_confirmed else "",
        "logged in" if one.logged_in else "",
    ]
    return ", ".join(word for word in words if word)
