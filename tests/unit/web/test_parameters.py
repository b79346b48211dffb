"""The parameters of a workflow out of body and query (bubble.md 1.4)."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
import pytest

from offpage.kernel.errors import InvalidData, MalformedBody, MissingData
from offpage.program.program import Parameter
from offpage.values.codec import Forms
from offpage.values.types import DATE, FILE, JSON, NUMBER, TEXT, YES_NO, Type, thing
from offpage.web.content import read_content
from offpage.web.forms import read_pairs
from offpage.web.parameters import Given, read_parameters
from offpage.web.uploads import SentFile
from tests.unit.web.making import workflow

NAME = Parameter("name", TEXT)
AMOUNT = Parameter("amount", NUMBER)
NOTE = Parameter("note", TEXT, optional=True)
TAGS = Parameter("tags", TEXT.listed, optional=True)
PHOTO = Parameter("photo", FILE)
FORM = "application/x-www-form-urlencoded"


def read(*parameters: Parameter, body: Any = None, form: str = "", query: str = "", **changes: Any) -> Given:
    """Read parameters from a JSON body, or a form, and a query string."""
    content = read_content(form.encode(), FORM) if form else read_content(msgspec.json.encode(body), "application/json")
    pairs = read_pairs(query.encode(), what="The query string")
    return read_parameters(workflow(*parameters, **changes), content, pairs, Forms())


def test_values_come_in_the_order_of_the_parameters_and_unknown_keys_are_ignored() -> None:
    assert read(NAME, AMOUNT, body={"x": 1, "amount": 2, "name": "A"}).values == ["A", 2.0]


def test_what_is_optional_and_absent_or_null_is_empty() -> None:
    assert read(NAME, NOTE, body={"name": "A"}).values == ["A", None]
    assert read(NAME, NOTE, body={"name": "A", "note": None}).values == ["A", None]


@pytest.mark.parametrize("body", [{}, {"name": None}, None])
def test_a_missing_parameter_is_named_in_bubbles_words(body: Any) -> None:
    with pytest.raises(MissingData) as caught:
        read(NAME, body=body)
    assert caught.value.message == "Missing parameter for workflow order: parameter name"


def test_a_value_that_cannot_be_read_is_named_in_bubbles_words() -> None:
    with pytest.raises(InvalidData) as caught:
        read(AMOUNT, body={"amount": "much"})
    assert caught.value.message == "Invalid data for field amount: could not parse this as a number"


def test_all_problems_are_told_at_once_in_the_order_of_the_parameters() -> None:
    with pytest.raises(InvalidData) as caught:
        read(AMOUNT, NAME, Parameter("when", DATE), TAGS, body={"amount": [], "when": "soon", "tags": "a"})
    assert [(one["status"], one["parameter"]) for one in caught.value.details["problems"]] == [
        ("INVALID_DATA", "amount"),
        ("MISSING_DATA", "name"),
        ("INVALID_DATA", "when"),
        ("INVALID_DATA", "tags"),
    ]


def test_a_query_parameter_is_read_from_the_address_and_nowhere_else() -> None:
    page = Parameter("page", NUMBER, is_in="query")
    assert read(page, NAME, body={"name": "A", "page": 9}, query="page=2&name=B").values == [2.0, "A"]
    with pytest.raises(MissingData):
        read(page, body={"page": 9})


def test_a_get_workflow_reads_everything_from_the_query() -> None:
    assert read(NAME, AMOUNT, query="name=A&amount=2", method="GET").values == ["A", 2.0]


def test_lists_come_as_repeated_keys_as_keys_with_brackets_and_as_json() -> None:
    assert read(TAGS, form="tags=a&tags=b").values == [["a", "b"]]
    assert read(TAGS, form="tags[]=a&tags[]=b").values == [["a", "b"]]
    assert read(TAGS, form='tags=["a","b"]').values == [["a", "b"]]
    assert read(TAGS, form="tags=a").values == [["a"]]
    assert read(TAGS, body={"tags": ["a", "b"]}).values == [["a", "b"]]
    assert read(TAGS, body={"tags": []}).values == [[]]


def test_a_single_value_given_twice_is_ambiguous_and_refused() -> None:
    with pytest.raises(InvalidData) as caught:
        read(AMOUNT, form="amount=1&amount=2")
    assert caught.value.details["problems"][0]["reason"] == "It was given 2 times."


def test_an_empty_text_in_a_form_is_present_but_an_empty_number_is_missing() -> None:
    assert read(NAME, form="name=&x=1").values == [""]
    with pytest.raises(MissingData):
        read(AMOUNT, form="amount=&x=1")


@pytest.mark.parametrize(
    ("of", "text", "value"),
    [
        (YES_NO, "true", True),
        (YES_NO, "no", False),
        (NUMBER, "-1.5e3", -1500.0),
        (DATE, "1453398788637", 1453398788637),
        (DATE, "2016-01-13T00:00:00Z", 1452643200000),
        (JSON, '{"a":[1]}', {"a": [1]}),
        (thing("order"), "1671702337369x488321592367327900", "1671702337369x488321592367327900"),
    ],
)
def test_form_text_is_converted_by_type(of: Type, text: str, value: Any) -> None:
    assert read(Parameter("p", of), query="p=" + text, method="GET").values == [value]


def test_a_body_that_is_no_object_is_refused_where_one_is_needed() -> None:
    with pytest.raises(MalformedBody, match="must be a JSON object"):
        read(NAME, body=[1])
    assert read(body=[1]).values == []
    assert read(Parameter("page", TEXT, is_in="query"), body=[1], query="page=a").values == ["a"]


def test_a_body_of_another_type_is_named_where_parameters_are_needed() -> None:
    content = read_content(b"<a/>", "text/xml")
    with pytest.raises(MalformedBody, match=r"'text/xml' has no parameters"):
        read_parameters(workflow(NAME), content, {}, Forms())
    assert read_parameters(workflow(NOTE, request_data=True), content, {}, Forms()).values == [None]


def test_a_file_comes_as_an_address_or_as_base64() -> None:
    assert read(PHOTO, body={"photo": "https://example.com/a.png"}).values == ["https://example.com/a.png"]
    contents = base64.b64encode(b"\x89PNG").decode()
    given = read(PHOTO, body={"photo": {"filename": "a.png", "contents": contents}})
    assert given.values == [None]
    assert given.files == {0: [SentFile("a.png", "", b"\x89PNG")]}


def test_a_list_of_files_may_mix_addresses_and_contents() -> None:
    photos = Parameter("photos", FILE.listed)
    given = read(photos, body={"photos": ["https://x.test/a", {"contents": "YQ=="}]})
    assert given.files == {0: ["https://x.test/a", SentFile("file", "", b"a")]}


@pytest.mark.parametrize(
    ("photo", "reason"),
    [
        ({"filename": "a.png"}, "needs `contents`"),
        ({"contents": "%%%"}, "not valid base64"),
        ({"contents": "YQ==", "filename": 7}, "must be text"),
        ({"contents": "YQ==", "private": True}, "needs `attach_to`"),
        ({"contents": "YQ==", "private": "perhaps"}, "true or false"),
        ("ftp://x", "address"),
        (7, "address"),
    ],
)
def test_a_file_that_cannot_be_kept_says_why(photo: Any, reason: str) -> None:
    with pytest.raises(InvalidData) as caught:
        read(PHOTO, body={"photo": photo})
    assert caught.value.message == "Invalid data for field photo: could not parse this as a file"
    assert reason in caught.value.details["problems"][0]["reason"]


def multipart(*parts: tuple[str, bytes]) -> bytes:
    """A multipart body with the boundary XX."""
    pieces = [f"--XX\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + data for head, data in parts]
    return b"\r\n".join([*pieces, b"--XX--\r\n"])


def read_multipart(*parts: tuple[str, bytes], parameters: tuple[Parameter, ...]) -> Given:
    """Read parameters from a multipart body."""
    content = read_content(multipart(*parts), "multipart/form-data; boundary=XX")
    return read_parameters(workflow(*parameters), content, {}, Forms())


def test_multipart_brings_texts_and_files() -> None:
    parts = (('name="name"', b"Ann"), ('name="photo"; filename="a.png"', b"\x89"))
    given = read_multipart(*parts, parameters=(NAME, PHOTO))
    assert given.values == ["Ann", None]
    assert given.files == {1: [SentFile("a.png", "", b"\x89")]}


def test_a_file_part_for_a_text_is_refused() -> None:
    with pytest.raises(InvalidData, match="Invalid data for field name"):
        read_multipart(('name="name"; filename="a"', b"x"), parameters=(NAME,))


def test_an_empty_file_field_of_a_form_counts_as_missing() -> None:
    with pytest.raises(MissingData):
        read_multipart(('name="photo"; filename=""', b""), parameters=(PHOTO,))
