"""Mailboxes as people write them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offpage.kernel.errors import InvalidEmail
from offpage.values.mailbox import Mailbox, mailbox, mailboxes


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("ada@example.com", [("ada@example.com", "")]),
        ("Ada L. <ada@example.com>", [("ada@example.com", "Ada L.")]),
        (
            ' "Last, First" <a@b.test> , c@d.test;;e@f.test,',
            [("a@b.test", "Last, First"), ("c@d.test", ""), ("e@f.test", "")],
        ),
        ("Ö <x@müller.de>", [("x@xn--mller-kva.de", "Ö")]),
        ('"say \\"hi\\"" <a@b.test>', [("a@b.test", 'say "hi"')]),
        ("a@b.test, A <A@B.test>", [("a@b.test", "")]),
        ("José <josé@example.com>", [("josé@example.com", "José")]),
        ("root@localhost", [("root@localhost", "")]),
        ("", []),
        (" , ;", []),
    ],
)
def test_a_list_of_mailboxes_is_read(written: str, read: list[tuple[str, str]]) -> None:
    assert mailboxes(written) == tuple(Mailbox(*one) for one in read)


@pytest.mark.parametrize(
    "written",
    [
        "ada", "ada@", "@b.test", "a b@c.test", "a@b.test <c", "a@b.test>", "<a@b.test> <c@d.test>", '"a@b.test',
        "a@b.test\nBcc: eve@example.com", "A\r\nBcc: e@e.test <a@b.test>", "a@b..test", "a@b.test\u2028x",
        "a@b.test/../x", "a@b.test, nobody", "x" * 2000 + "@b.test",
    ],
)  # fmt: skip
def test_what_is_no_mailbox_is_refused_on_one_line(written: str) -> None:
    with pytest.raises(InvalidEmail) as caught:
        mailboxes(written)
    assert "\n" not in caught.value.message


@given(st.text(max_size=60))
def test_no_text_breaks_it_and_what_is_read_is_fit_for_a_header(text: str) -> None:
    try:
        found = mailbox(text)
    except InvalidEmail:
        return
    assert found.address.isprintable()
    assert found.address.count("@") == 1
    assert not set(found.name) & {"\r", "\n", "\x00"}


def test_long_nonsense_is_read_in_no_time() -> None:
    began = time.perf_counter()
    for nonsense in ('"' * 100_000, "<" * 100_000, "a," * 50_000, '"\\' * 50_000, '"a' * 499 + "<>"):
        with pytest.raises(InvalidEmail):
            mailboxes(nonsense)
    assert time.perf_counter() - began < 2
