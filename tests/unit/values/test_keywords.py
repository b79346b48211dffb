"""Keywords: quick, and the same as if every replacement were made in the whole text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from offpage.values import keywords
from offpage.values.keywords import REPLACEMENTS, has_all
from offpage.values.text_case import lowercase

LETTERS = "aeioubdglmnprtsxzchy \t'\u2019-.,\u00a0\u3000\u20ac\u00c5\u00e9\u0130\u03a3IESNGD10"
WORDS = ("the", "categories", "running", "planned", "quickly", "boxes", "classes", "don't", "x" * 39, "y" * 60, "")


def slowly(text: str) -> frozenset[str]:
    """The keywords as PostgreSQL finds them: each replacement, one after the other, in the whole text."""
    words = f" {lowercase(text[: keywords.LOOKED_AT])} "
    for pattern, by in REPLACEMENTS:
        words = re.sub(pattern, by, words)
    return frozenset(words.split(" ")) - {""}


texts = some.lists(some.one_of(some.sampled_from(WORDS), some.text(LETTERS, max_size=60))).map(" ".join)


@given(texts, texts)
def test_each_word_by_itself_is_the_same_as_all_together(text: str, wanted: str) -> None:
    assert keywords.keywords(text) == slowly(text)
    asked = slowly(wanted)
    assert has_all(text, wanted) is (bool(asked) and asked <= slowly(text))


@given(texts)
def test_a_text_has_the_words_it_is_made_of(text: str) -> None:
    assert has_all(text, text) is bool(slowly(text))


def test_a_word_loses_its_ending_once_however_many_rows_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    keywords._kept_stem.cache_clear()
    rows = [f"Category {number} of the running boxes" for number in range(1_000)]
    assert sum(has_all(row, "categories running") for row in rows) == 1_000
    assert keywords._kept_stem.cache_info().misses < 1_020
    keywords._kept_stem.cache_clear()
    assert not any(has_all(row, "zebra box") for row in rows)
    assert keywords._kept_stem.cache_info().misses == 2, "rows without the words are not cut into words at all"


def test_what_is_kept_is_bounded() -> None:
    assert keywords._kept_stem.cache_info().maxsize == keywords.KEPT_WORDS
    keywords._kept_stem.cache_clear()
    assert has_all("kept " + "b" * 1_000, "kept " + "b" * 1_000)
    assert keywords._kept_stem.cache_info().currsize == 1, "long words are not kept"
