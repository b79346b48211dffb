"""A small shop for tests of expressions: its schema, things in memory, and the same things in a database."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from offpage.expr.meter import Meter
from offpage.expr.runtime import Gives
from offpage.expr.scope import Named, Scope
from offpage.model.schema import DataType, Field, Option, OptionSet, Schema, builtin_fields
from offpage.sql.dialect import Dialect
from offpage.sql.fragment import ident, join, sql, value
from offpage.sql.layout import columns, list_table, table
from offpage.sql.sqlite import SQLITE
from offpage.store.tx import Tx
from offpage.values.codec import Forms, encode
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

NOW = 1_700_000_000_000


def _data_type(type_id: str, **fields: Type) -> DataType:
    every = builtin_fields(type_id) | {name: Field(name, of, name) for name, of in fields.items()}
    return DataType(type_id, type_id, every)


SCHEMA = Schema(
    {
        "user": _data_type("user", name=TEXT, points=NUMBER, favourites=thing("customer").listed),
        "customer": _data_type(
            "customer",
            name=TEXT,
            age=NUMBER,
            home=ADDRESS,
            vip=YES_NO,
            owner=thing("user"),
            friends=thing("customer").listed,
        ),
        "item": _data_type("item", name=TEXT, price=NUMBER, sold=YES_NO, status=option("status")),
        "order": _data_type(
            "order",
            number=TEXT,
            note=TEXT,
            customer=thing("customer"),
            status=option("status"),
            total=NUMBER,
            fee=NUMBER,
            paid=YES_NO,
            paid_at=DATE,
            due=DATE,
            period=DATE_RANGE,
            wait=INTERVAL,
            items=thing("item").listed,
            tags=TEXT.listed,
            marks=NUMBER.listed,
            data=JSON,
        ),
    },
    {
        "status": OptionSet(
            "status",
            "Status",
            {"color": TEXT, "weight": NUMBER},
            {
                "open": Option("open", "Open", {"color": "green", "weight": 1.0}),
                "paid": Option("paid", "Paid it", {"color": "blue"}),
                "in-progress": Option("in-progress", "On its way", {"weight": 3.0}),
            },
        )
    },
)

NAMES = {
    "order": Named(0, thing("order")),
    "amount": Named(1, NUMBER),
    "word": Named(2, TEXT),
    "orders": Named(3, thing("order").listed),
    "words": Named(4, TEXT.listed),
    "numbers": Named(5, NUMBER.listed),
    "state": Named(6, option("status")),
    "moment": Named(7, DATE),
    "flag": Named(8, YES_NO),
    "payload": Named(9, JSON),
    "reminder": Named(10, Type("record", "schedule"), {"id": TEXT, "at": DATE}),
    "buyer": Named(11, thing("customer")),
}

SAMPLE = {"body": {"a": {"b": 3, "c": "x", "ok": True}, "list": [{"k": 1.5}], "count": 7}, "headers": {}, "query": {}}

SCOPE = Scope(SCHEMA, NAMES, request=True, request_sample=SAMPLE)


class _Labels:
    """The texts of the shop's options."""

    def label(self, set_id: str, option_id: str) -> str | None:
        found = SCHEMA.option_sets[set_id].options.get(option_id)
        return found.label if found else None

    def labels_of(self, set_id: str) -> list[str]:
        return []

    def find(self, set_id: str, text: str) -> str | None:
        options = SCHEMA.option_sets[set_id].options
        return next((one.id for one in options.values() if text in {one.label, one.id}), None)


UTC = ZoneInfo("UTC")
FORMS = Forms(_Labels(), UTC)


class Things(dict[str, dict[str, dict[str, Any]]]):
    """Data type → id → field → value; an absent field is empty."""

    def __repr__(self) -> str:
        return "<things>"


@dataclass
class Surroundings:
    """A Runtime over things in memory; `tx` is where its SELECTs go."""

    things: Things = field(default_factory=Things)
    tx: Tx | None = None
    values: list[Any] = field(default_factory=lambda: [None] * len(NAMES))
    this: Any = None
    zone: tzinfo = UTC
    forms: Forms = FORMS
    random: random.Random = field(default_factory=lambda: random.Random(1))
    dialect: Dialect = SQLITE
    current_user: str | None = None
    meter: Meter = field(default_factory=Meter)
    sees_all: bool = True
    sources: Mapping[tuple[str, ...], Any] = field(default_factory=dict)
    statements: list[str] = field(default_factory=list)

    def now(self) -> int:
        """A moment that stands still."""
        return NOW

    def thing(self, type_id: str, thing_id: str) -> Sequence[Any] | None:
        """The values of a thing in the order of its type's fields."""
        found = self.things.get(type_id, {}).get(thing_id)
        if found is None:
            return None
        fields = SCHEMA.types[type_id].fields.values()
        return [None if one.type.is_list else found.get(one.id) for one in fields]

    def list_field(self, type_id: str, field_id: str, thing_id: str) -> list[Any]:
        """The items of a list field."""
        return list(self.things.get(type_id, {}).get(thing_id, {}).get(field_id, ()))

    def select(self, text: str, values: Sequence[Any], gives: Gives = "") -> list[tuple[Any, ...]]:
        """Ask the database."""
        assert self.tx is not None, f"nothing should be asked of a database here: {text}"
        self.statements.append(text)
        return self.tx.rows(text, values)

    def source(self, name: str, path: tuple[str, ...]) -> Any:
        """What the test put in."""
        return self.sources.get((name, *path))


def with_values(things: Things | None = None, tx: Tx | None = None, **named: Any) -> Surroundings:
    """Surroundings in which names of the scope have these values."""
    rt = Surroundings(things or Things(), tx)
    for name, one in named.items():
        rt.values[NAMES[name].slot] = one
    if tx is not None:
        rt.dialect = tx.dialect
    return rt


def fill(tx: Tx, things: Things) -> None:
    """The tables of the shop with things in them."""
    create_tables(tx)
    insert_things(tx, things)


def create_tables(tx: Tx) -> None:
    """The tables of the shop, without indexes."""
    kind = tx.dialect.column_type
    for data_type in SCHEMA.types.values():
        single = [one for one in data_type.fields.values() if not one.type.is_list]
        named = [pair for one in single for pair in columns(one.id, one.type)]
        _create(tx, table(data_type.id), [(name, kind(storage)) for name, storage in named])
        for one in data_type.fields.values():
            if one.type.is_list:
                values = [(name, kind(storage)) for name, storage in columns("value", one.type.item)]
                heads = [("position", kind("identity")), ("owner", kind("text"))]
                _create(tx, list_table(data_type.id, one.id), heads + values)


def _create(tx: Tx, name: Any, named: list[tuple[str, str]]) -> None:
    text = tx.dialect.render(name).text
    inner = ", ".join(f'"{column}" {kind}' for column, kind in named)
    tx.change(f"CREATE TABLE {text} ({inner})")


def insert_things(tx: Tx, things: Things) -> None:
    """Write things in memory into the database."""
    for type_id, every in things.items():
        for thing_id, given in every.items():
            _insert_thing(tx, type_id, {"id": thing_id} | dict(given))


def _insert_thing(tx: Tx, type_id: str, given: dict[str, Any]) -> None:
    fields = SCHEMA.types[type_id].fields
    names: list[str] = []
    values: list[Any] = []
    for field_id, one in given.items():
        of = fields[field_id].type
        if of.is_list:
            for item in one or ():
                inner = [name for name, _ in columns("value", of.item)]
                _insert(tx, list_table(type_id, field_id), ["owner", *inner], [given["id"], *encode(of.item, item)])
            continue
        names += [name for name, _ in columns(field_id, of)]
        values += encode(of, one)
    _insert(tx, table(type_id), names, values)


def _insert(tx: Tx, name: Any, named: list[str], values: list[Any]) -> None:
    columns_sql = join(", ", [ident(one) for one in named])
    fragment = sql("INSERT INTO {} ({}) VALUES ({})", name, columns_sql, join(", ", [value(one) for one in values]))
    statement = tx.dialect.render(fragment)
    tx.change(statement.text, statement.values)


def in_order(things: Things, type_id: str) -> list[str]:
    """Ids of all things of a type, as a search without rules orders them."""
    every = things.get(type_id, {})
    return sorted(every, key=lambda one: (every[one]["created_date"], one))
