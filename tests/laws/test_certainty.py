"""Law: nothing empty makes a privacy rule hold.

What a rule says while something is empty, it says with anything in its place; and where nothing is empty, it says what
its expression says. Tests of emptiness, which a maker writes on purpose, are another matter.
"""

from __future__ import annotations

import copy
import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from offpage.expr.certainty.knowing import Knowing
from offpage.expr.checker import check_rule
from offpage.expr.closure import compile_closure
from offpage.expr.free import all_of, below, is_each
from offpage.expr.ir import Call, Ir
from offpage.sql.sqlite import SQLITE
from offpage.values.shapes import Interval, Place, Span
from offpage.values.types import YES_NO, Type, thing
from tests.laws.expressions import expressions, random_things, random_values
from tests.laws.privacy import CONDITIONS
from tests.unit.expr.shop import NAMES, SCHEMA, SCOPE, Things, with_values

LAW: Final = settings(max_examples=400, suppress_health_check=list(HealthCheck), deadline=None)
RULE: Final = replace(SCOPE, this=thing("order"), strict=True)

AROUND: Final = (
    "{0}", "not ({0})", "no if {0} else yes", "({0}) == no", "no != ({0})", "({0}) == ({1})", "({0}) != ({1})",
    "({0}) and ({1})", "({0}) or ({1})", "not ({0} and ({1}))", "({0}) in [no, {1}]", "({0}).to_number < 1",
    "(1 if {0} else 2) == 2", "({0}).formatted_as('a', 'b') != 'a'", "({0} if {1} else no)",
    "this.items.where(not this.sold).count == 0 and {0}",
)  # fmt: skip
"""What may be around comparisons."""

TESTS_OF_EMPTINESS: Final = frozenset({"is_empty", "is_not_empty", "default"})


@st.composite
def conditions(draw: Callable[..., Any]) -> str:
    """The text of a rule over an order."""
    part = st.sampled_from(CONDITIONS["order"]) | expressions(YES_NO, 2)
    around: str = draw(st.sampled_from(AROUND))
    return around.format(f"({draw(part)})", f"({draw(part)})")


def understood(text: str) -> tuple[Ir, Ir]:
    """A rule as written, and what it means for certain."""
    checked = check_rule(text, RULE)
    assume(not checked.problems)
    assert checked.written is not None
    return checked.written, checked.ir


def holds(ir: Ir, things: Things, user: str | None, values: dict[str, Any]) -> list[bool]:
    """For which orders a condition is yes."""
    return [one is True for one in each_order(ir, things, user, values)]


def each_order(ir: Ir, things: Things, user: str | None, values: dict[str, Any]) -> list[Any]:
    """What an expression gives for each order."""
    closure = compile_closure(ir, SCHEMA, SQLITE, with_queries=False)
    rt = with_values(things, **values)
    rt.current_user = user
    found = []
    for one in things["order"]:
        rt.this = one
        found.append(closure(rt))
    return found


def filled(of: Type, value: Any, pick: random.Random) -> Any:
    """The value, or something in its place where it is empty."""
    return pick.choice(FULL[(of.kind, of.of)]) if value in (None, "") else value


FULL: Final[dict[tuple[str, str], tuple[Any, ...]]] = {
    ("number", ""): (0.0, 1.0, 2.5, -3.0, 100.0),
    ("text", ""): ("a", "A", "Ab", "100%", "b"),
    ("yes_no", ""): (True, False),
    ("date", ""): (1, 1_700_000_000_000),
    ("date_range", ""): (Span(0, 5), Span(3, 1_700_000_000_000)),
    ("interval", ""): (Interval(0, 0, 5),),
    ("address", ""): (Place("Oslo", 59.91, 10.75),),
    ("json", ""): ({"a": 1},),
    ("option", "status"): ("open", "paid", "in-progress"),
    ("thing", "user"): ("u0", "u1", "u2"),
    ("thing", "customer"): ("c0", "c1", "c2", "c3"),
}


def with_more(things: Things, seed: int, *, share: float) -> Things:
    """The same things, where a share of what is empty has a value."""
    pick = random.Random(seed)
    found = copy.deepcopy(things)
    for type_id, every in found.items():
        for one in every.values():
            for field in SCHEMA.types[type_id].fields.values():
                if field.id not in {"id", "slug"} and not field.type.is_list and pick.random() < share:
                    one[field.id] = filled(field.type, one.get(field.id), pick)
    return found


def values_with_more(values: dict[str, Any], pick: random.Random) -> dict[str, Any]:
    """The same values of the names, none of them empty."""
    return {
        name: one if NAMES[name].type.is_list else filled(NAMES[name].type, one, pick) for name, one in values.items()
    }


def without_gone(things: Things) -> Things:
    """The same things, where nothing refers to what there is not."""
    for every in things.values():
        for thing_id, fields in every.items():
            every[thing_id] = {
                name: [part for part in one if part != "gone"] if isinstance(one, list) else one
                for name, one in fields.items()
                if one != "gone"
            }
    return things


@LAW
@given(text=conditions(), seed=st.integers(0, 10**6))
def test_what_a_rule_allows_while_something_is_empty_it_allows_with_anything_in_its_place(text: str, seed: int) -> None:
    written, rule = understood(text)
    assume(not any(isinstance(one, Call) and one.operator.name in TESTS_OF_EMPTINESS for one in all_of(written)))
    pick = random.Random(seed)
    things, values = random_things(seed % 5), random_values(pick)
    user = pick.choice((None, "u0", "u1"))
    before = holds(rule, things, user, values)
    after = holds(
        rule,
        with_more(things, seed, share=pick.choice((0.2, 0.7, 1.0))),
        user or pick.choice(("u0", "u1", "u2")),
        values_with_more(values, pick),
    )
    assert [one for one, then in zip(before, after, strict=True) if one and not then] == [], text


@LAW
@given(text=conditions(), seed=st.integers(0, 10**6))
def test_where_nothing_is_empty_a_rule_says_what_its_expression_says(text: str, seed: int) -> None:
    written, rule = understood(text)
    pick = random.Random(seed)
    things = with_more(without_gone(random_things(seed % 5)), seed, share=1.0)
    values = values_with_more(random_values(pick) | {"buyer": None}, pick)
    user = pick.choice(("u0", "u1", "u2"))
    empties = [False] * len(things["order"])
    for part in outside(written):
        found = each_order(part, things, user, values)
        empties = [was or one in (None, "") for was, one in zip(empties, found, strict=True)]
    expected, said = holds(written, things, user, values), holds(rule, things, user, values)
    for empty, one, other in zip(empties, expected, said, strict=True):
        assert one == other or empty, text


def outside(ir: Ir) -> Iterator[Ir]:
    """The values that an expression is made of, but for what it asks of the items of a list."""
    if not ir.type.is_list:
        yield ir
    parts = (
        [one for at, one in enumerate(ir.operands) if one and not is_each(ir, at)]
        if isinstance(ir, Call)
        else below(ir)
    )
    for one in parts:
        yield from outside(one)


@pytest.mark.parametrize("text", ["flag", "flag and {}", "flag or {}", "not flag", "flag == {}", "yes if flag else {}"])
@pytest.mark.parametrize(("flag", "other"), list(itertools.product((True, False, None), repeat=2)))
def test_unknown_is_as_in_the_logic_of_kleene(text: str, flag: bool | None, other: bool | None) -> None:
    checked = check_rule(text.format("this.paid"), RULE)
    written, rule = checked.written, checked.ir
    assert written is not None
    things = Things(order={"o": {"paid": other}})
    possible = [
        holds(written, Things(order={"o": {"paid": paid}}), None, {"flag": said})[0]
        for paid in ((True, False) if other is None else (other,))
        for said in ((True, False) if flag is None else (flag,))
    ]
    # An `if` whose condition is unknown is unknown, even where both cases are the same.
    known = flag is not None or " if " not in text
    assert holds(rule, things, None, {"flag": flag}) == [known and all(possible)]
    assert holds(Knowing().no(written), things, None, {"flag": flag}) == [known and not any(possible)]


def test_a_rule_of_too_many_cases_is_an_issue() -> None:
    text = "this.paid"
    for _ in range(12):
        text = f"(this.paid if {text} else not this.paid)"
    (problem,) = check_rule(text, RULE).problems
    assert "Split the rule" in problem.message
