"""Workflows over a list: items written at once, counted exactly, paused, cancelled, tried again, and what follows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from offpage.store import batches, pausing, queue
from offpage.store.batches import Batch
from tests.engine.conftest import Bench

Make = Callable[..., Bench]

SEED = """
auth: none
parameters: {numbers: list of text}
steps:
  - {do: for_each, as: one, with: {list: =numbers}, steps: [
      {do: create_thing, with: {type: order, set: {number: =one, total: 1}}}]}
"""

PAY = """
auth: none
parameters: {order: order, by: {type: number, optional: yes}}
steps:
  - {do: change_thing, with: {thing: =order, set: {paid: yes, total: {increase: =by.default(1)}}}}
  - {do: change_thing, with: {thing: =order, set: {total: =(1 if order.number != "bad" else empty)}}}
"""

# The second step of a bad item asks for a number that another order has: it fails, and the first is undone with it.
PAY_OR_FAIL = """
auth: none
parameters: {order: order}
only_when: =order.number != "skip"
steps:
  - {do: change_thing, with: {thing: =order, set: {paid: yes}}}
  - {do: change_thing, only_when: '=order.number == "bad"', with: {thing: =order, set: {number: taken}}}
"""

REPORT = """
auth: none
parameters: {id: text, total: number, done: number, failed: number, skipped: number, word: text}
steps:
  - do: create_thing
    with:
      type: report
      set: {batch: =id, total: =total, done: =done, failed: =failed, skipped: =skipped, word: =word}
"""

REPORT_TYPE = """
fields: {batch: text, total: number, done: number, failed: number, skipped: number, word: text}
"""


def over(items: str, *, more: str = "", parameters: str = "{order: =this}", workflow: str = "pay") -> str:
    """A workflow that schedules another one on a list, with a report at the end."""
    return f"""
        auth: none
        parameters: {{word: {{type: text, optional: yes}}}}
        steps:
          - do: schedule_on_list
            as: batch_made
            with:
              list: {items}
              workflow: {workflow}
              parameters: {parameters}
              {more}
              on_complete:
                workflow: report
                parameters:
                  id: =batch.id
                  total: =batch.total
                  done: =batch.done
                  failed: =batch.failed
                  skipped: =batch.skipped
                  word: =word
          - {{do: return_data, with: {{values: {{id: =batch_made.id, total: =batch_made.total, done: =batch_made.done}}}}}}
        """


def app_of(bench: Make, files: Mapping[str, str], numbers: list[str]) -> Bench:
    """An app with orders of these numbers."""
    app = bench(
        {"types/report.yaml": REPORT_TYPE, "workflows/report.yaml": REPORT, "workflows/seed.yaml": SEED, **files}
    )
    outcome = app.call("seed", numbers=numbers)
    assert outcome.error is None
    return app


def drain(app: Bench, seconds: float = 1.0) -> int:
    """Execute everything that is due now; returns how many runs that was."""

    async def all_of_it() -> int:
        done = 0
        while count := await app.engine.drain(seconds):
            done += count
        return done

    return asyncio.run(all_of_it())


def batch_of(app: Bench, batch_id: str) -> Batch:
    """The batch as it is."""
    found = app.database.read(lambda tx: batches.get(tx, batch_id))
    assert found is not None
    return found


def reports(app: Bench) -> list[tuple[Any, ...]]:
    """What the workflow at the end has written."""
    return app.database.read(lambda tx: tx.rows('SELECT total, done, failed, skipped, word FROM "t_report"'))


def left_items(app: Bench) -> int:
    """How many items are still in their table."""
    return int(app.database.read(lambda tx: tx.rows("SELECT count(*) FROM op_items"))[0][0])


def test_every_item_of_a_search_runs_once_and_the_end_is_told_once(bench: Make) -> None:
    files = {"workflows/pay.yaml": PAY, "workflows/all.yaml": over("=search(order)")}
    app = app_of(bench, files, [str(n) for n in range(600)])
    made = app.call("all", word="hello")
    assert made.answer.values["total"] == 600
    assert made.answer.values["done"] == 0
    assert drain(app) == 601
    assert set(app.values("order", "paid")) in ({1}, {True})
    batch = batch_of(app, made.answer.values["id"])
    assert (batch.state, batch.total, batch.done, batch.failed, batch.skipped) == ("finished", 600, 600, 0, 0)
    assert reports(app) == [(600, 600, 0, 0, "hello")]
    assert left_items(app) == 0


def test_the_things_of_a_search_are_written_with_one_statement_and_in_its_order(bench: Make) -> None:
    files = {
        "workflows/pay.yaml": PAY,
        "workflows/all.yaml": over("=search(order, this.total == 1, sort_by=this.number, descending=yes).skip(1)"),
    }
    app = app_of(bench, files, ["b", "a", "c"])
    app.call("all", word="x")
    by_id = dict(zip(app.values("order", "id"), app.values("order", "number"), strict=True))
    rows = app.database.read(lambda tx: tx.rows("SELECT item FROM op_items ORDER BY seq"))
    assert [by_id[item] for (item,) in rows] == ["b", "a"]


def test_privacy_rules_decide_which_things_a_search_gives_to_the_batch(bench: Make) -> None:
    from offpage.accounts.actor import NOBODY

    hidden = "fields: {number: text}\nprivacy: {numbered: {when: '=this.number == \"1\"', find: yes, view: all}}"
    touch = "auth: none\nparameters: {one: secret_thing}\nsteps: []"
    files = {
        "types/secret_thing.yaml": hidden,
        "workflows/touch.yaml": touch,
        "workflows/make.yaml": "auth: none\nparameters: {number: text}\nsteps:\n"
        "  - {do: create_thing, with: {type: secret_thing, set: {number: =number}}}",
        "workflows/all.yaml": over("=search(secret_thing)", parameters="{one: =this}", workflow="touch"),
    }
    app = app_of(bench, files, [])
    for number in ("1", "2"):
        app.call("make", number=number)
    call = app.api_call("all", {"word": "x"})
    call.actor = NOBODY
    assert asyncio.run(app.engine.call(call)).answer.values["total"] == 1


def test_parameters_that_differ_from_item_to_item_are_kept_for_each(bench: Make) -> None:
    files = {
        "workflows/note.yaml": "auth: none\nparameters: {number: text, total: number, code: text}\nsteps:\n"
        "  - {do: create_thing, with: {type: order, set: {number: =number, total: =total, tags: [=code]}}}",
        "workflows/all.yaml": over(
            "=search(order).each(this.number)",
            parameters='{number: "n{{ this }}", total: =this.to_number * 2, code: =random_text(8)}',
            workflow="note",
        ),
    }
    app = app_of(bench, files, [str(n) for n in range(300)])
    app.call("all", word="x")
    drain(app)
    found = dict(zip(app.values("order", "number"), app.values("order", "total"), strict=True))
    assert found == {**{str(n): 1 for n in range(300)}, **{f"n{n}": n * 2 for n in range(300)}}
    tags = app.database.read(lambda tx: tx.rows('SELECT DISTINCT value FROM "l_order__tags"'))
    assert len(tags) == 300


def test_an_empty_list_is_a_batch_that_ends_at_once(bench: Make) -> None:
    files = {"workflows/pay.yaml": PAY, "workflows/all.yaml": over("=search(order)")}
    app = app_of(bench, files, [])
    made = app.call("all", word="none")
    drain(app)
    assert batch_of(app, made.answer.values["id"]).state == "finished"
    assert reports(app) == [(0, 0, 0, 0, "none")]


def test_an_item_that_fails_is_undone_whole_and_recorded_and_the_others_go_on(bench: Make) -> None:
    files = {"workflows/pay.yaml": PAY_OR_FAIL, "workflows/all.yaml": over("=search(order)")}
    app = app_of(bench, files, ["taken", "1", "bad", "skip", "2"])
    made = app.call("all", word="x")
    drain(app)
    batch = batch_of(app, made.answer.values["id"])
    assert (batch.total, batch.done, batch.failed, batch.skipped) == (5, 3, 1, 1)
    assert reports(app) == [(5, 3, 1, 1, "x")]
    paid = dict(zip(app.values("order", "number"), map(bool, app.values("order", "paid")), strict=True))
    assert paid == {"taken": True, "1": True, "bad": False, "skip": False, "2": True}
    ((_, item, run_id),) = app.database.read(lambda tx: batches.failed_items(tx, batch))
    assert item in app.values("order", "id")
    record = app.run(run_id)
    assert (record.state, record.trigger, record.parent_id, record.depth) == ("failed", "batch", batch.id, 1)
    assert [entry["state"] for entry in app.journal(run_id)] == ["undone", "failed"]


def test_failed_items_are_tried_again_and_the_end_is_not_told_twice(bench: Make) -> None:
    files = {"workflows/pay.yaml": PAY_OR_FAIL, "workflows/all.yaml": over("=search(order)")}
    app = app_of(bench, files, ["taken", "bad", "1"])
    batch_id = app.call("all", word="x").answer.values["id"]
    drain(app)
    again = app.database.write_now(lambda tx: batches.retry(tx, batch_id, app.clock.now()))
    assert again == 1
    drain(app)
    assert (batch_of(app, batch_id).done, batch_of(app, batch_id).failed) == (2, 1)
    app.database.write_now(lambda tx: tx.change("UPDATE \"t_order\" SET number = 'free' WHERE number = 'taken'"))
    assert app.database.write_now(lambda tx: batches.retry(tx, batch_id, app.clock.now())) == 1
    drain(app)
    batch = batch_of(app, batch_id)
    assert (batch.state, batch.done, batch.failed, batch.left) == ("finished", 3, 0, 0)
    assert len(reports(app)) == 1
    assert left_items(app) == 0


def test_a_batch_may_stop_at_the_first_failure(bench: Make) -> None:
    listed = over("=search(order, sort_by=this.created_date)", more="on_item_failed: stop")
    app = app_of(bench, {"workflows/pay.yaml": PAY_OR_FAIL, "workflows/all.yaml": listed}, ["taken", "bad", "1", "2"])
    batch_id = app.call("all", word="x").answer.values["id"]
    drain(app)
    batch = batch_of(app, batch_id)
    assert (batch.state, batch.done, batch.failed, batch.skipped) == ("stopped", 1, 1, 2)
    assert reports(app) == [(4, 1, 1, 2, "x")]


def test_with_an_interval_items_follow_one_another_at_their_moments(bench: Make) -> None:
    listed = over("=search(order)", more="interval: 10\n              at: =now + hours(1)")
    app = app_of(bench, {"workflows/pay.yaml": PAY, "workflows/all.yaml": listed}, [str(n) for n in range(5)])
    batch_id = app.call("all", word="x").answer.values["id"]
    assert drain(app) == 0
    app.clock.forward(3_600_000)
    done = []
    for _ in range(5):
        drain(app)
        done.append(batch_of(app, batch_id).done)
        app.clock.forward(10_000)
    assert done == [1, 2, 3, 4, 5]
    drain(app)
    assert len(reports(app)) == 1


def test_after_a_time_without_a_server_the_items_that_are_overdue_run_at_once(bench: Make) -> None:
    listed = over("=search(order)", more="interval: =minutes(1)")
    app = app_of(bench, {"workflows/pay.yaml": PAY, "workflows/all.yaml": listed}, [str(n) for n in range(5)])
    batch_id = app.call("all", word="x").answer.values["id"]
    app.clock.forward(3 * 60_000)
    drain(app)
    assert batch_of(app, batch_id).done == 4


def test_a_paused_batch_waits_and_goes_on_when_it_is_resumed(bench: Make) -> None:
    files = {"workflows/pay.yaml": PAY, "workflows/all.yaml": over("=search(order)")}
    app = app_of(bench, files, [str(n) for n in range(10)])
    batch_id = app.call("all", word="x").answer.values["id"]
    assert app.database.write_now(lambda tx: batches.pause(tx, batch_id))
    assert not app.database.write_now(lambda tx: batches.pause(tx, batch_id))
    assert drain(app) == 0
    assert app.database.read(pausing.next_due) is None
    assert app.database.write_now(lambda tx: batches.resume(tx, batch_id, app.clock.now()))
    drain(app)
    assert batch_of(app, batch_id).done == 10


def test_cancelling_a_batch_skips_the_rest_and_nothing_follows(bench: Make) -> None:
    listed = over("=search(order)", more="interval: 10")
    cancel = "auth: none\nparameters: {id: text}\nsteps:\n  - {do: cancel_scheduled, as: n, with: {id: =id}}\n"
    cancel += "  - {do: return_data, with: {values: {n: =n}}}"
    files = {"workflows/pay.yaml": PAY, "workflows/all.yaml": listed, "workflows/cancel.yaml": cancel}
    app = app_of(bench, files, [str(n) for n in range(10)])
    batch_id = app.call("all", word="x").answer.values["id"]
    drain(app)
    assert app.call("cancel", id=batch_id).answer.values == {"n": 9}
    assert app.call("cancel", id=batch_id).answer.values == {"n": 0}
    app.clock.forward(1_000_000)
    assert drain(app) == 0
    batch = batch_of(app, batch_id)
    assert (batch.state, batch.done, batch.skipped, batch.left) == ("cancelled", 1, 9, 0)
    assert reports(app) == []
    assert left_items(app) == 0


def test_a_paused_workflow_holds_up_its_runs_and_batches_only(bench: Make) -> None:
    later = "auth: none\nparameters: {workflow: text}\nsteps:\n  - {do: schedule_workflow, with: {workflow: other}}"
    note = "auth: none\nsteps:\n  - {do: create_thing, with: {type: order, set: {number: other}}}"
    files = {"workflows/pay.yaml": PAY, "workflows/other.yaml": note, "workflows/later.yaml": later}
    app = app_of(bench, files | {"workflows/all.yaml": over("=search(order)")}, ["1", "2"])
    batch_id = app.call("all", word="x").answer.values["id"]
    app.database.write_now(lambda tx: pausing.pause(tx, "pay"))
    app.database.write_now(lambda tx: pausing.pause(tx, "other"))
    app.call("later", workflow="other")
    drain(app)
    assert batch_of(app, batch_id).done == 0
    assert app.count("order") == 2
    assert app.database.read(queue.count_paused) == 1
    assert app.database.read(pausing.next_due) is None
    app.database.write_now(lambda tx: pausing.resume(tx, app.clock.now(), "other"))
    drain(app)
    assert app.count("order") == 3
    app.database.write_now(lambda tx: pausing.resume(tx, app.clock.now(), "pay"))
    drain(app)
    assert batch_of(app, batch_id).done == 2


def test_while_the_scheduler_is_paused_nothing_runs_and_afterwards_everything(bench: Make) -> None:
    files = {"workflows/pay.yaml": PAY, "workflows/all.yaml": over("=search(order)")}
    app = app_of(bench, files, ["1", "2"])
    app.database.write_now(pausing.pause)
    batch_id = app.call("all", word="x").answer.values["id"]
    assert drain(app) == 0
    app.database.write_now(lambda tx: pausing.resume(tx, app.clock.now()))
    drain(app)
    assert batch_of(app, batch_id).done == 2


@pytest.mark.parametrize("seconds", [0.0, 0.002])
def test_however_short_the_turns_the_counts_are_exact(bench: Make, seconds: float) -> None:
    files = {"workflows/pay.yaml": PAY_OR_FAIL, "workflows/all.yaml": over("=search(order)")}
    app = app_of(bench, files, ["taken", "bad", "skip", *(str(n) for n in range(40))])
    batch_id = app.call("all", word="x").answer.values["id"]
    drain(app, seconds)
    batch = batch_of(app, batch_id)
    assert (batch.done, batch.failed, batch.skipped, batch.state) == (41, 1, 1, "finished")
    assert len(reports(app)) == 1


def test_a_batch_that_is_scheduled_too_deep_fails_with_one_record_that_says_why(bench: Make) -> None:
    again = over("=search(order)", workflow="again", parameters="{order: =this, word: x}").replace(
        "parameters: {word:", "parameters: {order: {type: order, optional: yes}, word:", 1
    )
    app = app_of(
        bench, {"app.yaml": "{name: T, limits: {recursion_depth: 2}}", "workflows/again.yaml": again}, ["1", "2"]
    )
    app.call("again", word="x")
    drain(app)
    states = app.database.read(
        lambda tx: tx.rows("SELECT depth, total, done, failed FROM op_batches ORDER BY depth, seq")
    )
    assert states == [(1, 2, 2, 0), (2, 2, 2, 0), (2, 2, 2, 0), *[(3, 2, 0, 2)] * 4]
    errors = app.database.read(
        lambda tx: tx.rows("SELECT error FROM op_runs WHERE state = 'failed' AND trigger = 'batch'")
    )
    assert len(errors) == 4
    assert all("recursion_depth" in error for (error,) in errors)
