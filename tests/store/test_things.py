"""Things on both databases: what each operation does, and what it says when it cannot."""

from __future__ import annotations

import threading
from typing import Any, TypeVar

import pytest

from offpage.data.schema import apply
from offpage.data.things import Things
from offpage.kernel.errors import NotUnique, StepError
from offpage.model.schema import Field
from offpage.store.tx import Database, Tx
from offpage.values.shapes import Interval, Place, Span
from offpage.values.types import ADDRESS, DATE, INTERVAL, JSON, NUMBER, NUMBER_RANGE, TEXT, YES_NO, thing
from tests.schemas import row_of, schema, setting, shape, thing_id

T = TypeVar("T")

APP = schema(
    order={
        "number": Field("number", TEXT, "number", unique=True),
        "total": Field("total", NUMBER, "total"),
        "paid": Field("paid", YES_NO, "paid", default=False),
        "due": DATE,
        "every": INTERVAL,
        "place": ADDRESS,
        "window": NUMBER_RANGE,
        "extra": JSON,
        "customer": thing("user"),
        "items": thing("item").listed,
        "tags": Field("tags", TEXT.listed, "tags", default=["new"]),
        "stops": ADDRESS.listed,
    },
    item={"name": TEXT, "order": thing("order")},
)
ORDER, ITEM = APP.types["order"], APP.types["item"]
A, B, C = thing_id(1), thing_id(2), thing_id(3)


@pytest.fixture
def things(database: Database) -> Things:
    database.write_now(lambda tx: apply(tx, APP))
    return Things(APP, database.dialect)


def order(things: Things, tx: Tx, id: str, **fields: Any) -> dict[str, Any]:
    made = things.create(tx, setting(ORDER, *fields), list(fields.values()), id=id, now=1000, created_by=None)
    return row_of(ORDER, made)


def stored(things: Things, tx: Tx, id: str) -> dict[str, Any] | None:
    row = things.get(tx, "order", id)
    return None if row is None else row_of(ORDER, row)


def test_a_created_thing_reads_back_as_it_was_returned(database: Database, things: Things) -> None:
    values = {
        "number": "A-1",
        "total": 12.5,
        "due": 1_700_000_000_000,
        "every": Interval(1, 2, 3),
        "place": Place("Oslo", 59.9, 10.7),
        "window": Span(1.0, 2.5),
        "extra": {"a": [1, None, "x"]},
        "customer": C,
    }

    def segment(tx: Tx) -> tuple[object, object]:
        return order(things, tx, A, **values), stored(things, tx, A)

    made, found = database.write_now(segment)
    assert made == found
    assert isinstance(found, dict)
    assert found["every"] == Interval(0, 0, Interval(1, 2, 3).total_ms)
    assert found["place"] == values["place"]
    assert (found["paid"], found["created_date"], found["modified_date"], found["slug"]) == (False, 1000, 1000, None)
    assert type(found["paid"]) is bool


def test_fields_not_given_take_their_defaults_and_empty_ones_stay_empty(database: Database, things: Things) -> None:
    def segment(tx: Tx) -> list[Any]:
        order(things, tx, A)
        order(things, tx, B, paid=None, tags=[])
        return [
            stored(things, tx, A),
            stored(things, tx, B),
            things.list_items(tx, "order", "tags", A),
            things.list_items(tx, "order", "tags", B),
        ]

    one, other, tags, no_tags = database.write_now(segment)
    assert (one["paid"], other["paid"]) == (False, None)
    assert (tags, no_tags) == (["new"], [])


def test_an_atomic_change_at_creation_starts_from_the_default(database: Database, things: Things) -> None:
    ops = shape(ORDER, total="increase", tags="add")

    def segment(tx: Tx) -> tuple[Any, list[Any]]:
        row = things.create(tx, ops, [5.0, "b"], id=A, now=1, created_by=None)
        return row_of(ORDER, row)["total"], things.list_items(tx, "order", "tags", A)

    assert database.write_now(segment) == (5.0, ["new", "b"])


def test_a_change_returns_the_thing_as_it_is_now(database: Database, things: Things) -> None:
    ops = shape(ORDER, total="increase", paid="set", place="clear")

    def segment(tx: Tx) -> tuple[Any, Any]:
        order(things, tx, A, total=1.0, place=Place("Oslo", None, None), number="n")
        changed = things.change(tx, A, ops, [2.5, True, None], now=2000)
        assert changed is not None
        return row_of(ORDER, changed), stored(things, tx, A)

    changed, found = database.write_now(segment)
    assert changed == found
    assert (found["total"], found["paid"], found["place"], found["number"]) == (3.5, True, None, "n")
    assert (found["created_date"], found["modified_date"]) == (1000, 2000)


def test_increasing_by_empty_changes_nothing_and_empty_counts_as_zero(database: Database, things: Things) -> None:
    ops = shape(ORDER, total="increase")

    def segment(tx: Tx) -> list[Any]:
        order(things, tx, A, total=1.0)
        order(things, tx, B)
        rows = [things.change(tx, A, ops, [None], now=1), things.change(tx, B, ops, [2.0], now=1)]
        return [row_of(ORDER, row)["total"] for row in rows]

    assert database.write_now(segment) == [1.0, 2.0]


def test_changing_what_is_not_there_does_nothing(database: Database, things: Things) -> None:
    ops = shape(ORDER, total="set", tags="add")

    def segment(tx: Tx) -> tuple[Any, list[Any]]:
        return things.change(tx, A, ops, [1.0, "x"], now=1), things.list_items(tx, "order", "tags", A)

    assert database.write_now(segment) == (None, [])


def test_a_number_cannot_grow_beyond_what_a_number_holds(database: Database, things: Things) -> None:
    ops = shape(ORDER, total="increase")

    def segment(tx: Tx) -> tuple[str, Any]:
        order(things, tx, A, total=1.7e308)
        with pytest.raises(StepError) as caught, tx.savepoint():
            things.change(tx, A, ops, [1.7e308], now=5)
        with pytest.raises(StepError), tx.savepoint():
            things.change_list(tx, [A], ops, [1.7e308], now=5)
        found = stored(things, tx, A)
        assert found is not None
        return caught.value.message, found["total"]

    message, total = database.write_now(segment)
    assert message.startswith("The total of this Order would become too large for a number.")
    assert total == 1.7e308


@pytest.mark.parametrize(
    ("op", "value", "expected"),
    [
        ("set", ["x", "x", "y"], ["x", "x", "y"]),
        ("set", None, []),
        ("set", ["x", None], ["x"]),
        ("add", "c", ["a", "b", "a", "c"]),
        ("add", "a", ["a", "b", "a"]),
        ("add", None, ["a", "b", "a"]),
        ("add_list", ["c", "a", "d", "c"], ["a", "b", "a", "c", "d"]),
        ("add_list", None, ["a", "b", "a"]),
        ("remove", "a", ["b"]),
        ("remove", "z", ["a", "b", "a"]),
        ("remove_list", ["a", "b", "c"], []),
        ("remove_list", [], ["a", "b", "a"]),
        ("clear", None, []),
    ],
)
def test_list_fields_change_item_by_item(
    database: Database, things: Things, op: Any, value: Any, expected: list[str]
) -> None:
    def segment(tx: Tx) -> tuple[list[Any], list[Any]]:
        order(things, tx, A, tags=["a", "b", "a"])
        order(things, tx, B, tags=["a", "b", "a"])
        things.change(tx, A, shape(ORDER, tags=op), [value], now=1)
        things.change_list(tx, [B], shape(ORDER, tags=op), [value], now=1)
        return things.list_items(tx, "order", "tags", A), things.list_items(tx, "order", "tags", B)

    assert database.write_now(segment) == (expected, expected)


def test_compound_items_with_empty_parts_are_found_again(database: Database, things: Things) -> None:
    here, there = Place("Oslo", None, None), Place(None, 59.9, 10.7)

    def segment(tx: Tx) -> list[Any]:
        order(things, tx, A, stops=[here, there])
        things.change(tx, A, shape(ORDER, stops="add_list"), [[there, here, Place("Rome", None, None)]], now=1)
        things.change(tx, A, shape(ORDER, stops="remove"), [here], now=1)
        return things.list_items(tx, "order", "stops", A)

    assert database.write_now(segment) == [there, Place("Rome", None, None)]


def test_a_long_list_keeps_its_order(database: Database, things: Things) -> None:
    many = [f"tag {number}" for number in range(1500)]

    def segment(tx: Tx) -> tuple[list[Any], list[Any], list[Any]]:
        order(things, tx, A, tags=many)
        order(things, tx, B, tags=["tag 7"])
        first = things.list_items(tx, "order", "tags", A)
        things.change(tx, B, shape(ORDER, tags="add_list"), [many], now=1)
        second = things.list_items(tx, "order", "tags", B)
        things.change(tx, A, shape(ORDER, tags="remove_list"), [many[:-2]], now=1)
        return first, second, things.list_items(tx, "order", "tags", A)

    first, second, third = database.write_now(segment)
    assert first == many
    assert second == ["tag 7", *many[:7], *many[8:]]
    assert third == many[-2:]


def test_many_things_change_alike(database: Database, things: Things) -> None:
    ids = [thing_id(number) for number in range(1300)]
    ops = shape(ORDER, total="increase", paid="set", tags="add")

    def segment(tx: Tx) -> tuple[list[str], dict[str, Any], list[Any]]:
        for one in ids:
            order(things, tx, one)
        changed = things.change_list(tx, [*ids, ids[0], thing_id(9999)], ops, [2.0, True, "x"], now=7)
        return changed, dict(things.get_many(tx, "order", ids)), things.list_items(tx, "order", "tags", ids[-1])

    changed, rows, tags = database.write_now(segment)
    assert changed == ids
    seen = {(one["total"], one["paid"], one["modified_date"]) for one in (row_of(ORDER, row) for row in rows.values())}
    assert seen == {(2.0, True, 7)}
    assert tags == ["new", "x"]


@pytest.mark.parametrize("how", ["create", "change", "change_list"])
def test_a_value_that_another_thing_has_is_named(database: Database, things: Things, how: str) -> None:
    def attempt(tx: Tx) -> None:
        match how:
            case "create":
                order(things, tx, C, number="A-1")
            case "change":
                things.change(tx, B, setting(ORDER, "number"), ["A-1"], now=1)
            case _:
                things.change_list(tx, [B], setting(ORDER, "number"), ["A-1"], now=1)

    def segment(tx: Tx) -> tuple[NotUnique, Any]:
        order(things, tx, A, number="A-1")
        order(things, tx, B, number="A-2")
        with pytest.raises(NotUnique) as caught, tx.savepoint():
            attempt(tx)
        return caught.value, stored(things, tx, B)

    error, other = database.write_now(segment)
    assert error.message == "Another Order already has the number A-1."
    assert error.details == {"type": "order", "field": "number"}
    assert other["number"] == "A-2"


def test_an_id_that_is_taken_is_named(database: Database, things: Things) -> None:
    def segment(tx: Tx) -> str:
        order(things, tx, A)
        with pytest.raises(NotUnique) as caught, tx.savepoint():
            order(things, tx, A)
        return caught.value.message

    assert database.write_now(segment) == f"Another Order already has the unique id {A}."


def test_several_things_may_have_no_value_in_a_unique_field(database: Database, things: Things) -> None:
    def segment(tx: Tx) -> int:
        order(things, tx, A, number=None)
        order(things, tx, B)
        return len(things.exists(tx, "order", [A, B, C]))

    assert database.write_now(segment) == 2


def test_a_deleted_thing_leaves_no_reference_behind(database: Database, things: Things) -> None:
    def segment(tx: Tx) -> list[Any]:
        order(things, tx, A, items=[B, C], customer=thing_id(9))
        for one in (B, C):
            things.create(tx, setting(ITEM, "name", "order"), ["i", A], id=one, now=1, created_by=thing_id(9))
        things.create(tx, setting(APP.types["user"], "email"), ["a@b.c"], id=thing_id(9), now=1, created_by=None)
        counts = [things.delete(tx, "item", [B, B, thing_id(50)]), things.delete(tx, "user", [thing_id(9)])]
        items, owner = things.list_items(tx, "order", "items", A), stored(things, tx, A)
        counts.append(things.delete(tx, "order", [A]))
        rest = things.get(tx, "item", C)
        left = tx.rows('SELECT count(*) FROM "l_order__items"')[0][0]
        return [counts, items, owner, row_of(ITEM, rest), left]

    counts, items, owner, item, left = database.write_now(segment)
    assert counts == [1, 1, 1]
    assert items == [C]
    assert owner["customer"] is None
    assert (item["order"], item["created_by"], left) == (None, None, 0)


def test_a_copy_has_the_same_values_but_for_what_must_be_unique(database: Database, things: Things) -> None:
    ids = iter([thing_id(101), thing_id(102), thing_id(103)])

    def segment(tx: Tx) -> list[Any]:
        order(things, tx, A, number="A-1", place=Place("Oslo", 1.0, 2.0), tags=["a", "b"], paid=True)
        order(things, tx, B, total=4.0)
        things.set_slug(tx, "order", A, "First")
        copies = things.copy(
            tx, "order", [B, A, thing_id(77), A], new_id=lambda _: next(ids), now=5000, created_by=thing_id(8)
        )
        return [copies, stored(things, tx, copies[1]), things.list_items(tx, "order", "tags", copies[2])]

    copies, copy, tags = database.write_now(segment)
    assert copies == [thing_id(101), thing_id(102), thing_id(103)]
    assert (copy["number"], copy["slug"], copy["place"], copy["paid"]) == (None, None, Place("Oslo", 1.0, 2.0), True)
    assert (copy["created_date"], copy["modified_date"], copy["created_by"]) == (5000, 5000, thing_id(8))
    assert tags == ["a", "b"]


def test_a_slug_that_is_taken_gets_the_first_free_number(database: Database, things: Things) -> None:
    def segment(tx: Tx) -> list[str]:
        for number in range(12):
            order(things, tx, thing_id(number))
        slugs = [things.set_slug(tx, "order", thing_id(number), "Héllo wörld!") for number in range(12)]
        things.delete(tx, "order", [thing_id(3)])
        again = things.set_slug(tx, "order", thing_id(5), "hello world")
        return [*slugs, again, things.set_slug(tx, "order", thing_id(0), "hello world")]

    *slugs, again, same = database.write_now(segment)
    assert slugs == ["hello-world", *(f"hello-world-{number}" for number in range(1, 12))]
    assert again == "hello-world-3"
    assert same == "hello-world"


def test_an_empty_slug_takes_it_away_and_a_meaningless_one_is_refused(database: Database, things: Things) -> None:
    def segment(tx: Tx) -> list[Any]:
        order(things, tx, A)
        things.set_slug(tx, "order", A, "x")
        with pytest.raises(StepError) as caught:
            things.set_slug(tx, "order", A, "!!!")
        return [things.set_slug(tx, "order", A, " "), stored(things, tx, A), caught.value.message]

    nothing, row, message = database.write_now(segment)
    assert (nothing, row["slug"]) == ("", None)
    assert "no letters or digits" in message


def test_everything_works_after_a_refused_statement(database: Database, things: Things) -> None:
    def segment(tx: Tx) -> set[str]:
        order(things, tx, A, number="1")
        for _ in range(3):
            with pytest.raises(NotUnique), tx.savepoint():
                order(things, tx, B, number="1", tags=["lost"])
        order(things, tx, B, number="2", tags=[])
        assert things.list_items(tx, "order", "tags", B) == []
        return things.exists(tx, "order", [A, B])

    assert database.write_now(segment) == {A, B}


def test_increments_from_many_threads_are_all_counted(database: Database, things: Things) -> None:
    database.write_now(lambda tx: order(things, tx, A, total=0.0, tags=[]))
    ops = shape(ORDER, total="increase", tags="add_list")

    def work(name: str) -> None:
        for _ in range(10):
            database.write_now(lambda tx: things.change(tx, A, ops, [1.0, [name, "all"]], now=1))

    threads = [threading.Thread(target=work, args=(f"thread {number}",)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    found, tags = database.write_now(lambda tx: (stored(things, tx, A), things.list_items(tx, "order", "tags", A)))
    assert found is not None
    assert found["total"] == 40.0
    assert sorted(tags) == ["all", *(f"thread {number}" for number in range(4))]


def test_a_slug_wanted_by_many_threads_goes_to_one(database: Database, things: Things) -> None:
    ids = [thing_id(number) for number in range(8)]
    database.write_now(lambda tx: [order(things, tx, one) for one in ids])

    def work(mine: list[str]) -> None:
        for one in mine:
            database.write_now(lambda tx, one=one: things.set_slug(tx, "order", one, "Sale"))  # type: ignore[misc]

    threads = [threading.Thread(target=work, args=(ids[start::4],)) for start in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    found = database.write_now(lambda tx: tx.rows('SELECT slug FROM "t_order"'))
    assert sorted(slug for (slug,) in found) == ["sale", *(f"sale-{number}" for number in range(1, 8))]


def test_a_text_beyond_the_index_of_postgresql_is_the_steps_error(database: Database, things: Things) -> None:
    # Text that does not shrink when compressed.
    long = "".join(chr(0x4E00 + (number * 7919) % 20000) for number in range(3000))

    def segment(tx: Tx) -> str:
        try:
            with tx.savepoint():
                order(things, tx, A, number=long)
        except StepError as error:
            return error.message
        return ""

    message = database.write_now(segment)
    expected = "too long for a field that is unique or has an index" if database.dialect.name == "postgres" else ""
    assert expected in message


def test_long_items_of_a_list_can_be_kept_and_found(database: Database, things: Things) -> None:
    long = "".join(chr(0x4E00 + (number * 7919) % 20000) for number in range(9000))

    def segment(tx: Tx) -> list[Any]:
        order(things, tx, A, tags=[long, "short"])
        things.change(tx, A, shape(ORDER, tags="add"), [long], now=1)
        things.change(tx, A, shape(ORDER, tags="remove"), ["short"], now=1)
        return things.list_items(tx, "order", "tags", A)

    assert database.write_now(segment) == [long]


@pytest.mark.parametrize("field", ["id", "created_date"])
def test_what_the_database_sets_cannot_be_assigned(database: Database, things: Things, field: str) -> None:
    def segment(tx: Tx) -> None:
        things.create(tx, setting(ORDER, field), ["x"], id=A, now=1, created_by=None)

    with pytest.raises(ValueError, match="set by the database alone"):
        database.write_now(segment)
