"""Mail that was kept instead of sent, read again for people: who it was for, what it said, what went with it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

ENDING: Final = ".eml"
SETTLED_NS: Final = 2_000_000_000
"""How long ago a folder must have changed to be known for what it is."""


@dataclass(frozen=True, slots=True)
class CapturedMail:
    """One mail. `id` is its file's name without the ending, `at` in ms; `attachments` are names with sizes."""

    id: str
    at: int
    sender: str
    to: str
    cc: str
    bcc: str
    reply_to: str
    subject: str
    text: str
    html: str
    invitation: str
    attachments: tuple[tuple[str, int], ...]


def captured(folder: Path) -> list[str]:
    """The ids of the mails in a folder, the latest first."""
    names = [one.name for one in folder.glob(f"*{ENDING}") if not one.name.startswith(".")] if folder.is_dir() else []
    return [name.removesuffix(ENDING) for name in sorted(names, reverse=True)]


class LatestMail:
    """The id of a folder's latest mail, for who asks again and again: it is listed only when the folder has changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._changed = 0
        self._id = ""

    def id(self) -> str:
        """The id; "" where there is no mail."""
        try:
            changed = self._folder.stat().st_mtime_ns
        except FileNotFoundError:
            return ""
        if changed != self._changed:
            self._id = next(iter(captured(self._folder)), "")
            # What comes within the same tick of the file system's clock would not be seen.
            self._changed = changed if time.time_ns() - changed > SETTLED_NS else 0
        return self._id


def read_captured(folder: Path, mail_id: str) -> CapturedMail | None:
    """One mail; None where there is none with this id. Nothing outside the folder can be named."""
    mail = _message(folder, mail_id)
    if mail is None:
        return None
    parts = {kind: _said(mail, kind) for kind in ("text/plain", "text/html", "text/calendar")}
    attachments = [
        (one.get_filename() or "", len(one.get_payload(decode=True) or b"")) for one in mail.iter_attachments()
    ]
    header = {name: str(mail[name] or "") for name in ("From", "To", "Cc", "Bcc", "Reply-To", "Subject")}
    return CapturedMail(
        id=mail_id,
        at=round(parsedate_to_datetime(str(mail["Date"])).timestamp() * 1000),
        sender=header["From"],
        to=header["To"],
        cc=header["Cc"],
        bcc=header["Bcc"],
        reply_to=header["Reply-To"],
        subject=header["Subject"],
        text=parts["text/plain"],
        html=parts["text/html"],
        invitation=parts["text/calendar"],
        attachments=tuple(attachments),
    )


def read_attachment(folder: Path, mail_id: str, number: int) -> tuple[str, bytes] | None:
    """The name and the content of a mail's attachment, counted from 0; None where there is none."""
    mail = _message(folder, mail_id)
    parts = [] if mail is None else list(mail.iter_attachments())
    if not 0 <= number < len(parts):
        return None
    content = parts[number].get_payload(decode=True)
    return parts[number].get_filename() or "", content if isinstance(content, bytes) else b""


def _message(folder: Path, mail_id: str) -> EmailMessage | None:
    path = folder / f"{mail_id}{ENDING}"
    if "/" in mail_id or "\\" in mail_id or mail_id.startswith(".") or not path.is_file():
        return None
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(mail, EmailMessage)  # that is what this policy makes
    return mail


def _said(mail: EmailMessage, kind: str) -> str:
    """What the mail says in one form; "" if it has no such part."""
    for part in mail.walk():
        if part.get_content_type() == kind and not part.is_attachment():
            return str(part.get_content()).replace("\r\n", "\n")
    return ""
