"""Mail into a folder."""

from __future__ import annotations

import asyncio
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from offpage.kernel.errors import StepError
from offpage.services.mail import NO_MAIL, MailFolder, Message
from offpage.values.mailbox import Mailbox

ADA, SHOP = Mailbox("ada@example.com"), Mailbox("no-reply@shop.test", "Shop")
PLAIN = Message((ADA,), "Hello", "A text\nwith ö and 😀", SHOP, "1x2/workflows/a/steps/0", 0)


def sent(folder: Path, *messages: Message) -> list[bytes]:
    """What stands in the folder after sending."""
    place = MailFolder(folder / "mail")
    for one in messages:
        asyncio.run(place.send(one))
    return [file.read_bytes() for file in sorted((folder / "mail").iterdir())]


def test_a_mail_is_a_file_that_mail_programs_open(tmp_path: Path) -> None:
    (raw,) = sent(tmp_path, PLAIN)
    mail = message_from_bytes(raw, policy=default)
    assert (mail["To"], mail["From"], mail["Subject"]) == ("ada@example.com", str(SHOP), "Hello")
    assert mail.get_content().replace("\r\n", "\n") == PLAIN.text + "\n"
    assert mail["Date"].datetime.year == 1970


def test_the_same_mail_sent_again_is_one_file(tmp_path: Path) -> None:
    assert len(sent(tmp_path, PLAIN, PLAIN)) == 1


def test_no_text_begins_another_header(tmp_path: Path) -> None:
    evil = Message((ADA,), "Hi\r\nBcc: eve@example.com", "x", SHOP, "../../k\x00", 0)
    (raw,) = sent(tmp_path, evil)
    mail = message_from_bytes(raw, policy=default)
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hi Bcc: eve@example.com"
    assert [one.name for one in (tmp_path / "mail").iterdir()] == ["..-..-k--3ef67ed296.eml"]


@pytest.mark.parametrize("text", ["\ud800", "\x00", "x" * 100_000, "", ".\r\n."])
def test_any_text_can_be_mailed(tmp_path: Path, text: str) -> None:
    (raw,) = sent(tmp_path, Message((ADA,), text, text, SHOP, "k", 0))
    assert message_from_bytes(raw, policy=default)["To"] == "ada@example.com"


def test_without_a_way_to_send_a_step_fails_with_a_sentence() -> None:
    with pytest.raises(StepError, match="no way to send mail"):
        asyncio.run(NO_MAIL.send(PLAIN))
