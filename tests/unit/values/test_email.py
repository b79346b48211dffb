"""E-mail addresses in their normal form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offpage.kernel.errors import InvalidEmail
from offpage.values.email import normal_email


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Ada@Example.COM", "ada@example.com"),
        ("  ada@example.com\n", "ada@example.com"),
        ("a.b+tag@mail.example.co.uk", "a.b+tag@mail.example.co.uk"),
        ("o'brien@example.com", "o'brien@example.com"),
        ("jose\u0301@example.com", "josé@example.com"),
        ("ÅSA@Blåbær.example", "åsa@blåbær.example"),
        ("x@1-2.example", "x@1-2.example"),
        (f"{'a' * 64}@example.com", f"{'a' * 64}@example.com"),
    ],
)
def test_an_address_has_one_form(written: str, kept: str) -> None:
    assert normal_email(written) == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ada",
        "@example.com",
        "ada@",
        "ada@example",
        "ada@.com",
        "ada@example..com",
        "ada@-example.com",
        "ada@example-.com",
        "ada@exa_mple.com,eve@example.com",
        "a@b@example.com",
        "ada lovelace@example.com",
        "Ada <ada@example.com>",
        "ada@example.com\nBcc: eve@example.com",
        "ada\x00@example.com",
        "ada\u200b@example.com",
        "ada\u202e@example.com",
        "ada\ud800@example.com",
        "ada@example.com\u2028x",
        f"{'a' * 65}@example.com",
        f"a@{'b' * 64}.com",
        f"a@{'b.' * 130}com",
        "x" * 100_000,
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidEmail):
        normal_email(text)


@given(st.text() | st.from_regex(r"\A[^@]{1,20}@[^@]{1,20}\.[^@]{1,5}\Z"))
def test_the_normal_form_of_a_normal_form_is_itself_and_fits_a_header(text: str) -> None:
    try:
        address = normal_email(text)
    except InvalidEmail:
        return
    assert normal_email(address) == address
    assert normal_email(address.upper()) == normal_email(address.upper().lower())
    assert address.isprintable()
    assert not set(address) & set(' ,;:<>"()[]\\')
