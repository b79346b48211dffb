"""Bodies by their content type."""

import contextlib
from urllib.parse import unquote_to_bytes, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offpage.kernel.errors import MalformedBody, TooLarge
from offpage.web import forms
from offpage.web.content import read_content
from offpage.web.forms import MOST_FIELDS, FilePart, JsonPart, read_pairs, unquoted
from offpage.web.json_body import MOST_VALUES
from offpage.web.multipart import MOST_PARTS

TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=XX"


def part(headers: str, content: bytes) -> bytes:
    """One part of a multipart body."""
    return b"--XX\r\n" + headers.encode() + b"\r\n\r\n" + content + b"\r\n"


TWO_TEXTS = part('Content-Disposition: form-data; name="a"', b"1") + part(
    'Content-Disposition: form-data; name="b"', "blå".encode()
)
END = b"--XX--\r\n"


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON; charset=UTF-8",
        "application/vnd.github+json",
        "text/json",
        "text/plain",
        "",
        FORM,
        "application/octet-stream",
    ],
)
def test_json_is_read_as_json_where_it_can_be_nothing_else(content_type: str) -> None:
    content = read_content(b'{"a": 1}', content_type)
    assert content.value == {"a": 1}
    assert content.fields is None


def test_json_in_another_charset_is_read() -> None:
    assert read_content('{"a": "å"}'.encode("latin-1"), "application/json; charset=iso-8859-1").value == {"a": "å"}
    assert read_content('{"a": "å"}'.encode("utf-16"), "application/json; charset=utf-16").value == {"a": "å"}


def test_an_unknown_charset_is_named() -> None:
    with pytest.raises(MalformedBody, match="martian"):
        read_content(b"a=1", f"{FORM}; charset=martian")


def test_a_form_gives_texts_and_lists_of_texts() -> None:
    content = read_content(b"a=1&b=x+y&c=%C3%A5&a=2&d=", FORM)
    assert content.fields == {"a": ["1", "2"], "b": ["x y"], "c": ["å"], "d": [""]}
    assert content.value == {"a": ["1", "2"], "b": "x y", "c": "å", "d": ""}


def test_a_form_that_begins_with_a_brace_but_is_no_json_is_a_form() -> None:
    assert read_content(b"{a=1", FORM).fields == {"{a": ["1"]}


def test_broken_json_without_a_content_type_is_said_to_be_broken() -> None:
    with pytest.raises(MalformedBody, match="line 1"):
        read_content(b'{"a": ', "")


@pytest.mark.parametrize("raw", [b"a=%00", b"a=%FF", b"a\xff=1"])
def test_a_form_with_what_no_text_may_hold_is_refused(raw: bytes) -> None:
    with pytest.raises(MalformedBody):
        read_content(raw, FORM)


@given(st.binary(), st.integers(3, 9))
def test_escapes_are_resolved_as_the_standard_library_does(raw: bytes, piece: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forms, "PIECE", piece)
        assert unquoted(raw) == unquote_to_bytes(raw.replace(b"+", b" "))


@given(st.lists(st.sampled_from([b"%", b"%4", b"%41", b"a", b"%c3%a5", b"%zz", b"1"])), st.integers(3, 9))
def test_no_escape_is_cut_in_two(pieces: list[bytes], piece: int) -> None:
    raw = b"".join(pieces)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forms, "PIECE", piece)
        assert unquoted(raw) == unquote_to_bytes(raw)


@given(st.lists(st.tuples(TEXTS, TEXTS)))
def test_a_form_gives_back_what_was_put_in(pairs: list[tuple[str, str]]) -> None:
    expected: dict[str, list[str]] = {}
    for name, value in pairs:
        expected.setdefault(name, []).append(value)
    assert read_pairs(urlencode(pairs).encode(), what="The form") == expected


def test_a_form_with_too_many_fields_is_refused() -> None:
    with pytest.raises(MalformedBody, match="5,000 fields"):
        read_pairs(b"&".join([b"a=1"] * (MOST_FIELDS + 1)), what="The form")


def test_multipart_gives_texts_files_and_json() -> None:
    raw = (
        TWO_TEXTS
        + part('Content-Disposition: form-data; name="f"; filename="p.png"\r\nContent-Type: image/png', b"\x89\x00\r\n")
        + part('Content-Disposition: form-data; name="j"\r\nContent-Type: application/json', b'{"x": [1]}')
        + END
    )
    fields = read_content(raw, MULTIPART).fields
    assert fields == {
        "a": ["1"],
        "b": ["blå"],
        "f": [FilePart("p.png", "image/png", b"\x89\x00\r\n")],
        "j": [JsonPart({"x": [1]})],
    }


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (TWO_TEXTS, "ends too early"),
        (b"nothing of the kind", "cannot be read"),
        (part("Content-Type: text/plain", b"1") + END, "no name"),
        (part('Content-Disposition: form-data; name="a"', b"\xff") + END, "not valid text"),
        (part('Content-Disposition: form-data; name="a"', b"\x00") + END, "NUL"),
        (part("X: " + "y" * 10_000, b"1") + END, "cannot be read"),
        (part('Content-Disposition: form-data; name="a"', b"1") * (MOST_PARTS + 1) + END, "more than 1,000 parts"),
    ],
)
def test_what_is_wrong_with_a_multipart_body_is_said(raw: bytes, says: str) -> None:
    with pytest.raises(MalformedBody) as caught:
        read_content(raw, MULTIPART)
    assert says in caught.value.message


def test_multipart_must_name_its_boundary() -> None:
    with pytest.raises(MalformedBody, match="boundary"):
        read_content(b"--XX--", "multipart/form-data")


def test_other_content_is_text_from_which_no_parameters_are_read() -> None:
    content = read_content(b"<order/>", "text/xml")
    assert (content.value, content.is_data, content.raw) == ("<order/>", False, b"<order/>")
    assert read_content(b"\xff\xd8", "image/jpeg").value is None


def test_the_boundary_of_a_multipart_body_does_not_change_its_fingerprint() -> None:
    other = (TWO_TEXTS + END).replace(b"XX", b"YYYY")
    first = read_content(TWO_TEXTS + END, MULTIPART)
    assert first.fingerprint() == read_content(other, "multipart/form-data; boundary=YYYY").fingerprint()
    changed = (TWO_TEXTS + END).replace(b"1", b"2")
    assert first.fingerprint() != read_content(changed, MULTIPART).fingerprint()


@given(
    st.binary(),
    st.sampled_from(["", "application/json", FORM, MULTIPART, "text/xml", "text/plain; charset=utf-16"])
    | st.text(st.characters(max_codepoint=255)),
)
def test_any_body_of_any_type_is_read_or_refused_and_nothing_else(raw: bytes, content_type: str) -> None:
    with contextlib.suppress(MalformedBody):
        read_content(raw, content_type)


@given(
    st.lists(st.sampled_from([b"--XX", b"\r\n", b"--", b"Content-Disposition: form-data; name=a", b":", b"x", b"\xff"]))
)
def test_no_shuffled_multipart_body_breaks_the_reader(pieces: list[bytes]) -> None:
    with contextlib.suppress(MalformedBody):
        read_content(b"".join(pieces) or b"x", MULTIPART)


@pytest.mark.parametrize("charset", ["\x00", "hex", "idna", "punycode", "unicode_escape", "rot13", "nonsense", "utf-7"])
def test_a_part_in_a_charset_that_is_not_taken_is_refused(charset: str) -> None:
    headers = f'Content-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset={charset}'
    with pytest.raises(MalformedBody):
        read_content(part(headers, b"00") + END, MULTIPART)


def test_the_values_of_all_json_parts_are_counted_together() -> None:
    headers = 'Content-Disposition: form-data; name="a"\r\nContent-Type: application/json'
    parts = part(headers, b"[" + b"1," * (MOST_VALUES // 2) + b"1]") * 2
    with pytest.raises(TooLarge):
        read_content(parts + END, MULTIPART)
