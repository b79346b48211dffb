"""Addresses of links."""

from __future__ import annotations

import pytest

from offpage.accounts.links import address, with_query
from offpage.kernel.errors import StepError


@pytest.mark.parametrize(
    ("page", "made"),
    [
        (None, "https://shop.test/reset_pw?reset=T%2Fx"),
        ("  ", "https://shop.test/reset_pw?reset=T%2Fx"),
        ("/other", "https://shop.test/other?reset=T%2Fx"),
        ("/other?a=b", "https://shop.test/other?a=b&reset=T%2Fx"),
        ("https://front.test/#/new", "https://front.test/?reset=T%2Fx#/new"),
        ("http://localhost:3000", "http://localhost:3000?reset=T%2Fx"),
    ],
)
def test_the_token_goes_into_the_query(page: str | None, made: str) -> None:
    assert address(page, "/reset_pw", "https://shop.test", reset="T/x") == made


@pytest.mark.parametrize(
    "page",
    ["javascript:alert(1)", "//evil.test/x", "data:text/html,x", "https:///x", "ftp://a.test", "other", "\\\\evil"],
)
def test_what_is_no_web_address_is_refused(page: str) -> None:
    with pytest.raises(StepError, match="is no web address"):
        address(page, "/reset_pw", "https://shop.test", reset="T")


def test_a_page_of_an_app_that_does_not_know_its_address_is_refused() -> None:
    with pytest.raises(StepError, match="OFFPAGE_URL"):
        address("/x", "/reset_pw", "", reset="T")


def test_values_that_no_address_can_hold_are_replaced() -> None:
    assert with_query("https://a.test/", q="ö \ud800&x=1") == "https://a.test/?q=%C3%B6+%3F%26x%3D1"
