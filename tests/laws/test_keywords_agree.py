"""Keywords are found alike by Python and by both databases, in texts that have words and endings."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offpage.expr.operator import CATALOGUE
from offpage.sql.postgres import POSTGRES
from offpage.sql.sqlite import SQLITE
from offpage.values.keywords import has_all
from tests.laws.asking import Ask, answer_in
from tests.laws.operands import SINGLE, uses

USE = next(iter(uses(CATALOGUE["contains_keywords"][0], SINGLE)))
WORDS = (
    "the",
    "Category",
    "categories",
    "running",
    "runs",
    "planned",
    "don\u2019t",
    "don't",
    "\u00c5rlig",
    "boxes",
    "a",
    "b",
    "xs",
    "",
)
texts = st.lists(st.one_of(st.sampled_from(WORDS), st.text("rungscatxeyd'\u2019 .\u00a0", max_size=12))).map(" ".join)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.none() | texts, wanted=st.none() | texts, as_columns=st.lists(st.booleans(), min_size=2, max_size=2))
def test_both_databases_find_the_keywords_that_python_finds(
    text: str | None, wanted: str | None, as_columns: list[bool], ask_sqlite: Ask, ask_postgres: Ask
) -> None:
    said = text is not None and wanted is not None and has_all(text, wanted)
    for d, ask in ((SQLITE, ask_sqlite), (POSTGRES, ask_postgres)):
        found = answer_in(d, ask, USE, [text, wanted], "UTC", as_columns)
        assert bool(found) is said, d.name
