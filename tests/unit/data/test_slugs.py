"""Slugs, before the database has its say."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offpage.data.slugs import LONGEST, slug_of


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Hello World", "hello-world"),
        ("  Crème brûlée, twice! ", "creme-brulee-twice"),
        ("Don't panic", "dont-panic"),
        ("a_b--c / d", "a-b-c-d"),
        ("100 %", "100"),
        ("ﬁne", "fine"),
        ("日本", "e697a5e69cac"),
        ("日本 tour", "e697a5e69cac-tour"),
        ("!!!", ""),
        ("", ""),
        ("x" * 500, "x" * LONGEST),
    ],
)
def test_a_slug_has_lower_case_letters_digits_and_hyphens(text: str, slug: str) -> None:
    assert slug_of(text) == slug


@given(st.text())
def test_any_text_gives_a_slug_that_stays_itself(text: str) -> None:
    slug = slug_of(text)
    assert re.fullmatch(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", slug)
    assert slug_of(slug) == slug
