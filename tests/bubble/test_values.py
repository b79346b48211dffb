"""How Bubble's APIs take and give values: bubble.md 1.4 (accepted encodings), 2.3 (output), 15 (what clients send)."""

from __future__ import annotations

import pytest

from offpage.kernel.errors import InvalidData
from offpage.values.codec import Forms, from_json, from_text, to_json
from offpage.values.shapes import Place
from offpage.values.types import ADDRESS, DATE, FILE, NUMBER, TEXT, YES_NO, Type, option, thing


class Statuses:
    """One option whose display text is not its id."""

    def label(self, set_id: str, option_id: str) -> str | None:
        return "Paid in full" if option_id == "paid" else None

    def labels_of(self, set_id: str) -> list[str]:
        return []

    def find(self, set_id: str, text: str) -> str | None:
        return "paid" if text in ("Paid in full", "paid") else None


FORMS = Forms(Statuses())
ID = "1671702337369x488321592367327900"


@pytest.mark.parametrize("of", [TEXT, NUMBER, YES_NO], ids=str)
def test_1_4_a_scalar_is_a_json_scalar_or_its_text(of: Type) -> None:
    scalar = {"text": "a", "number": 12.5, "yes_no": True}[of.kind]
    text = {"text": "a", "number": "12.5", "yes_no": "true"}[of.kind]
    assert from_json(of, scalar, FORMS) == from_text(of, text, FORMS) == from_json(of, text, FORMS) == scalar


@pytest.mark.parametrize("text", ["Wed Jan 13 2016", "01/13/2016", "2016-01-13", "2016-01-13T00:00:00.000Z"])
def test_1_4_a_date_is_parseable_text(text: str) -> None:
    assert to_json(DATE, from_json(DATE, text, FORMS), FORMS) == "2016-01-13T00:00:00.000Z"


def test_1_4_a_date_is_what_javascript_prints() -> None:
    moment = from_json(DATE, "Wed Jan 13 2016 16:45:09 GMT-0500 (EST)", FORMS)
    assert to_json(DATE, moment, FORMS) == "2016-01-13T21:45:09.000Z"


@pytest.mark.parametrize("raw", [1453398788637, "1453398788637"])
def test_1_4_a_date_is_a_millisecond_timestamp_as_number_or_text(raw: object) -> None:
    assert to_json(DATE, from_json(DATE, raw, FORMS), FORMS) == "2016-01-21T17:53:08.637Z"


def test_1_4_an_address_is_text_or_an_object_with_the_address_or_both_coordinates() -> None:
    assert from_json(ADDRESS, "Oslo", FORMS) == Place("Oslo", None, None)
    assert from_json(ADDRESS, {"address": "Oslo"}, FORMS) == Place("Oslo", None, None)
    assert from_json(ADDRESS, {"lat": 59.9, "lng": 10.7}, FORMS) == Place(None, 59.9, 10.7)
    with pytest.raises(InvalidData):
        from_json(ADDRESS, {"lat": 59.9}, FORMS)


def test_1_4_a_file_is_its_url() -> None:
    assert from_json(FILE, "//s3.amazonaws.com/f1/logo.png", FORMS) == "//s3.amazonaws.com/f1/logo.png"


def test_1_4_a_thing_is_its_unique_id_and_a_list_of_things_an_array_of_them() -> None:
    assert from_json(thing("order"), ID, FORMS) == ID
    assert from_json(thing("order").listed, [ID, ID], FORMS) == [ID, ID]


def test_1_4_an_option_is_its_display_text() -> None:
    assert from_json(option("status"), "Paid in full", FORMS) == "paid"


@pytest.mark.parametrize(
    ("of", "raw"), [(DATE, "20160113"), (NUMBER, "1,000"), (YES_NO, 1), (TEXT.listed, "a")], ids=str
)
def test_1_4_an_ambiguous_value_is_invalid_data(of: Type, raw: object) -> None:
    with pytest.raises(InvalidData) as refused:
        from_json(of, raw, FORMS)
    assert (refused.value.code, refused.value.status) == ("INVALID_DATA", 400)


def test_1_7_the_message_says_could_not_parse_this_as_a_type() -> None:
    with pytest.raises(InvalidData, match=r"^could not parse this as a number$"):
        from_json(NUMBER, "twelve", FORMS)


def test_2_3_values_are_given_in_the_formats_of_version_1_1() -> None:
    assert to_json(DATE, 1478891686517, FORMS) == "2016-11-11T19:14:46.517Z"
    assert to_json(ADDRESS, Place("Oslo", 59.0, 10.5), FORMS) == {"address": "Oslo", "lat": 59, "lng": 10.5}
    assert to_json(YES_NO, False, FORMS) is False
    assert to_json(thing("order"), ID, FORMS) == ID
    assert to_json(option("status"), "paid", FORMS) == "Paid in full"
    assert to_json(option("status").listed, ["paid"], FORMS) == ["Paid in full"]


@pytest.mark.parametrize("word", ["true", "false", "True", "False"])
def test_15_booleans_come_as_words_in_any_case(word: str) -> None:
    assert from_text(YES_NO, word, FORMS) is (word.lower() == "true")


def test_15_numbers_come_as_text_and_are_converted() -> None:
    assert from_json(NUMBER, "42", FORMS) == 42.0
