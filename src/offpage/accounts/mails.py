"""The mails with links that accounts need, when the step has no words of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Final, Protocol, TypeVar

from offpage.kernel.errors import InvalidEmail
from offpage.model.documents import AppSettings
from offpage.services.mail import Mail, Message
from offpage.values.mailbox import Mailbox, mailbox, mailboxes, one_line

T = TypeVar("T")

EVEN_SECONDS: Final = 0.25
"""What mails somebody takes at least so long, so that it takes as long when there is nobody to be mailed."""


class Outside(Protocol):
    """What is needed of a step that is outside."""

    key: str

    @property
    def settings(self) -> AppSettings:
        """The app's settings."""
        ...

    @property
    def mail(self) -> Mail:
        """Takes mail."""
        ...

    def now(self) -> int:
        """The present moment in ms."""
        ...


def sender_of(settings: AppSettings, name: str = "", sender: str = "") -> Mailbox:
    """Whom a mail comes from: `sender`, or whom app.yaml says. `name` is what people read instead of the name there.

    Raises InvalidEmail for a sender that is no address.
    """
    if sender:
        try:
            box = mailbox(sender)
        except InvalidEmail as error:
            raise InvalidEmail(f"In `sender`: {error.message}") from error
    elif settings.email_from:
        box = mailbox(settings.email_from)
    else:
        box = Mailbox("no-reply@localhost", one_line(settings.name))
    return box._replace(name=one_line(name)[:200]) if name else box


async def send(step: Outside, to: str, subject: str, text: str, link: str) -> None:
    """Send a text with a link below it."""
    body = f"{text.rstrip()}\n\n{link}\n"
    await step.mail.send(Message(mailboxes(to), subject, body, sender_of(step.settings), step.key, step.now()))


async def send_confirmation(step: Outside, to: str, link: str) -> None:
    """Ask whether this is the user's e-mail."""
    name = step.settings.name
    text = f"Please confirm that this is your email address for {name}. If you know nothing of it, do nothing."
    await send(step, to, f"Confirm your email address for {name}", text, link)


async def evenly(work: Awaitable[T]) -> T:
    """Do something that may have to do nothing, in a time that tells neither."""
    done, _ = await asyncio.gather(work, asyncio.sleep(EVEN_SECONDS))
    return done
