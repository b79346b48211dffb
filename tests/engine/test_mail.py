"""The actions that send mail, from a step to a server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from offpage.accounts.actor import NOBODY, Actor, user
from offpage.engine.calls import Outcome
from offpage.services.files import Attached
from offpage.services.local_files import LocalFiles
from offpage.services.smtp import SmtpMail, SmtpServer
from tests.engine.conftest import Bench
from tests.post_office import HOST, PostOffice, post_office

# A loop that ends with a mail leaves its socket to the garbage collector.
pytestmark = [
    pytest.mark.usefixtures("leaves_sockets"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

Make = Callable[..., Bench]

SEND = """
auth: none
ignore_privacy: no
parameters: {to: text, name: text, file: {type: list of file, optional: yes}}
steps:
  - do: send_email
    as: sent
    with:
      to: =to
      subject: Order for {{ name }}
      html: <p>Dear {{ name }}, <a href="https://shop.test/o/1">your order</a></p>
      from_name: The shop
      attachments: =file
  - {do: return_data, with: {values: {id: =sent.id, refused: =sent.refused}}}
"""
APP = {"app.yaml": "name: Shop\nemail: {from: Shop <no-reply@shop.test>}\n", "workflows/send.yaml": SEND}


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as found:
        yield found


def ready(
    make: Make, office: PostOffice, tmp_path: Path, files: dict[str, str] | None = None
) -> tuple[Bench, LocalFiles]:
    app = make(APP | (files or {}))
    kept = LocalFiles(tmp_path / "files")
    mail = SmtpMail(SmtpServer(HOST, office.port, security="none", seconds=5))
    app.restart(services=replace(app.around.services, mail=mail, files=kept))
    return app, kept


def failed(outcome: Outcome) -> str:
    assert outcome.state == "failed"
    assert outcome.error is not None
    return outcome.error.message


def test_a_step_sends_and_says_what_became_of_it(bench: Make, office: PostOffice, tmp_path: Path) -> None:
    app, files = ready(bench, office, tmp_path)
    photo = files.keep("photo.png", b"\x89PNG", 1)
    office.refuse = {"gone@example.com": "550 gone"}
    outcome = app.call("send", to="Ada <ada@example.com>, gone@example.com", name="<b>Eve</b> & co", file=[photo])
    assert outcome.error is None
    (one,) = office.got
    assert outcome.answer.values == {"id": one.mail["Message-ID"], "refused": ["gone@example.com"]}
    assert one.mail["From"] == "The shop <no-reply@shop.test>"
    assert one.mail["Subject"] == "Order for <b>Eve</b> & co"
    html, plain = one.mail.get_body(("html",)), one.mail.get_body(("plain",))
    assert html is not None
    assert plain is not None
    assert "Dear &lt;b&gt;Eve&lt;/b&gt; &amp; co, <a href" in html.get_content()
    assert plain.get_content().strip() == "Dear <b>Eve</b> & co, your order (https://shop.test/o/1)"
    assert [part.get_filename() for part in one.mail.iter_attachments()] == ["photo.png"]
    journal = app.journal(outcome.run_id)
    assert journal[0]["inputs"]["to"] == ["Ada <ada@example.com>, gone@example.com"]
    assert journal[0]["result"]["refused"] == ["gone@example.com"]


ALL = """
auth: none
parameters: {sender: text}
steps:
  - do: send_email
    with:
      to: [ada@shop.test, "Bo <bo@shop.test>"]
      cc: c@shop.test, d@shop.test
      bcc: secret@shop.test
      reply_to: help@shop.test
      sender: =sender
      from_name: Sales
      subject: All of it
      body: plain
      html: <p>html</p>
      unsubscribe: https://shop.test/off
"""


def test_every_property_of_a_mail_arrives(bench: Make, office: PostOffice, tmp_path: Path) -> None:
    app, _ = ready(bench, office, tmp_path, {"workflows/all.yaml": ALL})
    assert app.call("all", sender="Nobody <sales@shop.test>").error is None
    (one,) = office.got
    assert one.sender == "sales@shop.test"
    assert set(one.recipients) == {"ada@shop.test", "bo@shop.test", "c@shop.test", "d@shop.test", "secret@shop.test"}
    mail = one.mail
    assert (mail["From"], mail["To"]) == ("Sales <sales@shop.test>", "ada@shop.test, Bo <bo@shop.test>")
    assert (mail["Cc"], mail["Bcc"], mail["Reply-To"]) == ("c@shop.test, d@shop.test", None, "help@shop.test")
    assert (mail["Subject"], mail["List-Unsubscribe"]) == ("All of it", "<https://shop.test/off>")
    texts = {kind: mail.get_body((kind,)) for kind in ("plain", "html")}
    assert {kind: part and part.get_content().strip() for kind, part in texts.items()} == {
        "plain": "plain",
        "html": "<p>html</p>",
    }
    assert failed(app.call("all", sender="x\r\nBcc: eve@evil.test")).startswith("In `sender`: ")
    assert len(office.got) == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"to": "nobody"}, "In `to`: `nobody` is no email address"),
        ({"to": "a@b.test\nBcc: eve@example.com"}, "In `to`: "),
        ({"to": " , "}, "`to` is empty: the mail has no recipient."),
        ({"to": "a@b.test", "file": ["https://elsewhere.test/x.png"]}, "is no file of this app"),
        ({"to": "a@b.test", "file": ["/fileupload/f1/../../app.yaml"]}, "There is no file"),
    ],
)
def test_what_cannot_be_sent_fails_with_a_sentence(
    bench: Make, office: PostOffice, tmp_path: Path, given: dict[str, Any], words: str
) -> None:
    app, _ = ready(bench, office, tmp_path)
    assert words in failed(app.call("send", name="x", **given))
    assert office.got == []


PRIVATE = {
    "types/order.yaml": "fields: {number: text, owner: user}\nprivacy: {own: {when: =this.owner == current_user, files: yes}}\n",
    "workflows/make.yaml": (
        "auth: none\nsteps:\n  - {do: create_account, as: ada, with: {email: ada@example.com}}\n"
        "  - {do: create_thing, as: o, with: {type: order, set: {owner: =ada}}}\n"
        "  - {do: return_data, with: {values: {order: =o.id, user: =ada.id}}}\n"
    ),
}


def test_a_private_file_goes_out_only_for_who_may_open_it(bench: Make, office: PostOffice, tmp_path: Path) -> None:
    lifted = SEND.replace("ignore_privacy: no", "ignore_privacy: yes")
    app, files = ready(bench, office, tmp_path, PRIVATE | {"workflows/lifted.yaml": lifted})
    made = app.call("make").answer.values
    secret = files.keep("bill.pdf", b"%PDF", 1, Attached("order", made["order"]))

    def send(actor: Actor, workflow: str = "send") -> Outcome:
        call = app.api_call(workflow, {"to": "x@example.com", "name": "x", "file": [secret]})
        return asyncio.run(app.engine.call(replace(call, actor=actor)))

    assert "is private" in failed(send(NOBODY))
    assert office.got == []
    assert send(user(made["user"])).error is None
    assert send(NOBODY, "lifted").error is None
    app.call("send", to="x@example.com", name="x", file=[secret])  # the administrator
    assert len(office.got) == 3


def test_a_mail_server_that_is_down_fails_the_step_with_its_kind(bench: Make, tmp_path: Path) -> None:
    with post_office() as office:
        app, _ = ready(bench, office, tmp_path)
    outcome = app.call("send", to="a@b.test", name="x")
    assert "could not be reached" in failed(outcome)
    assert outcome.error is not None
    kept = {key: outcome.error.details[key] for key in ("why", "retryable", "address")}
    assert kept == {"why": "unreachable", "retryable": True, "address": "workflows/send/steps/0"}


INVITE = """
auth: none
parameters: {method: {type: text, optional: yes}}
steps:
  - do: send_meeting_request
    as: sent
    with:
      to: [ada@example.com, "Bob, B. <bob@example.com>"]
      summary: "Lunch; with, signs\\\\"
      start: 2026-11-30 12:00
      length: 45
      location: Café
      organizer: boss@shop.test
      uid: meeting-1@shop.test
      sequence: 2
      METHOD
  - {do: return_data, with: {values: {uid: =sent.uid}}}
"""


def test_an_invitation_is_one_that_calendars_read(bench: Make, office: PostOffice, tmp_path: Path) -> None:
    fixed = INVITE.replace('"Bob, B. <bob@example.com>"', "\"'B' <bob@example.com>\"")
    flows = {
        "workflows/ask.yaml": fixed.replace("METHOD", ""),
        "workflows/off.yaml": fixed.replace("METHOD", "method: CANCEL"),
    }
    app, _ = ready(bench, office, tmp_path, flows)
    assert app.call("ask").answer.values == {"uid": "meeting-1@shop.test"}
    app.call("off")
    asked, cancelled = (
        next(p for p in one.mail.walk() if p.get_content_type() == "text/calendar") for one in office.got
    )
    assert asked.get_param("method") == "REQUEST"
    found: list[Any] = Calendar.from_ical(asked.get_content()).walk("VEVENT")
    (event,) = found
    assert (event["uid"], event["summary"], int(event["sequence"])) == (
        "meeting-1@shop.test",
        "Lunch; with, signs\\",
        2,
    )
    assert (event.decoded("dtend") - event.decoded("dtstart")).total_seconds() == 45 * 60
    assert [str(one) for one in event["attendee"]] == ["mailto:ada@example.com", "mailto:bob@example.com"]
    assert str(event["organizer"]) == "mailto:boss@shop.test"
    assert "\nSTATUS:CANCELLED" in cancelled.get_content().replace("\r", "")
    assert office.got[1].mail["Subject"] == "Cancelled: Lunch; with, signs\\"
    assert office.got[0].mail["Reply-To"] == "boss@shop.test"
