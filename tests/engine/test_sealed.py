"""What waits in secret is sealed in the database; with another key it fails and says so; what is no secret stays as it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Final

import msgspec
import pytest

from offpage.engine import walk
from offpage.engine.calls import Outcome
from offpage.engine.left_outside import left_outside
from offpage.engine.progress import Reached
from offpage.kernel.errors import KeyLost
from offpage.services.sealing import MARK, Sealing
from offpage.store.tx import Row
from tests.engine.conftest import Bench

Make = Callable[..., Bench]
OTHER: Final = Sealing(b"x" * 32)
PIN: Final = "0042 the pin"

CHECK = """
auth: none
parameters: {pin: TYPE, number: {type: text, optional: yes}}
steps:
  - {do: create_thing, with: {type: order, set: {number: =number, total: 7}}}
"""
SECRET, PLAIN = CHECK.replace("TYPE", "{type: text, secret: yes}"), CHECK.replace("TYPE", "text")

OVER = """
auth: none
parameters: {numbers: list of text, pin: {type: text, secret: yes}}
steps:
  - do: schedule_on_list
    with:
      workflow: check
      list: =numbers
      parameters: {number: =this, pin: =pin}
      on_complete: {workflow: check, parameters: {pin: =pin, number: the end}}
"""

LONG = """
auth: none
parameters: {pins: {type: list of text, secret: yes}}
steps:
  - do: for_each
    as: pin
    with: {list: =pins}
    steps:
      - {do: create_thing, with: {type: order, set: {total: 7}}}
"""

ECHO = """
auth: none
parameters: {pin: {type: text, secret: yes}}
steps:
  - {do: return_data, with: {values: {pin: =pin}}}
"""

APP = {"workflows/check.yaml": SECRET, "workflows/echo.yaml": ECHO}


def kept(app: Bench, *columns: str) -> list[Row]:
    """The columns (`op_queue.parameters`) of all rows."""
    table = columns[0].split(".")[0]
    return app.database.read(lambda tx: tx.rows(f"SELECT {', '.join(columns)} FROM {table}"))


def drain(app: Bench) -> None:
    """Execute everything that is due."""

    async def all_of_it() -> None:
        while await app.engine.drain(1.0):
            pass

    asyncio.run(all_of_it())


def ends(app: Bench) -> list[Row]:
    """How the runs of `check` have ended."""
    text = "SELECT state, error FROM op_runs WHERE workflow = 'check'"
    rows = app.database.read(lambda tx: tx.rows(text))
    return [(state, None if error is None else msgspec.json.decode(error)["code"]) for state, error in rows]


def accept(app: Bench, **parameters: Any) -> str:
    call = app.api_call("check", parameters, body=parameters)
    return asyncio.run(app.engine.accept(call))


def test_a_waiting_run_with_a_secret_is_sealed_and_runs(bench: Make) -> None:
    app = bench(APP)
    accept(app, pin=PIN, number="1")
    [(parameters, request)] = kept(app, "op_queue.parameters", "op_queue.request")
    assert parameters.startswith(MARK)
    assert request.startswith(MARK)
    app.restart()
    drain(app)
    assert ends(app) == [("finished", None)]
    assert app.values("order", "number") == ["1"]


def test_what_is_no_secret_is_not_sealed(bench: Make) -> None:
    app = bench(APP | {"workflows/check.yaml": PLAIN})
    accept(app, pin=PIN)
    assert PIN in kept(app, "op_queue.parameters")[0][0]


def test_a_run_of_a_former_version_that_is_not_sealed_runs(bench: Make) -> None:
    app = bench(APP)
    accept(app, pin=PIN, number="1")
    text = msgspec.json.encode([[PIN], ["1"]]).decode()
    app.database.write_now(lambda tx: tx.change(f"UPDATE op_queue SET parameters = '{text}', request = NULL"))
    drain(app)
    assert ends(app) == [("finished", None)]


def test_with_another_key_a_waiting_run_fails_and_says_why(bench: Make) -> None:
    app = bench(APP)
    accept(app, pin=PIN, number="1")
    app.restart(sealing=OTHER)
    drain(app)
    assert ends(app) == [("failed", "KEY_LOST")]
    assert app.count("order") == 0


def test_a_batch_with_a_secret_is_sealed_and_runs(bench: Make) -> None:
    app = bench(APP | {"workflows/over.yaml": OVER})
    assert app.call("over", numbers=["1", "2"], pin=PIN).error is None
    [(shared, on_complete)] = kept(app, "op_batches.parameters", "op_batches.on_complete")
    assert shared.startswith(MARK)
    assert PIN not in on_complete
    assert all(item.startswith(MARK) for (item,) in kept(app, "op_items.item"))
    app.restart()
    drain(app)
    assert sorted(app.values("order", "number")) == ["1", "2", "the end"]


def test_with_another_key_every_item_of_a_batch_fails_and_so_does_what_follows(bench: Make) -> None:
    app = bench(APP | {"workflows/over.yaml": OVER})
    app.call("over", numbers=["1", "2"], pin=PIN)
    app.restart(sealing=OTHER)
    drain(app)
    assert kept(app, "op_batches.state", "op_batches.failed") == [("finished", 2)]
    assert ends(app) == [("failed", "KEY_LOST")] * 2  # one for all items, one for what follows
    assert app.count("order") == 0


def test_a_run_half_way_with_a_secret_and_its_long_lists_are_sealed(
    bench: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "STRETCH_SECONDS", 0.0)
    app = bench({"workflows/go.yaml": LONG})
    pins = [f"{PIN} {n}" for n in range(120)]
    run = app.engine._new_run(app.api_call("go", {"pins": pins}))
    end = app.database.write_now(lambda tx: app.executor.begin(tx, run))
    assert not isinstance(end, Outcome)
    assert PIN not in str(kept(app, "op_runs.resume", "op_runs.journal", "op_runs.parameters"))
    lists = kept(app, "op_loops.items")
    assert lists
    assert all(items.startswith(MARK) for (items,) in lists)
    app.restart()
    (taken,) = app.database.write_now(lambda tx: left_outside(tx, app.executor, app.definitions))
    assert taken.run.parameters == [pins]
    assert taken.progress.hidden == end.progress.hidden
    app.database.write_now(partial(app.executor.go_on, pause=taken, reached=Reached()))
    app.restart(sealing=OTHER)
    assert app.database.write_now(lambda tx: left_outside(tx, app.executor, app.definitions)) == []
    assert app.run(run.id).state == "failed"


def test_a_long_list_that_holds_a_secret_of_the_app_is_sealed(bench: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "STRETCH_SECONDS", 0.0)
    app = bench({"workflows/go.yaml": LONG.replace(", secret: yes", "")}, secrets={"pin": PIN})
    for pins in ([f"{PIN} {n}" for n in range(120)], [str(n) for n in range(120)]):
        run = app.engine._new_run(app.api_call("go", {"pins": pins}))
        app.database.write_now(partial(app.executor.begin, run=run))
    lists = [items.startswith(MARK) for (items,) in kept(app, "op_loops.items")]
    assert sorted(lists) == [*[False] * (len(lists) // 2), *[True] * (len(lists) // 2)]  # the others are no secret
    assert PIN not in str(kept(app, "op_loops.items"))
    assert PIN not in str(kept(app, "op_runs.resume", "op_runs.journal", "op_runs.parameters"))
    app.restart()
    taken, _ = app.database.write_now(lambda tx: left_outside(tx, app.executor, app.definitions))
    assert taken.run.parameters == [[f"{PIN} {n}" for n in range(120)]]


def test_an_exact_answer_with_a_secret_is_sealed_and_repeated(bench: Make) -> None:
    app = bench(APP)
    call = replace(app.api_call("echo", {"pin": PIN}), idempotency=("key", "hash"))
    asyncio.run(app.engine.call(call))
    assert kept(app, "op_answers.body")[0][0].startswith(MARK)
    app.restart()
    repeated = asyncio.run(app.engine.call(call))
    assert repeated.repeated
    assert repeated.answer.values == {"pin": PIN}
    app.restart(sealing=OTHER)
    refused = asyncio.run(app.engine.call(call))
    assert isinstance(refused.error, KeyLost)


LOOKS = """
auth: none
steps:
  - {do: create_thing, with: {type: order, set: {number: =request.body.number.to_text, total: 7}}}
"""

LOOPS = """
auth: none
steps:
  - do: for_each
    as: one
    with: {list: =request.body.numbers.to_list}
    steps:
      - {do: create_thing, with: {type: order, set: {total: 7}}}
"""


def test_the_request_of_a_waiting_run_is_sealed_though_nothing_is_said_to_be_secret(bench: Make) -> None:
    """Nobody says of a request which part of it is a password."""
    app = bench({"workflows/check.yaml": LOOKS})
    accept_request(app, {"number": "1", "password": PIN})
    [(request,)] = kept(app, "op_queue.request")
    assert request.startswith(MARK)
    app.restart()
    drain(app)
    assert app.values("order", "number") == ["1"]


def test_the_request_of_a_run_half_way_is_sealed_though_nothing_is_said_to_be_secret(
    bench: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "STRETCH_SECONDS", 0.0)
    app = bench({"workflows/check.yaml": LOOPS})
    body = {"numbers": [1, 2, 3], "password": PIN}
    run = app.engine._new_run(app.api_call("check", {}, body=body))
    end = app.database.write_now(lambda tx: app.executor.begin(tx, run))
    assert not isinstance(end, Outcome)
    [(resume,)] = kept(app, "op_runs.resume")
    assert resume
    assert PIN not in resume
    app.restart()
    (taken,) = app.database.write_now(lambda tx: left_outside(tx, app.executor, app.definitions))
    assert taken.run.request is not None
    assert taken.run.request.body == body


def test_a_run_that_does_not_look_at_its_request_keeps_nothing_to_seal(bench: Make) -> None:
    app = bench({"workflows/check.yaml": PLAIN})
    asyncio.run(app.engine.accept(app.api_call("check", {"pin": "1"})))
    assert not kept(app, "op_queue.request")[0][0].startswith(MARK)


def accept_request(app: Bench, body: dict[str, Any]) -> None:
    """Let a call of `check` wait that is nothing but its request."""
    asyncio.run(app.engine.accept(app.api_call("check", {}, body=body)))
