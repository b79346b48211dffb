"""Runs that wait under a former version of the app, whose data has changed since: on the right columns, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import pytest

from offpage.data.schema import purge
from offpage.engine.triggers import AT_ONCE
from offpage.store import queue
from tests.engine.conftest import Bench

Make = Callable[..., Bench]

BEFORE = """
fields:
  first: text
  total: number
  note: text
"""

FILES = {
    "types/order.yaml": BEFORE,
    "workflows/sum.yaml": """
        auth: none
        steps:
          - {do: create_thing, as: made, with: {type: order, set: {total: =1 + 2}}}
          - {do: return_data, with: {values: {more: =made.total + 1}}}
        """,
    "workflows/note.yaml": """
        auth: none
        steps:
          - {do: create_thing, as: made, with: {type: order, set: {first: one, note: two}}}
          - {do: return_data, with: {values: {first: =made.first, note: =made.note}}}
        """,
}


def accepted(app: Bench, *workflows: str) -> list[str]:
    async def accept() -> list[str]:
        return [await app.engine.accept(app.api_call(one, {})) for one in workflows]

    return asyncio.run(accept())


def drained(app: Bench, ids: list[str]) -> list[str]:
    asyncio.run(app.engine.drain(1.0))
    return [app.run(one).state for one in ids]


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize(
    "after",
    [
        "fields: {zero: date, first: text, total: text, note: text}",
        "fields: {zero: date, first: text, total: list of number, note: text}",
    ],
)
def test_a_run_whose_field_has_another_type_now_fails_and_says_so(bench: Make, after: str, restarted: bool) -> None:
    app = bench(FILES)
    app.call("sum")
    ids = accepted(app, "sum", "note")
    app.define({"app.yaml": "name: Test", "types/order.yaml": after})
    if restarted:
        app.restart()
    assert drained(app, ids) == ["failed", "finished"]
    error = app.run(ids[0]).error or ""
    assert "former version of the app" in error
    assert "sum" in error
    assert app.run(ids[1]).answer is not None
    assert '"first":"one","note":"two"' in (app.run(ids[1]).answer or "")


def test_a_run_whose_field_was_purged_fails_and_says_so(bench: Make) -> None:
    app = bench(FILES)
    ids = accepted(app, "sum", "note")
    without: Mapping[str, str] = {"app.yaml": "name: Test", "types/order.yaml": "fields: {first: text, note: text}"}
    app.define(without)
    app.database.write_now(purge)
    app.definitions.forget()
    assert drained(app, ids) == ["failed", "finished"]
    assert "total" in (app.run(ids[0]).error or "")


def test_a_run_whose_field_is_only_out_of_use_goes_on(bench: Make) -> None:
    app = bench(FILES)
    ids = accepted(app, "sum", "note")
    app.define({"app.yaml": "name: Test", "types/order.yaml": "fields: {first: text}"})
    assert drained(app, ids) == ["finished", "finished"]


def test_a_thing_as_it_was_is_not_read_through_other_fields(bench: Make) -> None:
    watch = """
        trigger: data_change
        type: order
        steps:
          - {do: return_data, with: {values: {note: =before.note}}}
        """
    change = """
        auth: none
        steps:
          - {do: change_list, with: {list: =search(order), set: {note: changed}}}
        """
    app = bench({**FILES, "workflows/watch.yaml": watch, "workflows/change.yaml": change})
    for _ in range(AT_ONCE + 1):
        app.call("note")
    asyncio.run(app.engine.drain(1.0))
    app.call("change")
    waiting = [one.id for one in app.database.read(queue.waiting)]
    assert len(waiting) == 1
    app.define({"app.yaml": "name: Test", "types/order.yaml": "fields: {first: text, note: text}"})
    app.database.write_now(purge)
    app.definitions.forget()
    assert drained(app, waiting) == ["failed"]
    assert "`before`" in (app.run(waiting[0]).error or "")
