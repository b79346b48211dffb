"""Mail as it leaves: a message, the port that takes it, and a folder that keeps it for people to look at.

Until a server for outgoing mail is set up, every message becomes an .eml file, which any mail program opens.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from pathlib import Path
from typing import Final, Protocol

from offpage.kernel.errors import StepError

_LINES: Final = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
_UNSAFE: Final = re.compile(r"[^\w.-]+", re.ASCII)
LONGEST_NAME: Final = 150
LONGEST_SUBJECT: Final = 500


@dataclass(frozen=True, slots=True)
class Message:
    """One mail. `key` is the same whenever the same mail is sent again, after a crash for one; `at` is in ms."""

    to: str
    subject: str
    text: str
    sender: str
    key: str
    at: int


class Mail(Protocol):
    """Takes mail."""

    async def send(self, message: Message) -> None:
        """Hand a mail over. Raises StepError if it is not taken."""
        ...


class MailFolder:
    """Keeps every mail as a file; the same mail, sent again, is the same file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def send(self, message: Message) -> None:
        """Write the mail down."""
        await asyncio.to_thread(self._write, message)

    def _write(self, message: Message) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self.folder / f".{secrets.token_hex(8)}"
        unfinished.write_bytes(as_email(message).as_bytes())
        # The key begins with the run's id, and that with the time: the files stand in their order.
        unfinished.rename(self.folder / f"{_UNSAFE.sub('-', message.key)[:LONGEST_NAME]}.eml")


class NoMail:
    """For whoever has no way to send mail."""

    async def send(self, message: Message) -> None:
        """Raises StepError."""
        raise StepError("This app has no way to send mail here.")


NO_MAIL: Final = NoMail()


def as_email(message: Message) -> EmailMessage:
    """A message in the form of RFC 5322. What could begin another header stays text."""
    made = EmailMessage(policy=SMTP)
    made["From"] = _one_line(message.sender)
    made["To"] = message.to
    made["Subject"] = _one_line(message.subject)[:LONGEST_SUBJECT]
    made["Date"] = formatdate(message.at / 1000)
    made["Message-ID"] = f"<{_UNSAFE.sub('-', message.key)}@offpage.invalid>"
    made.set_content(message.text.encode("utf-8", "replace").decode("utf-8"))
    return made


def _one_line(text: str) -> str:
    return _LINES.sub(" ", text.encode("utf-8", "replace").decode("utf-8")).strip()
