"""What the actions that send mail have in common: recipients, attachments, what is known of a mail that was taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from offpage.actions.outside import OutsideContext
from offpage.kernel.errors import InvalidEmail, StepError
from offpage.services.mail import Attachment, Sent
from offpage.values.mailbox import Mailbox, mailboxes
from offpage.values.records import Record
from offpage.values.types import TEXT, Type

SENT: Final = Type("record", "sent")
SENT_PARTS: Final[Mapping[str, Type]] = {"id": TEXT, "refused": TEXT.listed}

ATTACHED_BYTES: Final = 25_000_000
"""How long all attachments of a mail may be together: more than that hardly any mail server takes."""

MOST_RECIPIENTS: Final = 1_000


def some_boxes(name: str, texts: Sequence[str] | None, *, needed: bool = False) -> tuple[Mailbox, ...]:
    """The mailboxes that a property names. Raises InvalidEmail, or StepError where there is none that is `needed`."""
    try:
        found = mailboxes(texts or ())
    except InvalidEmail as error:
        raise InvalidEmail(f"In `{name}`: {error.message}") from error
    if needed and not found:
        raise StepError(f"`{name}` is empty: the mail has no recipient.")
    if len(found) > MOST_RECIPIENTS:
        raise StepError(f"`{name}` has more than {MOST_RECIPIENTS:,} addresses. Send them mails of their own.")
    return found


async def attached(step: OutsideContext, addresses: Sequence[str] | None) -> tuple[Attachment, ...]:
    """The files that go with a mail. Raises StepError for one that is not there, or may not be opened."""
    found: list[Attachment] = []
    left = ATTACHED_BYTES
    for address in addresses or ():
        one = await step.open_file(address, left)
        left -= len(one.content)
        found.append(Attachment(one.name, one.content_type, one.content))
    return tuple(found)


def unsubscribe_address(text: str) -> str:
    """An address that may stand in the header List-Unsubscribe. Raises StepError for what else it is."""
    text = text.strip()
    if text and (
        not text.startswith(("https://", "http://", "mailto:")) or not text.isascii() or set(text) & set("<> ,\r\n\t")
    ):
        raise StepError("`unsubscribe` is an address that begins with https: or mailto:, without blanks and commas.")
    return text


def sent_record(sent: Sent) -> Record:
    """What a step gives that sent a mail."""
    return Record(SENT_PARTS, {"id": sent.id, "refused": list(sent.refused)})
