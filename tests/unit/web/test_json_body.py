"""JSON bodies: what is read, and what is refused with a reason."""

import contextlib
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offpage.kernel.errors import MalformedBody, TooLarge
from offpage.web.json_body import DEEPEST, MOST_VALUES, read_json

plain_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])), inner)
    ),
)


@given(plain_json)
def test_any_json_is_read_as_what_it_says(value: Any) -> None:
    assert read_json(msgspec.json.encode(value)) == value


@given(st.binary())
def test_any_bytes_are_read_or_refused_and_nothing_else(raw: bytes) -> None:
    with contextlib.suppress(MalformedBody):
        read_json(raw)


@pytest.mark.parametrize("raw", [b"", b"  \r\n", b"null", b"\xef\xbb\xbf"])
def test_an_empty_body_is_empty(raw: bytes) -> None:
    assert read_json(raw) is None


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b'{"a": 1,\n "b" 2}', "line 2, column 6"),
        (b'{"a": 1', "line 1, column 8"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": "\xff"}', "UTF-8"),
        (b'{"a": "\\ud800"}', "surrogate"),
        (b'{"a": "\\u0000"}', "NUL"),
        (b'{"a\\u0000": 1}', "NUL"),
        (b'[["\\u0000"]]', "NUL"),
        (b'{"a": 1e999}', "too large"),
        (b'{"a": ' + b"9" * 400 + b"}", "too large"),
        (b'{"a": ' + b"9" * 6000 + b"}", "too large"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), "nested too deeply"),
        (b'{"a":' * (DEEPEST + 1) + b"1" + b"}" * (DEEPEST + 1), "nested too deeply"),
        (b"{} {}", "line 1, column 4"),
    ],
)
def test_what_is_wrong_is_said(raw: bytes, says: str) -> None:
    with pytest.raises(MalformedBody) as caught:
        read_json(raw)
    assert says in caught.value.message


def test_a_hundred_levels_are_fine() -> None:
    assert read_json(b"[" * DEEPEST + b"]" * DEEPEST)


def test_many_lists_beside_each_other_are_not_deep() -> None:
    assert read_json(b"[" + b",".join([b"[]"] * 1_000) + b"]") == [[]] * 1_000


def test_a_backslash_before_u0000_is_text_not_nul() -> None:
    assert read_json(b'{"a": "\\\\u0000"}') == {"a": "\\u0000"}


def test_whole_numbers_beyond_64_bits_become_floats() -> None:
    value = read_json(b'{"a": [123456789012345678901234567890], "b": 9223372036854775807}')
    assert value == {"a": [1.2345678901234568e29], "b": 9223372036854775807}
    assert isinstance(value["a"][0], float)


def test_of_a_key_that_is_there_twice_the_last_counts() -> None:
    assert read_json(b'{"a": 1, "a": 2}') == {"a": 2}


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert read_json(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


@pytest.mark.parametrize("one", [b"[],", b"{},", b"1,", b'"a",'])
def test_a_body_of_more_values_than_fit_is_refused_before_it_is_decoded(one: bytes) -> None:
    with pytest.raises(TooLarge, match="1,000,000"):
        read_json(b"[" + one * (MOST_VALUES + 1) + b"0]")


def test_commas_and_brackets_inside_a_text_are_no_values() -> None:
    text = 'a,[{\\"' * (MOST_VALUES // 2)
    assert read_json(msgspec.json.encode({"csv": text, "n": [1, 2]})) == {"csv": text, "n": [1, 2]}
