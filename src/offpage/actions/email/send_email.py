"""Send an e-mail."""

from __future__ import annotations

from collections.abc import Mapping

from offpage.accounts.mails import sender_of
from offpage.actions.action import Cost, Prop, Static
from offpage.actions.kinds import HTML, SOME_FILES, SOME_TEXTS, TEXT_VALUE
from offpage.actions.mailing import SENT, SENT_PARTS, attached, sent_record, some_boxes, unsubscribe_address
from offpage.actions.outside import OutsideAction, OutsideContext
from offpage.services.mail import Message
from offpage.services.plain_text import as_plain_text
from offpage.values.records import Record
from offpage.values.types import Type


class SendEmail(OutsideAction):
    """Send an e-mail.

    The sender is `email: {from: …}` in app.yaml, unless the step names another. `body` is plain text; `html` is HTML, in which what stands in `{{ }}`
    is escaped. With both, mail programs choose; with `html` alone, a plain text is made of it. Attachments are files of
    this app's storage; private ones only where whoever the run acts for may open them.

    The result has `.id`, the Message-ID, which is the same if the mail has to be sent again after a crash, and
    `.refused`, the recipients that the mail server did not take. The step fails if it took none.
    """

    words = "message notify"
    cost = Cost()
    repeats = "mail"
    one_of = ("body", "html")

    to = Prop(SOME_TEXTS, "To", doc="Who gets it: one address, several with commas, or a list.")
    subject = Prop(TEXT_VALUE, "Subject")
    body = Prop(TEXT_VALUE, "Body", required=False, doc="The mail as plain text.")
    html = Prop(HTML, "HTML body", required=False, doc="The mail as HTML.")
    cc = Prop(SOME_TEXTS, "Cc", required=False)
    bcc = Prop(SOME_TEXTS, "Bcc", required=False, doc="Who gets it without the others seeing it.")
    reply_to = Prop(SOME_TEXTS, "Reply to", required=False, doc="Where answers go, if not to the sender.")
    from_name = Prop(TEXT_VALUE, "Sender's name", required=False, doc="What people read as the sender.")
    sender = Prop(TEXT_VALUE, "Sender", required=False, doc="The address it comes from, if not the app's.")
    attachments = Prop(SOME_FILES, "Attachments", required=False, doc="A file, or a list of files; 25 MB together.")
    unsubscribe = Prop(
        TEXT_VALUE,
        "Unsubscribe address",
        required=False,
        doc="An https: or mailto: address that mail programs offer for unsubscribing.",
    )

    @classmethod
    def gives(cls, static: Static) -> Type:
        """The Message-ID and who was refused."""
        return SENT

    @classmethod
    def parts(cls, static: Static) -> Mapping[str, Type]:
        """What is known of a mail that was taken."""
        return SENT_PARTS

    @classmethod
    def problems(cls, static: Static) -> list[tuple[str, str]]:
        """A mail says something."""
        if static.given.intersection(cls.one_of):
            return []
        return [("", "`body` is missing: what the mail says. Add `body`, `html`, or both under `with`.")]

    async def reach(self, step: OutsideContext) -> Record:
        """Send it."""
        html = self.html or ""
        message = Message(
            to=some_boxes("to", self.to, needed=True),
            subject=self.subject or "",
            text=self.body or (as_plain_text(html) if html else ""),
            sender=sender_of(step.settings, self.from_name or "", self.sender or ""),
            key=step.key,
            at=step.now(),
            html=html,
            cc=some_boxes("cc", self.cc),
            bcc=some_boxes("bcc", self.bcc),
            reply_to=some_boxes("reply_to", self.reply_to),
            attachments=await attached(step, self.attachments),
            unsubscribe=unsubscribe_address(self.unsubscribe or ""),
        )
        return sent_record(await step.mail.send(message))
