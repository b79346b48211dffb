"""Invitations to meetings in the form of iCalendar (RFC 5545), which calendars understand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from offpage.values.mailbox import Mailbox


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting as it is sent to those who are to come. Times in ms; `at` is when the request is made."""

    uid: str
    organizer: Mailbox
    attendees: tuple[Mailbox, ...]
    start: int
    end: int
    summary: str
    at: int
    method: str = "REQUEST"
    status: str = "CONFIRMED"
    sequence: int = 0
    description: str = ""
    location: str = ""


def as_calendar(meeting: Meeting) -> str:
    """The meeting as iCalendar text."""
    # Few apps invite anybody; the others do not load this.
    from icalendar import Calendar, Event, vCalAddress

    event = Event()
    event.add("uid", meeting.uid)
    event.add("dtstamp", _moment(meeting.at))
    event.add("dtstart", _moment(meeting.start))
    event.add("dtend", _moment(meeting.end))
    event.add("summary", meeting.summary)
    event.add("sequence", meeting.sequence)
    event.add("status", meeting.status)
    for name, text in (("description", meeting.description), ("location", meeting.location)):
        if text:
            event.add(name, text)

    def person(box: Mailbox, **more: str) -> vCalAddress:
        found = vCalAddress(f"mailto:{box.address}")
        for name, value in {"cn": box.name, **more}.items():
            if value:
                found.params[name] = value.replace('"', "'")
        return found

    event.add("organizer", person(meeting.organizer), encode=False)
    for one in meeting.attendees:
        event.add("attendee", person(one, role="REQ-PARTICIPANT", partstat="NEEDS-ACTION", rsvp="TRUE"), encode=False)
    calendar = Calendar()
    calendar.add("prodid", "-//Offpage//Offpage//EN")
    calendar.add("version", "2.0")
    calendar.add("method", meeting.method)
    calendar.add_component(event)
    made: bytes = calendar.to_ical()
    return made.decode("utf-8")


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms // 1000, UTC)
