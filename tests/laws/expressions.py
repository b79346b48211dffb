"""Random expressions over a row of the shop, made from the operators' declarations, and random things."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from offpage.expr.checker import check
from offpage.expr.ir import Ir
from offpage.expr.operator import Operand, Operator, all_operators
from offpage.expr.scope import Scope
from offpage.values.shapes import Interval, Place, Span
from offpage.values.types import DATE, INTERVAL, NUMBER, TEXT, YES_NO, Type, option, thing
from tests.unit.expr.shop import SCOPE, Things

STATUS = option("status")
TYPES = (NUMBER, TEXT, YES_NO, DATE, INTERVAL, STATUS, thing("customer"))

LEAVES: dict[Type, tuple[str, ...]] = {
    NUMBER: ("this.total", "this.fee", "this.customer.age", "this.customer.owner.points", "amount", "0", "1", "-2.5", "3",
             "this.items.count", "this.items.sum(this.price)", "this.marks.max", "this.marks.average",
             "this.items.where(this.sold).count", "this.tags.count", "this.status.weight",
             "this.items.min(this.price)", "this.items.first.price"),
    TEXT: ("this.number", "this.note", "this.customer.name", "word", "'a'", "''", "'Ab'", "'100%'", "this.status.label",
           "this.customer.owner.name", "this.status.color", "this.tags.first", "this.id"),
    YES_NO: ("this.paid", "this.customer.vip", "yes", "no", "flag", "this.items.is_empty", "this.tags.contains(word)",
             "this.tags.contains(this.note)", "this.number in words", "this.total in numbers", "this.tags.is_not_empty",
             "this.status in [state, 'paid']", "this.total not in [1, this.fee]", "this.note not in words",
             "this.items.contains(this.items.last)", "this.customer.vip == this.paid", "words.contains(this.note)",
             "this.items.not_contains(this.items.first)"),
    INTERVAL: ("this.wait", "days(3)", "months(1)", "seconds(1.5)", "days(amount)"),
    DATE: ("this.paid_at", "this.due", "this.created_date", "now", "moment", "this.period.start"),
    STATUS: ("this.status", "state", "option(status).paid", 'option(status)["in-progress"]', "this.items.first.status"),
    thing("customer"): ("this.customer", "buyer"),
}  # fmt: skip


def _spoken(operator: Operator) -> bool:
    """Operators that the database says, whose operands we have types for."""
    return operator.sql is not None and "strict" not in operator.name and not operator.uses_types


SAID = [one for one in all_operators() if _spoken(one)] + [
    one for one in all_operators() if one.name in {"==", "!="} and one.form == "symbol"
]


def _writings(wanted: Type) -> list[tuple[Operator, tuple[Type, ...]]]:
    """Operators that give the wanted type, with types for their operands."""
    found = []
    for operator in SAID:
        for types in _operand_types(operator):
            gives = operator.gives if isinstance(operator.gives, Type) else operator.gives(types)
            if gives == wanted:
                found.append((operator, types))
    return found


def _operand_types(operator: Operator) -> list[tuple[Type, ...]]:
    """Every way to fill the operands that must be there with our types (the same choice for all but the first)."""
    needed = [one for one in operator.operands if not one.optional]
    every: list[tuple[Type, ...]] = []
    for first in TYPES:
        if not needed or not needed[0].accepts.test(first, None):
            continue
        chosen = [first]
        for operand in needed[1:]:
            fitting = [one for one in TYPES if operand.accepts.each is None and operand.accepts.test(one, first)]
            if not fitting:
                break
            chosen.append(first if first in fitting else fitting[0])
        if len(chosen) == len(needed):
            every.append(tuple(chosen))
    return every


WRITINGS = {of: _writings(of) for of in TYPES}


def written(operator: Operator, operands: list[str]) -> str:
    """An operator and its operands as text."""
    match operator.form:
        case "symbol" if len(operands) == 1:
            return f"({'-' if operator.name == 'negate' else operator.name} {operands[0]})"
        case "symbol":
            return f"({operands[0]} {operator.name} {operands[1]})"
        case "function":
            return f"{operator.name}({', '.join(operands)})"
    return f"({operands[0]}).{operator.name}({', '.join(operands[1:])})"


@st.composite
def expressions(draw: Callable[..., Any], of: Type, depth: int = 3) -> str:
    """The text of an expression of a type over a row `this` of the type `order`."""
    choices = WRITINGS[of]
    if depth == 0 or not choices or draw(st.integers(0, 3)) == 0:
        return f"({draw(st.sampled_from(LEAVES[of]))})"
    if of == YES_NO and draw(st.booleans()):
        symbol = draw(st.sampled_from(["and", "or", "not", "not a comparison"]))
        if symbol == "not a comparison":
            return f"(not {draw(comparisons(depth - 1))})"
        left = draw(expressions(YES_NO, depth - 1))
        return f"(not {left})" if symbol == "not" else f"({left} {symbol} {draw(expressions(YES_NO, depth - 1))})"
    operator, types = draw(st.sampled_from(choices))
    needed = [one for one in operator.operands if not one.optional]
    return written(operator, [draw(operand(one, of, depth - 1)) for one, of in zip(needed, types, strict=True)])


def operand(declared: Operand, of: Type, depth: int) -> st.SearchStrategy[str]:
    """An operand. One that is looked at before it runs is not written out: nonsense would be an issue."""
    if declared.accepts.wrong is None:
        return expressions(of, depth)
    return st.sampled_from([leaf for leaf in LEAVES[of] if leaf[0] not in "'\"0123456789-"])


@st.composite
def comparisons(draw: Callable[..., Any], depth: int) -> str:
    """The text of a comparison of two values of one type."""
    of = draw(st.sampled_from(TYPES))
    ordered = ["<", "<=", ">", ">="] if of in {NUMBER, TEXT, DATE} else []
    symbol = draw(st.sampled_from(["==", "!=", *ordered]))
    return f"({draw(expressions(of, depth))} {symbol} {draw(expressions(of, depth))})"


def understood(text: str, *, strict: bool, expected: Type | None = None) -> Ir:
    """The IR of an expression over a row; the generators make none that has problems."""
    scope: Scope = SCOPE.over(thing("order"), strict=strict)
    checked = check(text, scope, expected)
    assert not checked.problems, (text, checked.problems)
    return checked.ir


WORDS = (
    None,
    "",
    "a",
    "A",
    "b",
    "Ab",
    "ab",
    "100%",
    "a_b",
    "\\",
    "Ærlig",
    "ß",
    "e\u0301",
    "日本",
    " x ",
    "Ab Ab",
    "1.5",
)
NUMBERS = (None, 0.0, -0.0, 1.0, 2.0, 2.5, -2.5, 0.1, 0.2, 0.30000000000000004, 1e15, 1e300, -1e308, 1.7e308)
PRICES = (None, 0.0, 0.25, 1.0, 2.5, 1e15)
"""Numbers whose sums are exact: the databases may round the last digit of another sum differently."""

DATES = (None, 0, -1, 1_700_000_000_000, 1_700_000_000_001, 1_709_164_800_000, -62_135_596_800_000, 253_402_300_799_999)
STATES = (None, "open", "paid", "in-progress")
YES_NOS = (None, True, False)


def random_things(seed: int) -> Things:
    """Things with nasty values and many empties; references may point to nothing."""
    pick = random.Random(seed)

    def stamped(**fields: Any) -> dict[str, Any]:
        return {"created_date": pick.choice((1, 2, 3, 4)), "modified_date": 5, **fields}

    def some(values: list[Any], most: int) -> list[Any]:
        return [one for one in pick.choices(values, k=pick.randint(0, most)) if one is not None]

    users = {f"u{at}": stamped(name=pick.choice(WORDS), points=pick.choice(NUMBERS)) for at in range(3)}
    customers = {
        f"c{at}": stamped(
            name=pick.choice(WORDS),
            age=pick.choice(NUMBERS),
            vip=pick.choice(YES_NOS),
            owner=pick.choice([None, "gone", *users]),
            home=pick.choice([None, Place("Oslo", 59.91, 10.75), Place(None, 60.0, 11.0), Place("x", None, None)]),
        )
        for at in range(4)
    }
    items = {
        f"i{at}": stamped(
            name=pick.choice(WORDS),
            price=pick.choice(PRICES),
            sold=pick.choice(YES_NOS),
            status=pick.choice(STATES),
        )
        for at in range(5)
    }
    orders = {
        f"o{at:02}": stamped(
            number=pick.choice(WORDS),
            note=pick.choice(WORDS),
            customer=pick.choice([None, "gone", *customers]),
            status=pick.choice(STATES),
            total=pick.choice(NUMBERS),
            fee=pick.choice(NUMBERS),
            paid=pick.choice(YES_NOS),
            paid_at=pick.choice(DATES),
            due=pick.choice(DATES),
            period=pick.choice([None, Span(0, 5), Span(3, 1_700_000_000_000)]),
            wait=pick.choice([None, Interval(0, 0, 5), Interval(0, 0, 86_400_000)]),
            items=some(["gone", *items], 4),
            tags=some(list(WORDS[2:8]), 3),
            marks=some(list(PRICES), 3),
            data=pick.choice([None, {"a": 1}]),
        )
        for at in range(25)
    }
    return Things(user=users, customer=customers, item=items, order=orders)


def random_values(pick: random.Random) -> dict[str, Any]:
    """Values of the names in the scope, empties among them."""
    return {
        "amount": pick.choice(NUMBERS),
        "word": pick.choice(WORDS),
        "words": [one for one in pick.choices(WORDS, k=pick.randint(0, 3)) if one],
        "numbers": [one for one in pick.choices(NUMBERS, k=pick.randint(0, 3)) if one is not None],
        "state": pick.choice(STATES),
        "moment": pick.choice(DATES),
        "flag": pick.choice(YES_NOS),
        "buyer": pick.choice((None, "c1", "gone")),
    }
