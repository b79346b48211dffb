"""Mail over SMTP, to a real server on loopback."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from offpage.kernel.errors import OutsideFailed
from offpage.services.mail import Attachment, Message
from offpage.services.smtp import Security, SmtpMail, SmtpServer
from offpage.values.mailbox import Mailbox
from tests.ports import free_port
from tests.post_office import HOST, PASSWORD, USER, PostOffice, post_office

# The server of these tests, and a loop that ends with a mail, leave sockets to the garbage collector.
pytestmark = [
    pytest.mark.usefixtures("leaves_sockets"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

ADA, BOB, EVE = Mailbox("ada@example.com", "Ada"), Mailbox("bob@example.com"), Mailbox("eve@example.com")
MAIL = Message((ADA,), "Hello ö", "Text", Mailbox("no-reply@shop.test", "Shop"), "1x2/workflows/a/steps/0", 0)


def mail_by(office: PostOffice, **more: object) -> SmtpMail:
    server = SmtpServer(HOST, office.port, security=office.security, seconds=5)
    return SmtpMail(replace(server, **more), office.trust())  # type: ignore[arg-type]


def failure(mail: SmtpMail, message: Message = MAIL) -> OutsideFailed:
    with pytest.raises(OutsideFailed) as caught:
        asyncio.run(mail.send(message))
    return caught.value


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_mail_goes_out_with_a_log_in_and_encrypted_where_that_is_asked_for(security: Security) -> None:
    with post_office(security, log_in=True) as office:
        sent = asyncio.run(mail_by(office, user=USER, password=PASSWORD).send(MAIL))
        (one,) = office.got
    assert (one.sender, one.recipients) == ("no-reply@shop.test", ["ada@example.com"])
    assert (one.encrypted, one.logged_in) == (security != "none", True)
    assert one.mail["Subject"] == "Hello ö"
    assert one.mail["Message-ID"] == sent.id == MAIL.id
    assert sent.refused == ()


def test_everything_a_mail_may_have_arrives_and_bcc_is_not_told() -> None:
    message = replace(
        MAIL,
        html="<p>Hé</p>",
        cc=(BOB,),
        bcc=(EVE,),
        reply_to=(Mailbox("help@shop.test", 'The "Help", desk'),),
        attachments=(
            Attachment("rechnung ö.pdf", "application/pdf", b"%PDF\x00"),
            Attachment("a.eml", "message/rfc822", b"x"),
        ),
        unsubscribe="https://shop.test/u?id=1",
    )
    with post_office() as office:
        asyncio.run(mail_by(office).send(message))
        (one,) = office.got
    assert one.recipients == ["ada@example.com", "bob@example.com", "eve@example.com"]
    assert b"eve@example.com" not in one.raw
    mail = one.mail
    assert mail["To"].addresses[0].display_name == "Ada"
    assert mail["Reply-To"].addresses[0].display_name == 'The "Help", desk'
    assert mail["List-Unsubscribe"] == "<https://shop.test/u?id=1>"
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert (plain.get_content().strip(), html.get_content().strip()) == ("Text", "<p>Hé</p>")
    found = [(part.get_filename(), part.get_content()) for part in mail.iter_attachments()]
    assert found == [("rechnung ö.pdf", b"%PDF\x00"), ("a.eml", b"x")]


def test_the_same_mail_sent_again_can_be_recognised() -> None:
    with post_office() as office:
        for key in ("k1", "k1", "k2"):
            asyncio.run(mail_by(office).send(replace(MAIL, key=key)))
    ids = [one.mail["Message-ID"] for one in office.got]
    assert ids[0] == ids[1] != ids[2]
    assert ids[0].endswith("@shop.test>")


def test_a_wrong_password_will_not_become_right_by_itself() -> None:
    with post_office("starttls", log_in=True) as office:
        error = failure(mail_by(office, user=USER, password="guess-1234"))
    assert (error.details["why"], error.retryable) == ("log_in", False)
    assert "OFFPAGE_SMTP_PASSWORD" in error.message
    assert "guess-1234" not in error.message


def test_some_recipients_refused_is_told_all_refused_fails() -> None:
    message = replace(MAIL, cc=(BOB,))
    with post_office() as office:
        office.refuse = {"bob@example.com": "550 no such user"}
        assert asyncio.run(mail_by(office).send(message)).refused == ("bob@example.com",)
        office.refuse["ada@example.com"] = "550 no such user"
        gone = failure(mail_by(office), message)
        office.refuse["ada@example.com"] = "451 greylisted"
        later = failure(mail_by(office), message)
    assert len(office.got) == 1
    assert (gone.details["why"], gone.retryable) == ("recipient", False)
    assert "550 no such user" in gone.message
    assert later.retryable


@pytest.mark.parametrize(("answer", "again"), [("554 spam", False), ("452 disk full", True)])
def test_a_mail_that_is_refused_says_whether_it_may_be_taken_later(answer: str, again: bool) -> None:
    with post_office() as office:
        office.answer = answer
        error = failure(mail_by(office))
    assert (error.details["why"], error.details["answer_status"], error.retryable) == (
        "refused",
        int(answer[:3]),
        again,
    )


def test_a_server_that_is_down_may_come_back() -> None:
    error = failure(SmtpMail(SmtpServer("127.0.0.1", free_port(), security="none")))
    assert (error.details["why"], error.retryable) == ("unreachable", True)


def test_a_server_that_says_nothing_is_not_waited_for_for_ever() -> None:
    async def story() -> OutsideFailed:
        server = await asyncio.start_server(lambda reader, writer: asyncio.sleep(30), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        try:
            await SmtpMail(SmtpServer("127.0.0.1", port, security="none", seconds=0.2)).send(MAIL)
        except OutsideFailed as error:
            return error
        finally:
            server.close()
        raise AssertionError("it was sent")

    error = asyncio.run(story())
    assert (error.details["why"], error.retryable) == ("timeout", True)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_is_not_trusted(security: Security) -> None:
    with post_office(security) as office:
        error = failure(SmtpMail(SmtpServer(HOST, office.port, security=security, seconds=5)))
    assert (error.details["why"], error.retryable) == ("certificate", False)
    assert office.got == []


def test_nothing_is_sent_in_the_clear_where_the_server_offers_no_starttls() -> None:
    with post_office("none") as office:
        error = failure(SmtpMail(SmtpServer(HOST, office.port, security="starttls", seconds=5), office.trust()))
    assert not error.retryable
    assert office.got == []


def test_without_a_sender_a_mail_says_what_to_do() -> None:
    error = failure(SmtpMail(SmtpServer("127.0.0.1", 1)), replace(MAIL, sender=Mailbox("no-reply@localhost")))
    assert "app.yaml" in error.message


def test_an_address_of_any_letters_goes_out_where_the_server_takes_it() -> None:
    jose = Mailbox("josé@example.com", 'José "Pepe"')
    with post_office() as office:
        asyncio.run(mail_by(office).send(replace(MAIL, to=(jose, ADA))))
        office.utf8 = False
        error = failure(mail_by(office), replace(MAIL, to=(jose,)))
    (one,) = office.got
    assert one.recipients == ["josé@example.com", "ada@example.com"]
    assert 'To: "José \\"Pepe\\"" <josé@example.com>, "Ada" <ada@example.com>'.encode() in one.raw
    assert (error.details["why"], error.retryable) == ("recipient", False)
