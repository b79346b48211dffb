"""The catalogue as a whole: Bubble's operators have a counterpart, and the reference page shows them all."""

from __future__ import annotations

import pytest

from offpage.expr.catalogue_page import catalogue_markdown
from offpage.expr.operator import CATALOGUE, all_operators
from offpage.expr.operators.emptiness import TEXTS
from offpage.values.types import (
    ADDRESS,
    DATE,
    DATE_RANGE,
    FILE,
    INTERVAL,
    NUMBER,
    NUMBER_RANGE,
    TEXT,
    YES_NO,
    Type,
)

BUBBLE = {
    TEXT: "== != is_empty is_not_empty to_list default as_json in contains not_contains contains_keywords "
    "not_contains_keywords uppercase lowercase capitalized append trimmed length truncated_to truncated_from_end_to "
    "extract replace split_by to_number to_date url_encoded md5 sha256 hmac_sha256 base64 to_file to_image + as_text",
    NUMBER: "== != is_empty + - * / ** % negate min max < <= > >= rounded_to floor ceiling formatted_as as_text default",
    NUMBER_RANGE: "min max average contains is_contained_by overlaps_with is_greater_than is_smaller_than",
    DATE: "+ - plus_seconds plus_minutes plus_hours plus_days plus_months plus_years with_second with_minute with_hour "
    "with_day with_month with_year with_time < > min max extract rounded_down_to equals_rounded_down formatted_as",
    DATE_RANGE: "start end center contains is_contained_by overlaps_with is_after is_before",
    INTERVAL: "as_days as_hours as_minutes as_seconds + - * / < >",
    YES_NO: "and or not == formatted_as to_number",
    FILE: "file_name url",
    ADDRESS: "formatted_address lat lng distance_to map_url",
    TEXT.listed: "count first last random item items_until items_from index_of contains not_contains contains_list where "
    "sort_by plus minus minus_list merged_with intersect_with unique toggle join join_each each sum product average "
    "median min max group_by ranked_by take skip is_empty ==",
}
FUNCTIONS = "days hours minutes seconds weeks months years date range address random_text loan_payment sumproduct"


@pytest.mark.parametrize("of", BUBBLE, ids=str)
def test_every_operator_of_bubble_has_a_counterpart(of: Type) -> None:
    missing = [
        name
        for name in BUBBLE[of].split()
        if not any(one.operands[0].accepts.test(of, None) for one in CATALOGUE.get(name, ()) if one.operands)
    ]
    assert missing == []


def test_every_maker_is_a_function() -> None:
    assert [name for name in FUNCTIONS.split() if CATALOGUE[name][0].form != "function"] == []


def test_the_strict_twins_take_what_their_siblings_take() -> None:
    for symbol in ("==", "!="):
        plain = {one.operands[0].accepts.words for one in CATALOGUE[symbol]}
        # Inside a search texts are compared in a way of their own: without characters they are empty.
        assert {one.operands[0].accepts.words for one in CATALOGUE[f"{symbol}strict"]} == plain | {TEXTS.words}


def test_the_reference_page_shows_every_operator_with_its_explanation() -> None:
    page = catalogue_markdown()
    for one in all_operators():
        if not one.name.endswith("strict"):
            assert one.doc.replace("|", "&#124;") in page
            assert one.name in page or one.name == "negate"
    assert "## Makers" in page
