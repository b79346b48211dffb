"""Mail that was kept instead of sent."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import quote

import msgspec

from offpage.editor.asked import Asked
from offpage.editor.replies import NO_STORE, SAME_ORIGIN
from offpage.editor.roles import Role
from offpage.editor.route import Route
from offpage.host.compose import mail_folder
from offpage.host.mail_view import mail_view
from offpage.kernel.errors import NotFound
from offpage.services.captured import captured, read_attachment, read_captured
from offpage.services.mail import MailFolder
from offpage.web.reply import Reply


class MailAttachment(msgspec.Struct):
    """A file that went with a mail."""

    name: str
    bytes: int


class MailRow(msgspec.Struct):
    """A mail in a list."""

    id: str
    at: str
    sender: str = msgspec.field(name="from")
    to: str = ""
    subject: str = ""
    attachments: list[MailAttachment] = []


class MailPage(msgspec.Struct):
    """Mails, the newest first. `kept`: whether mail is kept here at all, and not sent. `next`: how many to skip then."""

    mails: list[MailRow]
    total: int
    kept: bool
    next: int | None


class MailShown(MailRow):
    """A mail with all that it says. `invitation` is an iCalendar text."""

    cc: str = ""
    bcc: str = ""
    reply_to: str = ""
    text: str = ""
    html: str = ""
    invitation: str = ""


async def listed(asked: Asked) -> MailPage:
    """The latest mails."""
    limit, skip = asked.number("limit", 100, 500), asked.number("skip", 0, 2**31, least=0)
    kept = isinstance(asked.runner.around.services.mail, MailFolder)
    return await asyncio.to_thread(_page, _folder(asked), limit, skip, kept, asked.query.get("q", "").casefold())


async def shown(asked: Asked) -> MailShown:
    """One mail."""
    found = await asyncio.to_thread(read_captured, _folder(asked), asked.parts["id"])
    if found is None:
        raise _unknown(asked)
    return msgspec.convert(mail_view(found), MailShown)


async def attachment(asked: Asked) -> Reply:
    """A file that went with a mail, to be saved: never to be shown as a page of ours."""
    number = asked.ordinal("number")
    if number is None:
        raise _unknown(asked)
    found = await asyncio.to_thread(read_attachment, _folder(asked), asked.parts["id"], number)
    if found is None:
        raise _unknown(asked)
    name, content = found
    headers = [
        (b"content-type", b"application/octet-stream"),
        (b"content-disposition", f"attachment; filename*=UTF-8''{quote(name or 'file', safe='')}".encode("ascii")),
        (b"content-security-policy", b"sandbox; default-src 'none'"),
    ]
    return Reply(200, [*headers, NO_STORE, *SAME_ORIGIN], content)


def _page(folder: Path, limit: int, skip: int, kept: bool, words: str) -> MailPage:
    ids = captured(folder)
    if not words:
        found = [_row(folder, one) for one in ids[skip : skip + limit]]
        rows = [one for one in found if one is not None]
        return MailPage(rows, len(ids), kept, skip + limit if skip + limit < len(ids) else None)
    rows = []
    for at, one in enumerate(ids[skip:], skip + 1):
        row = _row(folder, one)
        if row is not None and any(words in text.casefold() for text in (row.to, row.subject, row.sender)):
            rows.append(row)
            if len(rows) == limit:
                return MailPage(rows, len(ids), kept, at)
    return MailPage(rows, len(ids), kept, None)


def _row(folder: Path, mail_id: str) -> MailRow | None:
    found = read_captured(folder, mail_id)
    return None if found is None else msgspec.convert(mail_view(found), MailRow)


def _folder(asked: Asked) -> Path:
    return mail_folder(asked.studio.place, asked.runner.name)


def _unknown(asked: Asked) -> NotFound:
    return NotFound(f"There is no such mail in {asked.environment}: it may have been deleted from the data folder.")


ROUTES = (
    Route("GET", "/{env}/mail", Role.VIEW, listed),
    Route("GET", "/{env}/mail/{id}", Role.VIEW, shown),
    Route("GET", "/{env}/mail/{id}/attachments/{number}", Role.VIEW, attachment),
)
