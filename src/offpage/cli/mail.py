"""offpage mail: what was kept instead of sent."""

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
    from offpage.services.captured import CapturedMail

HEADERS = ("from", "to", "cc", "bcc", "reply_to", "subject")


@click.group("mail", short_help="List and show mail that was kept instead of sent.")
def command() -> None:
    """Mail that was kept in the data folder because no server for outgoing mail is set up (OFFPAGE_SMTP_HOST)."""


@command.command("list")
@app_folder
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many.")
@environment
@settings("data")
@json_lines
def list_mails(folder: Path, limit: int, environment: Name, printer: Printer, **given: Any) -> None:
    """List the latest mails, newest first."""
    from offpage.host.mail_view import mail_view

    found = [
        one
        for mail_id in _ids(folder, environment, given)[:limit]
        if (one := _read(folder, environment, given, mail_id))
    ]
    for one in found:
        line = mail_view(one)
        printer.data({key: line[key] for key in ("id", "at", *HEADERS, "attachments")})
    if found:
        printer.drawn(lambda console: _table(console, found))
    else:
        printer.text(f"No mail of {environment} was kept.")


@command.command("show")
@folder_and("mail_id")
@environment
@settings("data")
@json_lines
def show(mail_id: str, folder: Path, environment: Name, printer: Printer, **given: Any) -> None:
    """Show the mail with this ID, or whose ID begins so."""
    from offpage.host.mail_view import mail_view

    ids = [one for one in _ids(folder, environment, given) if one.startswith(mail_id)]
    found = _read(folder, environment, given, mail_id if mail_id in ids or len(ids) != 1 else ids[0])
    if found is None:
        what = (
            f"More than one mail of {environment} begins"
            if len(ids) > 1
            else f"There is no mail in {environment} that begins"
        )
        raise NotFound(f"{what} with {mail_id}. See them with: offpage mail list")
    line = mail_view(found)
    printer.data(line)
    for name in HEADERS:
        if line[name]:
            printer.text(
                f"{click.style(name.replace('_', '-').capitalize() + ':', dim=True)} {plain(line[name], 2000)}"
            )
    for title, text in (("", found.text), ("HTML", found.html), ("Invitation", found.invitation)):
        if text:
            printer.text(f"\n{click.style(f'— {title} —', dim=True)}" if title else "")
            printer.text(_printable(text))
    for file_name, size in found.attachments:
        printer.text(f"{click.style('Attachment:', dim=True)} {plain(file_name)} ({size:,} bytes)")


def _ids(folder: Path, environment: Name, given: dict[str, Any]) -> list[str]:
    from offpage.services.captured import captured

    return captured(_place(folder, environment, given))


def _read(folder: Path, environment: Name, given: dict[str, Any], mail_id: str) -> CapturedMail | None:
    from offpage.services.captured import read_captured

    return read_captured(_place(folder, environment, given), mail_id)


def _place(folder: Path, environment: Name, given: dict[str, Any]) -> Path:
    from offpage.host.compose import mail_folder

    return mail_folder(place_of(folder, chosen(given)), environment)


def _printable(text: str) -> str:
    """A text without what would move the cursor or change the terminal."""
    return "".join(letter if letter.isprintable() or letter in "\n\t" else "\ufffd" for letter in text).rstrip()


def _table(console: Console, found: list[CapturedMail]) -> None:
    from rich.table import Table
    from rich.text import Text

    from offpage.host.mail_view import mail_view

    table = Table("id", "when (UTC)", "to", "subject", box=None, pad_edge=False)
    table.columns[0].overflow = "fold"
    for one in found:
        when = mail_view(one)["at"][5:19].replace("T", " ")
        table.add_row(Text(one.id), when, Text(plain(one.to, 60)), Text(plain(one.subject, 80)))
    console.print(table)
