"""Completion takes any text, and what it offers is known to the checker."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from offpage.expr.checker import check
from offpage.expr.completing.completion import complete
from offpage.expr.completing.painting import paint
from offpage.values.types import NUMBER, TEXT, YES_NO, option, thing
from tests.laws.expressions import TYPES, expressions
from tests.unit.expr.shop import SCOPE

ROW = SCOPE.over(thing("order"), strict=False)
UNKNOWN = re.compile(r"nothing called|has no |There is no |Say which|needs parentheses|cannot be called")
WANTED = st.sampled_from([None, NUMBER, TEXT, YES_NO, option("status"), thing("customer").listed])


@st.composite
def unfinished(draw: st.DrawFn) -> str:
    """An expression that somebody is in the middle of writing."""
    whole = draw(expressions(draw(st.sampled_from(TYPES))))
    text = whole[: draw(st.integers(0, len(whole)))]
    return text + draw(st.sampled_from(["", "", ".", " ", "(", ", ", " and ", " + ", ".where("]))


@settings(max_examples=400)
@given(unfinished(), WANTED, st.booleans())
def test_what_is_offered_is_known(text: str, wanted: object, strict: bool) -> None:
    scope = SCOPE.over(thing("order"), strict=strict)
    found = complete(text, len(text), "expression", scope, wanted)  # type: ignore[arg-type]
    assert 0 <= found.start <= found.stop <= len(text)
    for item in found.items:
        after = text[: found.start] + item.insert
        said = [
            problem.message
            for problem in check(after, scope).problems
            if problem.place[0] >= found.start and UNKNOWN.search(problem.message)
        ]
        assert said == [], (after, item)


@settings(max_examples=400)
@given(st.text("aorderthis.()[]{}'\"=+-*<>, \\0159\n_éx", max_size=40), st.integers(0, 45), WANTED)
def test_any_text_is_taken(text: str, cursor: int, wanted: object) -> None:
    for writing in ("expression", "template", "condition"):
        complete(text, cursor, writing, ROW, wanted)  # type: ignore[arg-type]
        paint(text, writing, ROW)
