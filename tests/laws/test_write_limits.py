"""Law: a write of the Data API is allowed where the rules, asked one by one in Python, allow each field that it gives.

A change is asked about before and after; a creation about what the thing would be.
"""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from offpage.data.allowing import Allowing, New
from offpage.data.bodies import Given
from offpage.data.guarded_row import GuardedRows
from offpage.data.policy import Policy
from offpage.data.privacy import Privacy
from offpage.data.things import Things as ThingsOfApp
from offpage.kernel.errors import Unauthorized
from offpage.store.tx import Database, Tx
from tests.laws.privacy import Seen, onlooker, policies
from tests.laws.test_privacy import LAW, SEEDS, filled, things, who
from tests.unit.expr.shop import NOW, SCHEMA, Things

__all__ = ["filled", "things"]

ORDER: Final = SCHEMA.types["order"]
NEW_ID: Final = "o99"
VALUES: Final[dict[str, list[Any]]] = {
    "note": [None, "a", "b", "Åse"],
    "total": [None, 0.0, 2.0, 7.5],
    "paid": [None, True, False],
    "tags": [[], ["a"], ["a", "b"]],
}
BODIES = st.dictionaries(st.sampled_from([*VALUES]), st.integers(0, 3), min_size=1, max_size=3).map(
    lambda picked: {name: VALUES[name][at % len(VALUES[name])] for name, at in picked.items()}
)


def asked(
    tx: Tx, rules: dict[str, Policy], user: str | None, values: dict[str, Any], body: Any, of: str | None
) -> bool:
    """Whether somebody may change an order, or (`of` is None) create one."""
    privacy, every = Privacy(rules, SCHEMA, tx.dialect), ThingsOfApp(SCHEMA, tx.dialect)

    @cache
    def rows_of(type_id: str) -> GuardedRows:
        return GuardedRows(privacy.of(type_id), every, tx.dialect)

    allowing, by = Allowing(ORDER, every, privacy, rows_of), onlooker(tx, rules, user, values)
    sent = Given(dict(body), {name: name for name in body})
    try:
        if of is None:
            allowing.creation(tx, by, sent, New(NEW_ID, NOW, user))
        else:
            seen = rows_of("order").read(tx, by, of)
            assert seen is not None
            allowing.change(tx, by, seen, sent, NOW, replace=False)
    except Unauthorized:
        return False
    return True


def filled_in(value: Any) -> Any:
    """A value; a list without items is none."""
    return None if value == [] else value


def with_order(things: Things, thing_id: str, body: dict[str, Any], **more: Any) -> Things:
    """The things as they would be."""
    others = deepcopy(things)
    others["order"][thing_id] = others["order"].get(thing_id, {}) | more | body | {"modified_date": NOW}
    return others


@LAW
@given(rules=policies(), seed=SEEDS, body=BODIES, of=st.sampled_from(["o01", "o03", "o07"]))
def test_a_change_is_allowed_where_every_field_is_before_and_after(
    filled: Database, things: Things, rules: dict[str, Policy], seed: int, body: dict[str, Any], of: str
) -> None:
    user, values = who(seed)
    before = Seen(things, rules, user, values)
    # What somebody sees there already may be given by anybody who may change the thing at all.
    has = things["order"][of]
    there = {
        name
        for name, one in body.items()
        if before.shows("order", of, name) and filled_in(has.get(name)) == filled_in(one)
    }
    left = {
        name: one for name, one in body.items() if name not in there or before.may_write("modify", "order", of, name)
    }
    after = Seen(with_order(things, of, left), rules, user, values)
    expected = all(
        seen.may("modify", "order", of) and all(seen.may_write("modify", "order", of, name) for name in left)
        for seen in (before, after)
    )
    assert filled.read(lambda tx: asked(tx, rules, user, values, body, of)) is expected


@LAW
@given(rules=policies(), seed=SEEDS, body=BODIES)
def test_a_creation_is_allowed_where_every_field_is(
    filled: Database, things: Things, rules: dict[str, Policy], seed: int, body: dict[str, Any]
) -> None:
    user, values = who(seed)
    made = with_order(things, NEW_ID, body, created_by=user, created_date=NOW)
    seen = Seen(made, rules, user, values)
    expected = seen.may("create", "order", NEW_ID) and all(
        seen.may_write("create", "order", NEW_ID, name) for name in body
    )
    assert filled.read(lambda tx: asked(tx, rules, user, values, body, None)) is expected
