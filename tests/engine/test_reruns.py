"""Failed runs, tried again: from the step that failed, with all that came before it, or from the start."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from offpage.actions.action import Prop
from offpage.actions.catalogue import actions
from offpage.actions.kinds import TEXT_VALUE
from offpage.engine.adding_up import add_up
from offpage.engine.calls import ApiCall, Outcome
from offpage.engine.rerunning import Origin, Plan
from offpage.kernel.errors import OffpageError, OutsideFailed
from offpage.services.sealing import Sealing
from offpage.store import answers, definitions, loops, queue, run_lists, runs
from offpage.store.queue import AGAIN
from offpage.values.types import TEXT, Type
from tests.engine.conftest import Bench
from tests.engine.test_retries import Knock, knock, opens_at, to_its_end

__all__ = ["knock"]

Make = Callable[..., Bench]


class Pay(Knock):
    """Knock with what was said the first time, as a call does."""

    repeats = "call"
    door = Prop(TEXT_VALUE, "Door")

    def same(self) -> tuple[list[Type], list[Any]]:
        return [TEXT], [self.door]

    def take_same(self, values: list[Any]) -> None:
        vars(self)["door"] = values[0]


@pytest.fixture(autouse=True)
def pay(knock: None) -> Iterator[None]:
    """The action `pay`."""
    known = actions()
    known[Pay.do()] = Pay
    yield
    del known[Pay.do()]


FLOW = """
auth: none
parameters: {door: {type: text, optional: yes}}
steps:
  - {do: create_thing, as: a, with: {type: order, set: {number: =random_text(12), total: 1}}}
  - {do: pay, as: said, with: {door: "{{ door }} {{ random_text(8) }}"}}
  - {do: change_thing, with: {thing: =a, set: {total: {increase: 1}, tags: {add: =said}}}}
  - {do: return_data, with: {values: {said: =said, total: =a.total}}}
"""


def plan(app: Bench, run_id: str, origin: Origin = "failed") -> Plan:
    found = app.database.read(lambda tx: app.engine.reruns.plan(tx, run_id, origin))
    assert found is not None
    return found


def queued(app: Bench, run_id: str, origin: Origin = "failed") -> str:
    wanted = plan(app, run_id, origin)
    assert wanted.why_not == ""
    return app.database.write_now(lambda tx: app.engine.reruns.queue(tx, wanted))


def drained(app: Bench) -> None:
    """Do what waits, to the end of all that goes outside."""

    async def go() -> None:
        for _ in range(1000):
            count = await app.engine.drain(1)
            if not count and not app.engine._outside._tasks:
                break
            await asyncio.sleep(0)
            if app.engine._outside._tasks:
                await asyncio.wait(app.engine._outside._tasks)
        await app.around.services.http.close()

    asyncio.run(go())


def again(app: Bench, run_id: str, origin: Origin = "failed") -> str:
    """Try a run again, and wait for its end."""
    new_id = queued(app, run_id, origin)
    drained(app)
    return new_id


def failed(app: Bench, name: str = "go", /, **parameters: Any) -> Outcome:
    outcome = app.call(name, **parameters)
    assert outcome.state == "failed"
    return outcome


def why_not(app: Bench, run_id: str, origin: Origin = "failed") -> str:
    wanted = plan(app, run_id, origin)
    if wanted.why_not:
        return wanted.why_not
    with pytest.raises(OffpageError) as caught:
        app.database.write_now(lambda tx: app.engine.reruns.queue(tx, wanted))
    return caught.value.message


def test_from_the_failed_step_with_what_came_before(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW})
    Knock.answers = opens_at(2)
    outcome = failed(app, door="front")
    assert again(app, outcome.run_id) == outcome.run_id
    row = app.run(outcome.run_id)
    assert (row.state, row.error) == ("finished", None)
    assert msgspec.json.decode(row.answer or "")["values"] == {"said": "in", "total": 2}
    assert app.count("order") == 1
    assert Knock.seen[0] == Knock.seen[1], "the same key, and what it was given the first time"
    entry = app.journal(outcome.run_id)[1]
    assert entry["failed_attempts"] == [{"attempt": 1, "code": "OUTSIDE_FAILED", "message": "The door is shut."}]
    assert "error" not in entry


def test_it_may_fail_again_and_be_tried_again(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW})
    Knock.answers = opens_at(4)
    outcome = failed(app)
    for _ in range(2):
        again(app, outcome.run_id)
        assert app.run(outcome.run_id).state == "failed"
    again(app, outcome.run_id)
    assert app.run(outcome.run_id).state == "finished"
    assert len({key for key, _ in Knock.seen}) == 1
    assert len(app.journal(outcome.run_id)) == 4


def test_a_step_with_attempts_has_them_all_again(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW.replace('8) }}"}}', '8) }}"}, retry: {attempts: 2, first: 1 ms}}')})
    Knock.answers = opens_at(4)

    outcome = asyncio.run(to_its_end(app, app.engine.call(app.api_call("go", {}))))
    assert (outcome.state, len(Knock.seen)) == ("failed", 2)
    queued(app, outcome.run_id)
    app.clock.forward(1000)
    drained(app)
    app.clock.forward(1000)
    drained(app)
    assert (app.run(outcome.run_id).state, len(Knock.seen)) == ("finished", 4)


LOOP = """
auth: none
parameters: {numbers: list of text}
steps:
  - do: branch
    with: {when: =yes}
    steps:
      - {do: trigger_event, as: sum, with: {event: each, parameters: {numbers: =numbers}}}
      - {do: create_thing, with: {type: order, set: {number: "{{ sum.last }} after"}}}
"""
EACH = """
trigger: event
parameters: {numbers: list of text}
returns: {last: text}
steps:
  - do: for_each
    as: one
    with: {list: =numbers}
    steps:
      - {do: create_thing, as: made, with: {type: order, set: {number: =one}}}
  - {do: return_data, with: {values: {last: =made.number}}}
"""


def test_within_loops_events_and_branches(bench: Make) -> None:
    each = EACH.replace("as: made, ", "").replace("=made.number", "=numbers.last")
    app = bench({"workflows/go.yaml": LOOP, "workflows/each.yaml": each, "workflows/take.yaml": TAKE})
    app.call("take", number="c")
    outcome = failed(app, numbers=["a", "b", "c", "d"])
    assert app.values("order", "number") == ["c", "a", "b"]
    app.database.write_now(lambda tx: tx.change("DELETE FROM t_order WHERE number = 'c'"))
    again(app, outcome.run_id)
    assert app.run(outcome.run_id).state == "finished"
    assert app.values("order", "number") == ["a", "b", "c", "d", "d after"]
    (branch,) = app.journal(outcome.run_id)
    assert branch["state"] == branch["steps"][0]["state"] == "done"


TAKE = "auth: none\nparameters: {number: text}\nsteps:\n  - {do: create_thing, with: {type: order, set: {number: =number}}}\n"


def test_a_transaction_is_done_once_more_as_a_whole(bench: Make) -> None:
    flow = """
    auth: none
    steps:
      - {do: create_thing, with: {type: order, set: {number: before}}}
      - do: transaction
        steps:
          - {do: create_thing, with: {type: order, set: {number: a}}}
          - {do: create_thing, with: {type: order, set: {number: c}}}
      - {do: create_thing, with: {type: order, set: {number: after}}}
    """
    app = bench({"workflows/go.yaml": flow, "workflows/take.yaml": TAKE})
    app.call("take", number="c")
    outcome = failed(app)
    assert [one.kind for one in plan(app, outcome.run_id, "start").repeats] == ["data"]
    app.database.write_now(lambda tx: tx.change("DELETE FROM t_order WHERE number = 'c'"))
    again(app, outcome.run_id)
    assert app.values("order", "number") == ["before", "a", "c", "after"]


def test_a_loop_whose_condition_fails_keeps_its_rounds(bench: Make) -> None:
    flow = """
    auth: none
    steps:
      - do: while
        with: {condition: =search("order").count < 5, at_most: =3}
        steps:
          - {do: create_thing, with: {type: order, set: {number: =random_text(9)}}}
    """
    app = bench({"workflows/go.yaml": flow})
    outcome = failed(app)
    assert app.count("order") == 3
    again(app, outcome.run_id)
    assert (app.run(outcome.run_id).state, app.count("order")) == ("failed", 3)


def test_the_definition_stays_that_of_the_run(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW})
    Knock.answers = opens_at(2)
    outcome = failed(app)
    app.define({"app.yaml": "name: Test", "types/order.yaml": ORDER, "workflows/go.yaml": "auth: none\nsteps: []\n"})
    old = app.run(outcome.run_id).definition
    swept = app.database.write_now(lambda tx: definitions.sweep(tx, app.clock.now() + 1, app.program.definition))
    assert swept == 0
    app.restart()
    again(app, outcome.run_id)
    assert (app.run(outcome.run_id).state, app.run(outcome.run_id).definition) == ("finished", old)
    assert app.values("order", "total") == [2]


ORDER = "fields:\n  number: {type: text, unique: yes}\n  total: number\n  paid: {type: yes_no, default: no}\n  tags: list of text\n"


def test_from_the_start_as_the_workflow_is_now_and_only_once(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW})
    Knock.answers = opens_at(9)
    outcome = failed(app, door="front")
    changed = FLOW.replace("do: pay", "do: create_thing").replace(
        'with: {door: "{{ door }} {{ random_text(8) }}"}', "with: {type: order, set: {number: =door}}"
    )
    changed = changed.replace("tags: {add: =said}", "paid: =yes").replace("said: =said", "said: =said.number")
    app.define({"app.yaml": "name: Test", "types/order.yaml": ORDER, "workflows/go.yaml": changed})
    new_id = again(app, outcome.run_id, "start")
    assert new_id != outcome.run_id
    row = app.run(new_id)
    assert (row.state, row.parent_id, row.depth) == ("finished", outcome.run_id, 0)
    assert msgspec.json.decode(row.answer or "")["values"]["said"] == "front"
    assert app.run(outcome.run_id).state == "failed"
    assert new_id in why_not(app, outcome.run_id)
    assert new_id in why_not(app, outcome.run_id, "start")


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ("{door: {type: number, optional: yes}}", "is a number now"),
        ("{door: {type: text, optional: yes}, key: text}", "new parameter key"),
    ],
)
def test_parameters_that_fit_no_more_are_said(bench: Make, parameters: str, said: str) -> None:
    app = bench({"workflows/go.yaml": FLOW})
    Knock.answers = opens_at(2)
    outcome = failed(app, door="front")
    changed = f"auth: none\nparameters: {parameters}\nsteps: []\n"
    app.define({"app.yaml": "name: Test", "types/order.yaml": ORDER, "workflows/go.yaml": changed})
    assert said in why_not(app, outcome.run_id, "start")
    assert app.database.read(queue.count) == 0
    again(app, outcome.run_id)
    assert app.run(outcome.run_id).state == "finished", "from the failed step it goes on as it was"


@pytest.mark.parametrize(
    ("why", "status", "may_have_arrived"),
    [
        ("unreachable", None, True),
        ("timeout", None, True),
        *(("answer", status, True) for status in (500, 502, 504, 520, None)),
        *(("answer", status, False) for status in (400, 404, 429, 501, 503, 505)),
        *((why, None, False) for why in ("address", "certificate", "header", "not_allowed")),
        ("not_allowed", 302, True),
        ("token", 500, False),
    ],
)
def test_what_a_rerun_repeats(bench: Make, why: str, status: int | None, may_have_arrived: bool) -> None:
    def failure() -> OutsideFailed:
        details: dict[str, Any] = {} if status is None else {"answer_status": status}
        return OutsideFailed("Cut off.", why=why, **details)

    app = bench({"workflows/go.yaml": FLOW})
    Knock.answers = opens_at(2, failure)
    outcome = failed(app)
    found = plan(app, outcome.run_id).repeats
    expected = [("call", False, True)] if may_have_arrived else []
    assert [(one.kind, one.certain, one.same_key) for one in found] == expected
    start = [one for one in plan(app, outcome.run_id, "start").repeats if one.certain]
    assert [(one.do, one.kind, one.certain) for one in start] == [("create_thing", "data", True)]


def test_what_was_done_outside_though_the_step_failed_is_repeated_for_certain(
    bench: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = bench({"workflows/go.yaml": FLOW})
    Knock.answers = opens_at(1)

    def settle(self: Knock, step: object, reached: object) -> None:
        raise OutsideFailed("What came back is of no use.", why="answer")

    with monkeypatch.context() as patched:
        patched.setattr(Knock, "settle", settle)
        outcome = failed(app)
    (one,) = plan(app, outcome.run_id).repeats
    assert (one.kind, one.certain, one.same_key) == ("call", True, True)
    again(app, outcome.run_id)
    assert app.run(outcome.run_id).state == "finished"


def test_a_run_that_waits_to_be_tried_again_is_not_queued_twice_and_can_be_called_off(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW})
    Knock.answers = opens_at(2)
    outcome = failed(app)
    queued(app, outcome.run_id)
    assert "waits already" in why_not(app, outcome.run_id)
    assert [one.trigger for one in app.database.read(queue.waiting)] == [AGAIN]
    assert app.database.write_now(lambda tx: queue.cancel(tx, outcome.run_id))
    drained(app)
    assert app.run(outcome.run_id).state == "failed"
    again(app, outcome.run_id)
    assert app.run(outcome.run_id).state == "finished"


def test_only_failed_runs_are_tried_again(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW})
    Knock.answers = opens_at(1)
    outcome = app.call("go")
    assert "finished" in why_not(app, outcome.run_id)
    assert app.database.read(lambda tx: app.engine.reruns.plan(tx, "1x1", "failed")) is None


def test_a_run_that_could_not_begin_begins_anew(bench: Make) -> None:
    limit = "name: Test\nlimits: {recursion_depth: 1}\n"
    chain = """
    auth: none
    parameters: {left: number}
    steps:
      - {do: create_thing, with: {type: order, set: {total: =left}}}
      - {do: schedule_workflow, only_when: =left > 0, with: {workflow: go, parameters: {left: =left - 1}}}
    """
    app = bench({"app.yaml": limit, "workflows/go.yaml": chain})
    app.call("go", left=3)
    drained(app)
    (line,) = app.database.read(lambda tx: run_lists.lines(tx, run_lists.RunFilter(state="failed")))
    assert app.values("order", "total") == [3, 2]
    assert plan(app, line.id).origin == "start"
    app.define({"app.yaml": "name: Test", "types/order.yaml": ORDER, "workflows/go.yaml": chain})
    again(app, line.id)
    assert app.values("order", "total") == [3, 2, 1, 0]


def test_a_limit_of_how_many_at_once_holds_reruns_too(bench: Make) -> None:
    app = bench({"workflows/go.yaml": "at_once: 1\n" + FLOW})
    Knock.answers = opens_at(99)
    first, second = failed(app), failed(app)
    most, inside = 0, 0

    async def slow(number: int) -> str:
        nonlocal most, inside
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0.01)
        inside -= 1
        return "in"

    Knock.answers = slow
    queued(app, first.run_id)
    queued(app, second.run_id)
    drained(app)
    drained(app)
    assert [app.run(one.run_id).state for one in (first, second)] == ["finished", "finished"]
    assert most == 1


def test_what_it_keeps_in_secret_is_sealed(bench: Make) -> None:
    flow = FLOW.replace("parameters: {door", "parameters: {word: {type: text, secret: yes}, door")
    app = bench({"workflows/go.yaml": flow.replace("{{ door }} ", "{{ word }} ")})
    Knock.answers = opens_at(2)
    outcome = failed(app, word="open sesame")
    assert "sesame" not in (app.run(outcome.run_id).resume or "")
    again(app, outcome.run_id)
    assert app.run(outcome.run_id).state == "finished"
    assert Knock.seen[1][1] == Knock.seen[0][1] or (Knock.seen[1][1] or "").startswith("open sesame")
    assert "sesame" not in "".join(str(one) for one in app.run(outcome.run_id))


def test_long_lists_stay_until_the_record_goes(bench: Make) -> None:
    flow = """
    auth: none
    parameters: {numbers: list of text}
    steps:
      - do: for_each
        as: one
        with: {list: =numbers}
        steps:
          - {do: create_thing, with: {type: order, set: {number: =one}}}
    """
    app = bench({"workflows/go.yaml": flow, "workflows/take.yaml": TAKE})
    app.call("take", number="150")
    numbers = [str(number) for number in range(300)]
    outcome = failed(app, numbers=numbers)
    app.database.write_now(lambda tx: tx.change("DELETE FROM t_order WHERE number = '150'"))
    again(app, outcome.run_id)
    assert sorted(app.values("order", "number")) == sorted(numbers)
    assert app.database.read(lambda tx: tx.rows("SELECT count(*) FROM op_loops"))[0][0] == 0
    app.call("go", numbers=numbers)
    assert app.database.read(lambda tx: tx.rows("SELECT count(*) FROM op_loops"))[0][0] > 0
    add_up(app.database, 10)
    app.database.write_now(lambda tx: runs.forget(tx, app.clock.now() + 1))
    assert app.database.read(lambda tx: tx.rows("SELECT count(*) FROM op_loops"))[0][0] == 0


def test_a_record_stays_while_its_run_waits_to_be_tried_again(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW})
    Knock.answers = opens_at(2)
    outcome = failed(app)
    queued(app, outcome.run_id)
    add_up(app.database, 10)
    assert app.database.write_now(lambda tx: runs.forget(tx, app.clock.now() + 1)) == 0
    drained(app)
    assert app.run(outcome.run_id).state == "finished"


def test_an_item_of_a_batch_waits_in_its_batch_again(bench: Make) -> None:
    files = {
        "workflows/all.yaml": """
            auth: none
            steps:
              - {do: schedule_on_list, with: {workflow: go, list: '="a,b".split_by(",")', parameters: {door: =this}}}
            """,
        "workflows/go.yaml": FLOW,
    }
    app = bench(files)
    Knock.answers = opens_at(3)
    app.call("all")
    drained(app)
    rows = app.database.read(lambda tx: run_lists.lines(tx, run_lists.RunFilter(workflow="go", state="failed")))
    assert len(rows) == 2
    wanted = plan(app, rows[0].id)
    assert (wanted.item, wanted.origin) == (True, "start")
    again(app, rows[0].id)
    batch = app.database.read(lambda tx: tx.rows("SELECT done, failed FROM op_batches"))
    assert [tuple(one) for one in batch] == [(1, 1)]
    assert "tried again already" in why_not(app, rows[0].id)
    again(app, rows[1].id)
    batch = app.database.read(lambda tx: tx.rows("SELECT done, failed FROM op_batches"))
    assert [tuple(one) for one in batch] == [(2, 0)]


def test_changes_are_told_of_once(bench: Make) -> None:
    files = {
        "workflows/go.yaml": FLOW,
        "workflows/seen.yaml": """
            trigger: data_change
            type: order
            steps:
              - {do: create_thing, with: {type: note, set: {total: =after.total}}}
            """,
        "types/note.yaml": "fields: {total: number}\n",
    }
    app = bench(files)
    Knock.answers = opens_at(2)
    outcome = failed(app)
    assert app.values("note", "total") == [1]
    again(app, outcome.run_id)
    assert app.values("note", "total") == [1, 2]


def test_a_crash_of_a_rerun_outside_is_taken_up_like_any_other(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW})
    Knock.answers = opens_at(2)
    outcome = failed(app)
    queued(app, outcome.run_id)

    async def never(number: int) -> str:
        await asyncio.Event().wait()
        return ""

    async def dies() -> None:
        Knock.answers = never
        await app.engine.drain(1)
        await asyncio.sleep(0)
        await app.engine.stop(0)

    asyncio.run(dies())
    assert app.run(outcome.run_id).state == "outside"
    app.restart()
    Knock.answers = opens_at(1)

    async def taken_up() -> None:
        await app.engine.resume()
        while app.engine._outside._tasks:  # it may have ended already
            await asyncio.wait(app.engine._outside._tasks)

    asyncio.run(taken_up())
    assert app.run(outcome.run_id).state == "finished"
    assert len(set(Knock.seen)) == 1


def test_a_row_that_cannot_be_read_any_more_is_said(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW})
    Knock.answers = opens_at(2)
    outcome = failed(app)
    app.database.write_now(lambda tx: tx.change("UPDATE op_runs SET resume = NULL"))
    assert "not kept" in why_not(app, outcome.run_id)
    assert app.database.read(lambda tx: loops.get(tx, outcome.run_id, 0)) is None


def test_a_password_that_was_refused_is_not_kept(bench: Make) -> None:
    flow = """
    auth: none
    parameters: {word: {type: text, secret: yes}}
    steps:
      - {do: log_in, with: {email: a@b.example, password: =word}}
    """
    app = bench({"workflows/go.yaml": flow})
    outcome = failed(app, word="open sesame")
    assert app.run(outcome.run_id).resume is None
    assert "was refused" in why_not(app, outcome.run_id)


TOO_MUCH = "only_when: =a.each(a).count > 0\n"
"""A condition that cannot be evaluated with thousands of items."""


def test_an_event_whose_condition_fails_leaves_its_caller_as_it_was(bench: Make) -> None:
    flow = """
    auth: none
    parameters: {a: list of text}
    steps:
      - {do: trigger_event, on_error: continue, with: {event: inner, parameters: {a: =a, b: other}}}
      - {do: return_data, with: {values: {count: =a.count}}}
    """
    inner = "trigger: event\nparameters: {b: text, a: list of text}\n" + TOO_MUCH + "steps: []\n"
    app = bench({"workflows/go.yaml": flow, "workflows/inner.yaml": inner})
    outcome = app.call("go", a=["x"] * 2_000)
    assert app.journal(outcome.run_id)[0]["state"] == "failed"
    assert outcome.answer.values == {"count": 2_000}


def test_a_run_whose_condition_failed_begins_anew(bench: Make) -> None:
    take = "auth: none\nparameters: {a: list of text}\n"
    step = "steps:\n  - {do: create_thing, with: {type: order, set: {total: =a.count}}}\n"
    app = bench({"workflows/go.yaml": take + TOO_MUCH + step})
    outcome = failed(app, a=["x"] * 2_000)
    assert plan(app, outcome.run_id).origin == "start"
    app.define({"app.yaml": "name: Test", "types/order.yaml": ORDER, "workflows/go.yaml": take + step})
    again(app, outcome.run_id)
    assert app.values("order", "total") == [2_000]


def test_a_delivery_that_cannot_begin_anew_is_its_senders_to_repeat(bench: Make) -> None:
    app = bench({"workflows/go.yaml": FLOW.replace("auth: none\n", "auth: none\ndedupe: =door\n", 1)})
    Knock.answers = opens_at(2)
    call = app.api_call("go", {"door": "x"}, body={"door": "x"}, idempotency=("the delivery", "its hash"))
    first = asyncio.run(app.engine.call(call)).run_id
    second, ours = queued(app, first, "start"), app.around.sealing

    def place() -> str | None:
        there = app.database.read(lambda tx: answers.get(tx, "go", "the delivery"))
        return None if there is None else there.run_id

    assert place() == second
    app.restart(sealing=Sealing(b"another key, as if ours was lost"))
    drained(app)
    assert app.run(second).state == "failed"
    assert place() is None
    app.restart(sealing=ours)
    third = again(app, second, "start")
    assert (app.run(third).state, place()) == ("finished", third), "it still knows which delivery it was"


DELIVERED = FLOW.replace("auth: none\n", "auth: none\ndedupe: =door\n", 1)


def place_of_delivery(app: Bench) -> str | None:
    """The run that counts as the delivery's."""
    there = app.database.read(lambda tx: answers.get(tx, "go", "the delivery"))
    return None if there is None else there.run_id


def delivered(app: Bench) -> ApiCall:
    return app.api_call("go", {"door": "x"}, body={"door": "x"}, idempotency=("the delivery", "its hash"))


@pytest.mark.parametrize("every", [False, True])
def test_a_delivery_whose_rerun_is_cancelled_is_its_senders_to_repeat(bench: Make, every: bool) -> None:
    app = bench({"workflows/go.yaml": DELIVERED})
    Knock.answers = opens_at(2)
    first = asyncio.run(app.engine.call(delivered(app))).run_id
    second = queued(app, first, "start")
    assert place_of_delivery(app) == second
    cancel = queue.cancel_all if every else (lambda tx: queue.cancel(tx, second))
    assert app.database.write_now(cancel) == 1
    assert place_of_delivery(app) is None
    assert asyncio.run(app.engine.call(delivered(app))).state == "finished"


def test_a_delivery_that_cannot_go_on_is_its_senders_to_repeat(bench: Make) -> None:
    """Its process died while it was outside, and what it needs to go on is gone."""
    app = bench({"workflows/go.yaml": DELIVERED})

    async def never(number: int) -> str:
        await asyncio.Event().wait()
        return ""

    async def die() -> None:
        task = asyncio.create_task(app.engine.call(delivered(app)))
        while not Knock.seen:
            await asyncio.sleep(0)
        task.cancel()
        for one in app.engine._outside._tasks:
            one.cancel()

    Knock.answers = never
    asyncio.run(die())
    assert place_of_delivery(app) is not None
    app.restart()
    app.database.write_now(lambda tx: tx.change("UPDATE op_runs SET definition = 'gone'"))
    asyncio.run(app.engine.resume())
    assert app.database.read(lambda tx: tx.rows("SELECT state FROM op_runs")) == [("failed",)]
    assert place_of_delivery(app) is None


@pytest.mark.parametrize("busy", ["skip", "replace"])
def test_a_delivery_begun_anew_that_does_not_run_after_all_is_its_senders_to_repeat(bench: Make, busy: str) -> None:
    app = bench({"workflows/go.yaml": DELIVERED})
    Knock.answers = opens_at(2)
    first = asyncio.run(app.engine.call(delivered(app))).run_id
    limits = f"auth: none\nrate: 1 per hour\nwhen_busy: {busy}\n"
    app.define(
        {
            "app.yaml": "name: Test",
            "types/order.yaml": ORDER,
            "workflows/go.yaml": DELIVERED.replace("auth: none\n", limits, 1),
        }
    )
    asyncio.run(app.engine.accept(app.api_call("go", {"door": "y"})))
    drained(app)
    second = queued(app, first, "start")
    drained(app)
    if busy == "replace":
        asyncio.run(app.engine.accept(app.api_call("go", {"door": "z"})))
        drained(app)
    assert app.run(second).state == "skipped"
    assert place_of_delivery(app) is None
