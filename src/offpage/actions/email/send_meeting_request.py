"""Invite to a meeting by e-mail."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from offpage.accounts.mails import sender_of
from offpage.actions.action import Cost, Prop, Static
from offpage.actions.kinds import (
    DATE_VALUE,
    MEETING_METHOD,
    MEETING_STATUS,
    NUMBER_VALUE,
    SOME_TEXTS,
    TEXT_VALUE,
)
from offpage.actions.mailing import SENT_PARTS, sent_record, some_boxes
from offpage.actions.outside import OutsideAction, OutsideContext
from offpage.kernel.errors import StepError
from offpage.services.invitation import Meeting, as_calendar
from offpage.services.mail import Message
from offpage.values.records import Record
from offpage.values.types import TEXT, Type

INVITED = Type("record", "invited")
LONGEST_MINUTES = 366 * 24 * 60


class SendMeetingRequest(OutsideAction):
    """Invite to a meeting by e-mail.

    Mail programs show it as an invitation (iCalendar) that puts the meeting into a calendar. It takes place from `start`
    to `end`, or for `length` minutes. To change it later, send it again with its `uid` and a higher `sequence`; to call
    it off, with `method: CANCEL` too. The result has `.id`, `.refused` and `.uid`.
    """

    cost = Cost()
    repeats = "mail"

    to = Prop(SOME_TEXTS, "To", doc="Who is to come: one address, several with commas, or a list.")
    summary = Prop(TEXT_VALUE, "Summary", doc="What calendars show; also the mail's subject.")
    start = Prop(DATE_VALUE, "Start")
    end = Prop(DATE_VALUE, "End", required=False)
    length = Prop(NUMBER_VALUE, "Length in minutes", required=False, doc="Minutes, instead of `end`; 60 if left out.")
    description = Prop(TEXT_VALUE, "Description", required=False)
    location = Prop(TEXT_VALUE, "Location", required=False)
    organizer = Prop(TEXT_VALUE, "Organizer", required=False, doc="Who gets the replies; the sender if left out.")
    from_name = Prop(TEXT_VALUE, "Sender's name", required=False)
    sender = Prop(TEXT_VALUE, "Sender", required=False, doc="The address it comes from, if not the app's.")
    method = Prop(MEETING_METHOD, "Method", required=False, default="REQUEST")
    status = Prop(MEETING_STATUS, "Status", required=False, default="CONFIRMED")
    uid = Prop(TEXT_VALUE, "UID", required=False, doc="What the meeting is known by; a new one if left out.")
    sequence = Prop(NUMBER_VALUE, "Sequence", required=False, doc="How often the meeting was changed; 0 at first.")
    body = Prop(
        TEXT_VALUE, "Body", required=False, doc="What the mail says to people whose program shows no invitation."
    )

    @classmethod
    def gives(cls, static: Static) -> Type:
        """The Message-ID, who was refused, and the meeting's UID."""
        return INVITED

    @classmethod
    def parts(cls, static: Static) -> Mapping[str, Type]:
        """What is known of an invitation that was taken."""
        return {**SENT_PARTS, "uid": TEXT}

    async def reach(self, step: OutsideContext) -> Record:
        """Send it."""
        sender = sender_of(step.settings, self.from_name or "", self.sender or "")
        organizer = next(iter(some_boxes("organizer", [self.organizer or ""])), sender)
        attendees = some_boxes("to", self.to, needed=True)
        digest = hashlib.sha256(step.key.encode()).hexdigest()[:32]
        uid = self.uid or f"{digest}@{sender.address.rpartition('@')[2]}"
        start, end = self._times()
        summary, method = self.summary or "", self.method
        cancelled = method == "CANCEL"
        meeting = Meeting(
            uid=uid,
            organizer=organizer,
            attendees=attendees,
            start=start,
            end=end,
            summary=summary,
            at=step.now(),
            method=method,
            status="CANCELLED" if cancelled else self.status,
            sequence=int(self.sequence or 0),
            description=self.description or "",
            location=self.location or "",
        )
        message = Message(
            to=attendees,
            subject=f"Cancelled: {summary}" if cancelled else summary,
            text=self.body or self.description or summary,
            sender=sender,
            key=step.key,
            at=step.now(),
            reply_to=() if organizer == sender else (organizer,),
            invitation=(as_calendar(meeting), method),
        )
        sent = sent_record(await step.mail.send(message))
        return Record({**sent.types, "uid": TEXT}, {**sent, "uid": uid})

    def _times(self) -> tuple[int, int]:
        if self.start is None:
            raise StepError("The start of the meeting is empty.")
        minutes = 60 if self.length is None else self.length
        if not 0 <= minutes <= LONGEST_MINUTES:
            raise StepError("The length of the meeting is a number of minutes, from 0 to those of a year.")
        end = self.start + round(minutes * 60_000) if self.end is None else self.end
        if end < self.start:
            raise StepError("The meeting ends before it starts.")
        return self.start, end
