"""One meaning: an operator with SQL answers the same in Python, in SQLite and in PostgreSQL, for any operands."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offpage.expr.operator import all_operators
from offpage.sql.postgres import POSTGRES
from offpage.sql.sqlite import SQLITE
from tests.laws.asking import Ask, answer_in, plain
from tests.laws.operands import SINGLE, ZONES, Surroundings, Use, uses, values_of

USES = [one for operator in all_operators() if operator.sql for one in uses(operator, SINGLE)]


@pytest.mark.parametrize("use", USES, ids=repr)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_python_and_both_databases_give_the_same_answer(
    use: Use, data: st.DataObject, ask_sqlite: Ask, ask_postgres: Ask
) -> None:
    given = [None if of is None else data.draw(st.none() | values_of(of), label=str(of)) for of in use.types]
    zone = data.draw(st.sampled_from(ZONES))
    as_columns = [data.draw(st.booleans()) for _ in given]
    said = plain(use.gives, use.answer(Surroundings(given, ZoneInfo(zone))))
    for d, ask in ((SQLITE, ask_sqlite), (POSTGRES, ask_postgres)):
        found = plain(use.gives, answer_in(d, ask, use, given, zone, as_columns))
        assert found == said, d.name
        assert type(found) is type(said), d.name
