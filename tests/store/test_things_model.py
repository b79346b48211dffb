"""Law: whatever is done to things, in any order, both databases agree with a few lines of plain Python."""

from __future__ import annotations

import math
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offpage.data.assignment import Change, Shape
from offpage.data.schema import apply
from offpage.data.things import Things
from offpage.data.view import DataView
from offpage.kernel.errors import NotUnique, StepError
from offpage.model.schema import DataType, Field
from offpage.store.tx import Database, Tx
from offpage.values.shapes import Interval, Place, Span
from offpage.values.types import (
    ADDRESS,
    DATE,
    DATE_RANGE,
    INTERVAL,
    JSON,
    NUMBER,
    TEXT,
    YES_NO,
    Type,
    option,
    thing,
)
from tests.schemas import schema, thing_id

APP = schema(
    order={
        "number": Field("number", NUMBER, "number", unique=True),
        "name": Field("name", TEXT, "name", index=True),
        "total": NUMBER,
        "paid": Field("paid", YES_NO, "paid", default=False),
        "due": DATE,
        "every": INTERVAL,
        "place": ADDRESS,
        "window": DATE_RANGE,
        "extra": JSON,
        "status": option("status"),
        "parent": thing("order"),
        "buyer": thing("user"),
        "parts": thing("order").listed,
        "tags": Field("tags", TEXT.listed, "tags", default=["new"]),
        "sizes": NUMBER.listed,
        "stops": ADDRESS.listed,
    },
)
IDS = [thing_id(number) for number in range(4)]

numbers = st.sampled_from([0.0, 1.0, -2.5, 1e308, -1e308, 5e-324, 9007199254740993.0]) | st.floats(
    allow_nan=False, allow_infinity=False
)
texts = st.sampled_from(["", "a", "A", "b", "ß", "%_\\", "'; --", "日本"]) | st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=20
)
dates = st.integers(-62_135_596_800_000, 253_402_300_799_999)
places = st.builds(Place, st.none() | texts, st.just(59.5), st.just(10.25)) | st.builds(
    Place, texts, st.none(), st.none()
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": texts,
    "number": numbers,
    "yes_no": st.booleans(),
    "date": dates,
    "interval": st.builds(Interval, st.integers(-5, 5), st.integers(-5, 5), st.integers(-(10**12), 10**12)),
    "address": places,
    "date_range": st.builds(Span, dates, dates),
    "json": st.recursive(st.booleans() | st.integers(-5, 5) | texts, lambda j: st.lists(j) | st.dictionaries(texts, j)),
    "option": st.sampled_from(["open", "paid"]),
    "thing": st.sampled_from(IDS),
}


FEW: dict[str, list[Any]] = {
    "text": ["a", "A", "", "ß"],
    "number": [0.0, 1.0, 1e308],
    "address": [Place("Oslo", None, None), Place("Oslo", 1.0, 2.0), Place(None, 1.0, 2.0)],
    "thing": IDS[:3],
}
"""Items of lists are drawn from few values, so that they are often in a list already."""

EMAILS = {"a@b.example": "a@b.example", " A@B.example": "a@b.example", "ß@b.example": "ß@b.example", " ": None}
"""What is written as a user's e-mail, and what is kept."""


def value_of(of: Type) -> st.SearchStrategy[Any]:
    """Empty or any value of the type; lists may hold empties, which are left out."""
    if of.is_list:
        return st.none() | st.lists(item_of(of), max_size=5)
    return st.none() | VALUES[of.kind]


def item_of(of: Type) -> st.SearchStrategy[Any]:
    """Empty or one of a few items."""
    return st.sampled_from([*FEW[of.kind], *FEW[of.kind], None])


@st.composite
def assignments(draw: st.DrawFn, of: DataType) -> tuple[Shape, list[Any]]:
    """Changes of some fields with their values."""
    changes, values = [], []
    names = st.sampled_from(
        [one for one in of.fields if one not in ("id", "created_date", "modified_date", "created_by")]
    )
    for name in draw(st.lists(names, unique=True, min_size=1, max_size=8)):
        one = of.fields[name]
        ops = ["set", "clear"]
        if one.type.is_list:
            ops += ["add", "remove", "add_list", "remove_list"]
        elif one.type.kind == "number" and not one.unique:
            ops.append("increase")
        op = draw(st.sampled_from(ops))
        changes.append(Change(one, op))  # type: ignore[arg-type]
        strategy = item_of(one.type) if op in ("add", "remove") else value_of(one.type)
        if name == "email":
            strategy = st.sampled_from([None, *EMAILS])
        values.append(None if op == "clear" else draw(strategy))
    return Shape(of.id, tuple(changes)), values


types = st.sampled_from(["order", "order", "user"])
some_ids = st.lists(st.sampled_from(IDS), max_size=4)
given_to = types.flatmap(lambda name: assignments(APP.types[name]))
START = st.tuples(*(st.tuples(st.just("create"), st.just(one), assignments(APP.types["order"])) for one in IDS))
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("create"), st.sampled_from(IDS), given_to),
        st.tuples(st.just("change"), st.sampled_from(IDS), given_to),
        st.tuples(st.just("change_list"), some_ids, given_to),
        st.tuples(st.just("delete"), types, some_ids),
        st.tuples(st.just("copy"), types, some_ids),
    ),
    max_size=12,
)


class Refused(Exception):
    """What the model does where things raise NotUnique or StepError."""


@dataclass
class Model:
    """Things in dictionaries: by type, then id, then field; lists are lists."""

    things: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: {one: {} for one in APP.types})
    copies: int = 0
    copied: list[str] = field(default_factory=list)

    def new(self, of: DataType, id: str, now: int, by: str | None) -> dict[str, Any]:
        one = {name: deepcopy(each.default) for name, each in of.fields.items()}
        one.update({name: one[name] or [] for name, each in of.fields.items() if each.type.is_list})
        return {**one, "id": id, "created_date": now, "modified_date": now, "created_by": by}

    def assign(self, one: dict[str, Any], shape: Shape, values: list[Any]) -> None:
        for change, value in zip(shape.changes, values, strict=True):
            name, of = change.field.id, change.field.type
            if of.is_list:
                one[name] = self.changed_list(one[name], change.op, value)
            elif change.op == "increase":
                one[name] = (one[name] or 0.0) + (value or 0.0)
                if not math.isfinite(one[name]):
                    raise Refused
            else:
                value = EMAILS.get(value) if name == "email" else value
                one[name] = Interval(0, 0, value.total_ms) if isinstance(value, Interval) else value
                if value == "" and change.field.unique:
                    one[name] = None

    def changed_list(self, items: list[Any], op: str, value: Any) -> list[Any]:
        many = [value] if op in ("add", "remove") else value or []
        many = [each for each in many if each is not None]
        match op:
            case "add" | "add_list":
                return list(items) + [
                    each for at, each in enumerate(many) if each not in items and each not in many[:at]
                ]
            case "remove" | "remove_list":
                return [each for each in items if each not in many]
            case _:
                return many

    def check_unique(self, of: DataType) -> None:
        for name, each in of.fields.items():
            taken = [one[name] for one in self.things[of.id].values() if one[name] is not None]
            if each.unique and len(set(taken)) < len(taken):
                raise Refused

    def create(self, id: str, shape: Shape, values: list[Any], now: int) -> None:
        of = APP.types[shape.type_id]
        if id in self.things[of.id]:
            raise Refused
        one = self.things[of.id][id] = self.new(of, id, now, IDS[0])
        self.assign(one, shape, values)
        self.check_unique(of)

    def change(self, ids: Iterable[str], shape: Shape, values: list[Any], now: int) -> None:
        for one_id in dict.fromkeys(ids):
            if one_id in self.things[shape.type_id]:
                one = self.things[shape.type_id][one_id]
                before = one.get("email")
                self.assign(one, shape, values)
                one["modified_date"] = now
                ops = {change.field.id: change.op for change in shape.changes}
                kept = "email_confirmed" in ops or (before is not None and before == one.get("email"))
                if ops.get("email") == "set" and not kept:
                    one["email_confirmed"] = False
        self.check_unique(APP.types[shape.type_id])

    def delete(self, type_id: str, ids: list[str]) -> None:
        for one_id in ids:
            self.things[type_id].pop(one_id, None)
            for of in APP.types.values():
                for one in self.things[of.id].values():
                    self.clean(of, one, thing(type_id), one_id)

    def clean(self, of: DataType, one: dict[str, Any], kind: Type, id: str) -> None:
        for name, each in of.fields.items():
            if each.type == kind and one[name] == id:
                one[name] = None
            elif each.type == kind.listed:
                one[name] = [item for item in one[name] if item != id]

    def copy(self, type_id: str, ids: list[str], now: int) -> None:
        of = APP.types[type_id]
        self.copied = []
        for one_id in ids:
            if one_id in self.things[type_id]:
                one = deepcopy(self.things[type_id][one_id])
                self.copies += 1
                new = thing_id(1000 + self.copies)
                one.update({name: None for name, each in of.fields.items() if each.unique})
                one.update(id=new, created_date=now, modified_date=now, created_by=IDS[1])
                self.things[type_id][new] = one
                self.copied.append(new)


class Undo(Exception):
    """Ends an example without leaving anything in the database."""


@pytest.fixture
def things(database: Database) -> Things:
    database.write_now(lambda tx: apply(tx, APP))
    return Things(APP, database.dialect)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=START, acts=ACTS)
def test_things_agree_with_plain_dictionaries(
    database: Database, things: Things, start: tuple[Any, ...], acts: list[Any]
) -> None:
    def segment(tx: Tx) -> None:
        Both(tx, things).go([*start, *acts])
        raise Undo

    with pytest.raises(Undo):
        database.write_now(segment)


class Both:
    """Does the same to the database and to the model, and compares after each act."""

    def __init__(self, tx: Tx, things: Things) -> None:
        self.tx, self.things, self.model = tx, things, Model()
        self.view = DataView(tx, things)

    def go(self, acts: list[Any]) -> None:
        for now, act in enumerate(acts, start=10):
            expected = self.expected(act, now)
            assert self.refused(act, now) == expected
            self.compare()

    def expected(self, act: Any, now: int) -> bool:
        before = deepcopy(self.model)
        try:
            match act:
                case ("create", id, (shape, values)):
                    self.model.create(id, shape, values, now)
                case ("change", id, (shape, values)):
                    self.model.change([id], shape, values, now)
                case ("change_list", ids, (shape, values)):
                    self.model.change(ids, shape, values, now)
                case ("delete", type_id, ids):
                    self.model.delete(type_id, ids)
                case ("copy", type_id, ids):
                    self.model.copy(type_id, ids, now)
        except Refused:
            self.model = before
            return True
        return False

    def refused(self, act: Any, now: int) -> bool:
        try:
            with self.tx.savepoint():
                self.do(act, now)
        except (NotUnique, StepError):
            self.view.forget()
            return True
        return False

    def do(self, act: Any, now: int) -> None:
        tx, things, view = self.tx, self.things, self.view
        match act:
            case ("create", id, (shape, values)):
                made = things.create(tx, shape, values, id=id, now=now, created_by=IDS[0])
                view.remember(shape.type_id, id, made)
            case ("change", id, (shape, values)):
                changed = things.change(tx, id, shape, values, now=now)
                if changed is not None:
                    view.remember(shape.type_id, id, changed)
            case ("change_list", ids, (shape, values)):
                view.forget_things(shape.type_id, things.change_list(tx, ids, shape, values, now=now))
            case ("delete", type_id, ids):
                things.delete(tx, type_id, ids)
                view.forget()
            case ("copy", type_id, ids):
                new_ids = iter(self.model.copied)
                new = things.copy(tx, type_id, ids, new_id=lambda _: next(new_ids), now=now, created_by=IDS[1])
                assert new == self.model.copied

    def compare(self) -> None:
        for of in APP.types.values():
            there = {row[0] for row in self.tx.rows(f'SELECT id FROM "t_{of.id}"')}
            expected = self.model.things[of.id]
            assert there == set(expected)
            for one_id in there:
                assert self.seen(of, one_id) == expected[one_id]

    def seen(self, of: DataType, id: str) -> dict[str, Any]:
        row = self.view.thing(of.id, id)
        assert row is not None
        fresh = self.things.get(self.tx, of.id, id)
        assert fresh is not None
        assert list(row) == list(fresh)
        values = dict(zip(of.fields, row, strict=True))
        for name, each in of.fields.items():
            if each.type.is_list:
                values[name] = self.view.list_field(of.id, name, id)
        return values
