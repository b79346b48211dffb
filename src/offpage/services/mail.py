"""Mail as it leaves: a message, the port that takes it, and a folder that keeps it for people to look at.

Until a server for outgoing mail is set up, every message becomes an .eml file, which any mail program opens.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import formatdate
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from offpage.kernel.errors import StepError
from offpage.services.header_address import header_of, needs_utf8
from offpage.values.mailbox import Mailbox, one_line

_UNSAFE: Final = re.compile(r"[^\w.-]+", re.ASCII)
LONGEST_NAME: Final = 110
LONGEST_SUBJECT: Final = 500


class Attachment(NamedTuple):
    """A file that goes with a mail."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """One mail. `key` is the same whenever the same mail is sent again, after a crash for one; `at` is in ms.

    `invitation` is an iCalendar text with its method, such as ("…", "REQUEST"). `unsubscribe` is an address where
    whoever reads it can say that it was the last.
    """

    to: tuple[Mailbox, ...]
    subject: str
    text: str
    sender: Mailbox
    key: str
    at: int
    html: str = ""
    cc: tuple[Mailbox, ...] = ()
    bcc: tuple[Mailbox, ...] = ()
    reply_to: tuple[Mailbox, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    invitation: tuple[str, str] | None = None
    unsubscribe: str = ""

    @property
    def id(self) -> str:
        """Its Message-ID: the same when it is sent again, so that a mail that arrives twice can be recognised."""
        domain = self.sender.address.rpartition("@")[2]
        return f"<{hashlib.sha256(self.key.encode()).hexdigest()[:40]}@{domain}>"

    @property
    def recipients(self) -> list[str]:
        """The addresses that it goes to, each once."""
        return list(dict.fromkeys(one.address for one in (*self.to, *self.cc, *self.bcc)))

    @property
    def needs_utf8(self) -> bool:
        """Whether only a server with SMTPUTF8 can take it."""
        return needs_utf8((self.sender, *self.to, *self.cc, *self.bcc, *self.reply_to))


class Sent(NamedTuple):
    """A mail that was taken: its Message-ID, and the addresses among its recipients that were refused."""

    id: str
    refused: tuple[str, ...] = ()


class Mail(Protocol):
    """Takes mail."""

    async def send(self, message: Message) -> Sent:
        """Hand a mail over. Raises StepError if it is not taken for anybody."""
        ...


def _as_it_is(text: str) -> str:
    return text


class MailFolder:
    """Keeps every mail as a file; the same mail, sent again, is the same file. `mask` keeps secrets out of them."""

    def __init__(self, folder: Path, mask: Callable[[str], str] = _as_it_is) -> None:
        self.folder = folder
        self._mask = mask

    async def send(self, message: Message) -> Sent:
        """Write the mail down."""
        await asyncio.to_thread(self._write, message)
        return Sent(message.id)

    def _write(self, message: Message) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self.folder / f".{secrets.token_hex(8)}"
        unfinished.write_bytes(as_email(_masked(message, self._mask), with_bcc=True).as_bytes())
        # The key begins with the run's id, and that with the time: the files stand in their order.
        digest = hashlib.sha256(message.key.encode()).hexdigest()[:10]
        unfinished.rename(self.folder / f"{_UNSAFE.sub('-', message.key)[:LONGEST_NAME]}-{digest}.eml")


class NoMail:
    """For whoever has no way to send mail."""

    async def send(self, message: Message) -> Sent:
        """Raises StepError."""
        raise StepError("This app has no way to send mail here.")


NO_MAIL: Final = NoMail()


def as_email(message: Message, *, with_bcc: bool = False) -> EmailMessage:
    """A message in the form of RFC 5322. What could begin another header stays text."""
    made = EmailMessage(policy=SMTPUTF8 if message.needs_utf8 else SMTP)
    made["From"] = header_of(message.sender)
    lists = [("To", message.to), ("Cc", message.cc), ("Reply-To", message.reply_to)]
    for header, boxes in [*lists, ("Bcc", message.bcc)] if with_bcc else lists:
        if boxes:
            made[header] = header_of(*boxes)
    made["Subject"] = one_line(message.subject)[:LONGEST_SUBJECT]
    made["Date"] = formatdate(message.at / 1000)
    made["Message-ID"] = message.id
    if message.unsubscribe:
        made["List-Unsubscribe"] = f"<{message.unsubscribe}>"
    made.set_content(_sayable(message.text))
    if message.html:
        made.add_alternative(_sayable(message.html), subtype="html")
    if message.invitation is not None:
        text, method = message.invitation
        made.add_alternative(text, subtype="calendar", params={"method": method})
    for one in message.attachments:
        main, sub = _kind(one.content_type)
        made.add_attachment(one.content, maintype=main, subtype=sub, filename=one_line(one.name))
    return made


def _kind(content_type: str) -> tuple[str, str]:
    """The two parts of a content type; what would have parts of its own is handed over as bytes."""
    main, _, sub = content_type.partition("/")
    return (main, sub) if sub and main not in ("multipart", "message") else ("application", "octet-stream")


def _sayable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _masked(message: Message, mask: Callable[[str], str]) -> Message:
    invitation = message.invitation and (mask(message.invitation[0]), message.invitation[1])
    return replace(
        message, subject=mask(message.subject), text=mask(message.text), html=mask(message.html), invitation=invitation
    )
