"""Law: whatever becomes of an app's types, fields that stay keep their values, and the tables are as if made afresh."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offpage.data.alterations import indexes_of_field
from offpage.data.catalogue import read_catalogue
from offpage.data.conversions import way
from offpage.data.desired import place_of
from offpage.data.schema import apply, plan, purge
from offpage.data.things import Things
from offpage.kernel.errors import AppError
from offpage.model.data_type import resolve_schema
from offpage.model.reader import read_files
from offpage.model.schema import Field, Schema
from offpage.sql.fragment import sql
from offpage.sql.layout import table_name
from offpage.store.tx import Database, Tx
from offpage.values.shapes import Interval, Place, Span
from offpage.values.types import (
    ADDRESS,
    DATE,
    FILE,
    IMAGE,
    INTERVAL,
    JSON,
    NUMBER,
    NUMBER_RANGE,
    TEXT,
    YES_NO,
    Type,
    option,
    thing,
)
from tests.schemas import data_type, schema, setting, thing_id

SAMPLES: dict[Type, Any] = {
    TEXT: "a text",
    NUMBER: 12.5,
    YES_NO: True,
    DATE: 1_700_000_000_000,
    INTERVAL: Interval(0, 0, 5000),
    ADDRESS: Place("Oslo", 1.0, 2.0),
    NUMBER_RANGE: Span(1.0, 2.0),
    FILE: "/a.pdf",
    IMAGE: "/a.png",
    JSON: {"a": [1]},
    option("status"): "open",
    thing("user"): thing_id(1),
}
single = st.sampled_from(list(SAMPLES))
field_types = single | single.map(lambda of: of.listed)
flags = st.sampled_from([{}, {}, {"index": True}, {"unique": True}])


@st.composite
def schemas(draw: st.DrawFn) -> Schema:
    """An app with any of two types beside `user`, whose fields have any of four names."""
    types: dict[str, dict[str, Field]] = {}
    for name in draw(st.lists(st.sampled_from(["order", "item"]), unique=True)):
        ids = draw(st.lists(st.sampled_from(["a", "b", "c", "place"]), unique=True))
        types[name] = {one: Field(one, draw(field_types), one, **draw(flags)) for one in ids}
    return schema(**types)


def sample(of: Type) -> Any:
    """A value of the type."""
    return [SAMPLES[of.item]] * 2 if of.is_list else SAMPLES[of]


class Undo(Exception):
    """Ends an example without leaving anything in the database."""


def undone(database: Database, segment: Callable[[Tx], None]) -> None:
    """Run a segment and undo all of it."""

    def run(tx: Tx) -> None:
        segment(tx)
        raise Undo

    with pytest.raises(Undo):
        database.write_now(run)


def everything(tx: Tx, app: Schema) -> dict[tuple[str, str, str], Any]:
    """All values of all fields, by type, thing and field; empty ones left out."""
    things, found = Things(app, tx.dialect), {}
    for of in app.types.values():
        for (one,) in tx.rows(f'SELECT id FROM "{table_name(of.id)}"'):
            row = things.get(tx, of.id, one)
            assert row is not None
            for field, value in zip(of.fields.values(), row, strict=True):
                got = things.list_items(tx, of.id, field.id, one) if field.type.is_list else value
                if got not in (None, []):
                    found[of.id, one, field.id] = got
    return found


def add_things(tx: Tx, app: Schema, count: int) -> None:
    """One more thing of each type, with a value in every field."""
    things = Things(app, tx.dialect)
    for of in app.types.values():
        names = [one.id for one in of.fields.values() if not one.builtin and not (one.unique and count)]
        values = [sample(of.fields[name].type) for name in names]
        things.create(tx, setting(of, *names), values, id=thing_id(count + 1), now=1, created_by=None)


COLUMN_TYPES = {
    "sqlite": sql(
        "SELECT m.name, c.name, c.type FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
    ),
    "postgres": sql(
        "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns "
        "WHERE table_schema = current_schema()"
    ),
}
INDEX_TEXTS = {
    "sqlite": sql("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"),
    "postgres": sql("SELECT indexname::text, indexdef::text FROM pg_indexes WHERE schemaname = current_schema()"),
}


def shape_of_tables(tx: Tx, app: Schema) -> tuple[set[Any], set[Any]]:
    """Columns with their types of the fields that the app has, and their indexes as the database tells them."""
    live = {
        (place.table, name)
        for of in app.types.values()
        for field in of.fields.values()
        for place in [place_of(of.id, field.id, field.type)]
        for name in (*place.names, *(("owner", "position") if place.is_list else ()))
    }
    columns = {row for row in tx.run(COLUMN_TYPES[tx.dialect.name]) if row[:2] in live}
    assert {row[:2] for row in columns} == live
    ours = {name for of in app.types.values() for field in of.fields for name in indexes_of_field(of.id, field)}
    return columns, {row for row in tx.run(INDEX_TEXTS[tx.dialect.name]) if row[0] in ours}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(versions=st.lists(schemas(), min_size=2, max_size=5))
def test_fields_that_stay_keep_their_values(database: Database, versions: list[Schema]) -> None:
    def segment(tx: Tx) -> None:
        held: dict[tuple[str, str, str], Any] = {}
        before: Schema | None = None
        for count, app in enumerate(versions):
            found = plan(tx, app)
            if found.obstacles:
                continue
            apply(tx, app, allow_data_loss=True)
            assert plan(tx, app).steps == ()
            now = everything(tx, app)
            for (type_id, one, field_id), value in held.items():
                assert before is not None
                old, new = before.field(type_id, field_id), app.field(type_id, field_id)
                if old and new and old.type == new.type:
                    assert now[type_id, one, field_id] == value
                elif old and new and new.type == old.type.listed:
                    assert now[type_id, one, field_id] == [value]
                elif old and new and way(old.type, new.type) is not None:
                    assert (type_id, one, field_id) in now
            add_things(tx, app, count)
            held, before = everything(tx, app), app

    undone(database, segment)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(versions=st.lists(schemas(), min_size=2, max_size=4), purging=st.booleans())
def test_the_tables_are_as_if_made_afresh(database: Database, versions: list[Schema], purging: bool) -> None:
    shapes: list[Any] = []

    def grown(tx: Tx) -> None:
        for count, app in enumerate(versions[:-1]):
            if not plan(tx, app).obstacles:
                apply(tx, app, allow_data_loss=True)
                add_things(tx, app, count)
        if not plan(tx, versions[-1]).obstacles:
            apply(tx, versions[-1], allow_data_loss=True)
            if purging:
                purge(tx)
                assert plan(tx, versions[-1]).steps == ()
                assert not any("__old_" in name for name in read_catalogue(tx).tables)
            shapes.append(shape_of_tables(tx, versions[-1]))

    def fresh(tx: Tx) -> None:
        apply(tx, versions[-1])
        shapes.append(shape_of_tables(tx, versions[-1]))

    undone(database, grown)
    if shapes:
        undone(database, fresh)
        assert shapes[0] == shapes[1]


@pytest.mark.parametrize("old", [*SAMPLES, *(of.listed for of in SAMPLES)], ids=str)
def test_a_change_of_type_keeps_the_values_or_asks_first(database: Database, old: Type) -> None:
    for new in [*SAMPLES, *(of.listed for of in SAMPLES)]:

        def segment(tx: Tx, new: Type = new) -> None:
            apply(tx, schema(order={"a": old}))
            add_things(tx, schema(order={"a": old}), 0)
            app = schema(order={"a": new})
            if way(old, new) is None:
                with pytest.raises(AppError, match="Order: the field a would change from"):
                    apply(tx, app)
                assert everything(tx, schema(order={"a": old}))["order", thing_id(1), "a"] == sample(old)
                apply(tx, app, allow_data_loss=True)
                assert ("order", thing_id(1), "a") not in everything(tx, app)
            else:
                apply(tx, app)
                assert ("order", thing_id(1), "a") in everything(tx, app)

        undone(database, segment)


@pytest.mark.parametrize(
    ("old", "new", "value", "expected"),
    [
        (NUMBER, TEXT, 12.0, "12"),
        (NUMBER, TEXT, 0.1, "0.1"),
        (YES_NO, TEXT, False, "no"),
        (IMAGE, FILE, "/a.png", "/a.png"),
        (FILE, TEXT, "/a.png", "/a.png"),
        (TEXT, JSON, "x", "x"),
        (NUMBER, JSON, 1.5, 1.5),
        (TEXT, TEXT.listed, "x", ["x"]),
        (ADDRESS, ADDRESS.listed, Place(None, 1.0, 2.0), [Place(None, 1.0, 2.0)]),
        (thing("user"), thing("user").listed, thing_id(5), [thing_id(5)]),
        (FILE.listed, TEXT.listed, ["/a", "/b"], ["/a", "/b"]),
        (FILE, TEXT.listed, "/a", ["/a"]),
    ],
)
def test_a_wider_type_keeps_each_value(database: Database, old: Type, new: Type, value: Any, expected: Any) -> None:
    before, after = schema(order={"a": old}), schema(order={"a": new})

    def segment(tx: Tx) -> None:
        apply(tx, before)
        of = before.types["order"]
        Things(before, tx.dialect).create(tx, setting(of, "a"), [value], id=thing_id(1), now=1, created_by=None)
        assert apply(tx, after).losses == ()
        assert everything(tx, after)["order", thing_id(1), "a"] == expected

    undone(database, segment)


def test_a_plan_says_what_it_will_do_and_does_nothing(database: Database) -> None:
    app = schema(order={"total": NUMBER, "tags": TEXT.listed})

    def segment(tx: Tx) -> None:
        words = [step.words for step in plan(tx, app).steps]
        assert words == [
            "User: create its table.",
            "Order: create its table.",
            "Order: add the field tags (list of text).",
            "User: make the indexes of its new tables.",
            "Order: make the indexes of its new tables.",
        ]
        assert read_catalogue(tx).tables == {}

    undone(database, segment)


def test_a_field_that_cannot_be_unique_is_refused_with_examples(database: Database) -> None:
    app = schema(order={"number": TEXT})

    def segment(tx: Tx) -> None:
        apply(tx, app)
        things, of = Things(app, tx.dialect), app.types["order"]
        for number, value in enumerate(["A-1", "A-1", "A-2", None, None]):
            things.create(tx, setting(of, "number"), [value], id=thing_id(number), now=1, created_by=None)
        unique = schema(order={"number": Field("number", TEXT, "number", unique=True)})
        with pytest.raises(AppError) as caught:
            apply(tx, unique, allow_data_loss=True)
        assert caught.value.message == (
            "Order: the field number cannot be unique, because several things have the same value: A-1 (2 times). "
            "Change those things first, or leave out `unique`."
        )

    undone(database, segment)


def test_a_removed_field_comes_back_with_its_values(database: Database) -> None:
    full = schema(order={"total": NUMBER, "tags": TEXT.listed, "buyer": thing("user"), "buyers": thing("user").listed})
    bare = schema(order={})

    def segment(tx: Tx) -> None:
        apply(tx, full)
        add_things(tx, full, 0)
        for app in (bare, schema(), bare, full):
            assert apply(tx, app).losses == ()
        kept = everything(tx, full)
        assert kept["order", thing_id(1), "total"] == 12.5
        assert kept["order", thing_id(1), "tags"] == ["a text", "a text"]
        assert kept["order", thing_id(1), "buyer"] == thing_id(1)

    undone(database, segment)


def test_a_reference_that_comes_back_does_not_point_at_what_was_deleted_meanwhile(database: Database) -> None:
    full = schema(order={"buyer": thing("user"), "buyers": thing("user").listed})
    bare = schema(order={})

    def segment(tx: Tx) -> None:
        apply(tx, full)
        add_things(tx, full, 0)
        apply(tx, bare)
        Things(bare, tx.dialect).delete(tx, "user", [thing_id(1)])
        apply(tx, full)
        kept = everything(tx, full)
        assert ("order", thing_id(1), "buyer") not in kept
        assert ("order", thing_id(1), "buyers") not in kept

    undone(database, segment)


def test_values_put_aside_stay_until_they_are_purged(database: Database) -> None:
    old, new = schema(order={"a": ADDRESS, "b": TEXT.listed}), schema(order={"a": NUMBER, "b": NUMBER.listed})

    def segment(tx: Tx) -> None:
        apply(tx, old)
        add_things(tx, old, 0)
        for app in (new, old, new):
            apply(tx, app, allow_data_loss=True)
        aside = tx.rows('SELECT "a__old_1", "a__lat__old_1", "a__lng__old_1" FROM "t_order"')
        assert aside == [("Oslo", 1.0, 2.0)]
        assert tx.rows('SELECT value FROM "l_order__b__old_1" ORDER BY position') == [("a text",), ("a text",)]
        said = purge(tx)
        assert "Dropped the column a__old_1 of t_order." in said
        assert "Dropped the table l_order__b__old_1." in said
        assert purge(tx) == []
        assert plan(tx, new).steps == ()

    undone(database, segment)


def test_two_fields_that_need_one_column_are_refused(database: Database) -> None:
    app = schema(order={"place": ADDRESS, "place__lat": NUMBER})
    with pytest.raises(AppError, match=r"order\.place and order\.place__lat need the same name in the database"):
        database.write_now(lambda tx: apply(tx, app))


def test_long_ids_get_names_that_both_databases_take(database: Database) -> None:
    long = "f" * 50
    app = Schema(
        {one.id: one for one in (data_type("user"), data_type("t" * 50, **{long: ADDRESS, long[1:]: TEXT.listed}))}, {}
    )

    def segment(tx: Tx) -> None:
        apply(tx, app)
        add_things(tx, app, 0)
        assert everything(tx, app)["t" * 50, thing_id(1), long] == Place("Oslo", 1.0, 2.0)
        assert plan(tx, app).steps == ()

    undone(database, segment)


def test_searches_in_the_default_order_use_the_index(database: Database) -> None:
    app = schema(order={"buyer": thing("user")})

    def segment(tx: Tx) -> None:
        apply(tx, app)
        if tx.dialect.name == "postgres":
            tx.run(sql("SET LOCAL enable_seqscan = off"))
            tx.run(sql("SET LOCAL enable_sort = off"))
        explain = sql("EXPLAIN QUERY PLAN ") if tx.dialect.name == "sqlite" else sql("EXPLAIN ")
        for query, index in [
            (sql("SELECT id FROM t_order ORDER BY created_date, id LIMIT 5"), "i_order__created_date"),
            (sql("SELECT id FROM t_order WHERE buyer = 'x'"), "r_order__buyer"),
            (sql("SELECT id FROM t_order WHERE slug = 'x'"), "u_order__slug"),
        ]:
            lines = tx.run(explain + query)
            assert index in str(lines), lines

    undone(database, segment)


RIGHT = {
    "app.yaml": "name: Test\n",
    "types/order.yaml": "fields:\n  code: {type: text, unique: yes}\n  size: {type: number, index: yes}\n  tags: list of text\n",
}
SLIPS = {
    "a type": ("type: text, unique", "type: txt, unique"),
    "a key": ("unique: yes", "uniqe: yes"),
    "a list": ("list of text", "list of txt"),
    "an index": ("index: yes", "index: yep"),
    "the fields": ("fields:", "feilds:"),
    "the file": ("fields:", "fields"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_of_the_pen_lets_go_of_no_index(database: Database, slip: str) -> None:
    right, issues = resolve_schema(read_files(RIGHT)[0])
    assert len(issues) == 0
    text = RIGHT["types/order.yaml"].replace(*SLIPS[slip])
    app, unread = read_files({**RIGHT, "types/order.yaml": text})
    wrong, unresolved = resolve_schema(app)
    assert len(unread) + len(unresolved) > 0

    def segment(tx: Tx) -> None:
        apply(tx, right)
        before = read_catalogue(tx).indexes
        apply(tx, wrong)
        assert read_catalogue(tx).indexes == before
        apply(tx, right)
        assert read_catalogue(tx).indexes == before
        assert plan(tx, right).steps == ()

    undone(database, segment)


def test_an_index_goes_when_the_app_says_so_and_with_its_field(database: Database) -> None:
    texts = ("code: {type: text, unique: yes}", "code: text", "size: number")
    unique, plain, gone = (
        resolve_schema(read_files({"app.yaml": "name: Test\n", "types/order.yaml": f"fields:\n  {one}\n"})[0])[0]
        for one in texts
    )

    def segment(tx: Tx) -> None:
        for app, there in ((unique, True), (gone, True), (unique, True), (plain, False), (unique, True), (gone, True)):
            apply(tx, app)
            assert ("u_order__code" in read_catalogue(tx).indexes) is there
        purge(tx)
        found = read_catalogue(tx)
        assert "u_order__code" not in found.indexes
        assert "code" not in found.tables["t_order"]

    undone(database, segment)
