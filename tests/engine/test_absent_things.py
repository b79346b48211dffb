"""References to things that are not there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from offpage.data.view import DataView
from offpage.store.tx import Tx
from tests.engine.conftest import Bench

FILES = {
    "types/order.yaml": "fields:\n  name: text\n  ref: order\n  refs: list of order\n",
    "workflows/deleted.yaml": """
auth: none
steps:
  - do: create_thing
    as: x
    with: {type: order, set: {name: x}}
  - do: create_thing
    as: z
    with: {type: order, set: {name: z}}
  - do: delete_thing
    with: {thing: =x}
  - do: create_thing
    as: y
    with: {type: order, set: {name: y, ref: =x, refs: '=[x, z]'}}
  - do: change_thing
    with: {thing: =z, set: {ref: =x, refs: {add: =x}}}
  - do: change_list
    with: {list: '=[z, y]', set: {refs: {add_list: '=[x, z]'}}}
  - do: return_data
    with:
      values:
        x_is_empty: =x.is_empty
        x_is_not_empty: =x.is_not_empty
        same: '=x == empty'
        z_is_empty: =z.is_empty
        y_ref: =y.ref.is_empty
        y_refs: '=y.refs.each(this.name).join(",")'
        z_refs: '=z.refs.each(this.name).join(",")'
        found: =search(order, this.ref.is_empty).count
""",
    "workflows/given.yaml": """
auth: none
parameters: {o: order, l: list of order}
steps:
  - do: create_thing
    as: y
    with: {type: order, set: {name: y, ref: =o, refs: =l}}
  - do: return_data
    with: {values: {empty: =o.is_empty, ref: =y.ref.is_empty, refs: =y.refs.count}}
""",
}


@pytest.fixture
def some(bench: Callable[..., Bench]) -> Bench:
    """The orders."""
    return bench(FILES)


def test_a_thing_deleted_before_is_empty_and_not_referred_to(some: Bench) -> None:
    assert some.call("deleted").answer.values == {
        "x_is_empty": True,
        "x_is_not_empty": False,
        "same": True,
        "z_is_empty": False,
        "y_ref": True,
        "y_refs": "z",
        "z_refs": "z",
        "found": 2,
    }
    assert some.values("order", "ref") == [None, None]


def test_a_reference_to_a_thing_that_is_there_is_kept(some: Bench) -> None:
    some.call("deleted")
    there = some.values("order", "id")[0]
    assert some.call("given", o=there, l=[there]).answer.values == {"empty": False, "ref": False, "refs": 1}


def test_what_is_no_longer_there_is_asked_for_once(some: Bench) -> None:
    """The things of a list that were never met are looked for by one statement."""
    some.call("deleted")
    ids = some.values("order", "id")
    nobody = "1600000000000x000000000000000001"

    def segment(tx: Tx) -> set[str]:
        view = DataView(tx, some.program.things)
        view.load("order", [ids[0], nobody])
        return view.existing("order", [*ids, nobody, nobody + "0"])

    assert some.database.read(segment) == set(ids)
