"""What a run costs: each line of the price list where a run does that, and nothing besides.

Each price is a digit of its own, so that a workload reads as what was counted: see `counts`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from offpage.actions.catalogue import actions
from offpage.engine.adding_up import add_up
from offpage.engine.calls import RequestData
from offpage.model.documents import Prices
from offpage.store import runs, workload
from offpage.store.tx import Tx
from tests.engine.conftest import ORDER, Bench
from tests.engine.test_reruns import again
from tests.engine.test_retries import to_its_end
from tests.other_api import OtherApi, Told, other_api

Make = Callable[..., Bench]

LINES = (
    "action", "search", "aggregate", "thing_read", "thing_written", "thing_deleted", "trigger", "request",
    "outside_call", "schedule",
)  # fmt: skip
COUNTED = {name: 100**at for at, name in enumerate(LINES[:7])}
"""Below 100 of each."""

MORE = {name: 100**at for at, name in enumerate(LINES[7:])}


def app(**prices: float) -> str:
    """An app whose activities are free but for these."""
    every = dict.fromkeys(Prices.__dataclass_fields__, 0) | prices
    return "name: Test\nworkload: {" + ", ".join(f"{name}: {price:f}" for name, price in every.items()) + "}\n"


def counts(units: float, prices: dict[str, int]) -> dict[str, int]:
    """How often each activity was counted."""
    whole = round(units)
    return {name: count for name, price in prices.items() if (count := whole // price % 100)}


def steps(*lines: str, more: str = "") -> str:
    return f"auth: none\n{more}\nsteps:\n" + "".join(f"  - {line}\n" for line in lines)


def spent(bench: Bench, workflow: str, prices: dict[str, int], **parameters: Any) -> dict[str, int]:
    """What a run of the workflow counted."""
    outcome = bench.call(workflow, **parameters)
    assert outcome.error is None
    return counts(bench.run(outcome.run_id).workload, prices)


def orders(bench: Bench, count: int) -> list[str]:
    for at in range(count):
        bench.call("make", n=f"o{at}")
    return [str(one) for one in bench.values("order", "id")]


MAKE = steps("{do: create_thing, with: {type: order, set: {number: =n, total: 1}}}", more="parameters: {n: text}")


def answer(text: str) -> str:
    return steps(f"{{do: return_data, with: {{values: {{it: '={text}'}}}}}}")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("search(order).each(this.number)", {"action": 1, "search": 1, "thing_read": 3}),
        ("search(order).first.number", {"action": 1, "search": 1, "thing_read": 1}),
        ("search(order, this.total > 5).each(this.number)", {"action": 1, "search": 1}),
        ("search(order)", {"action": 1, "search": 1, "thing_read": 3}),
        ("search(order).count", {"action": 1, "aggregate": 1}),
        ("search(order).sum(this.total)", {"action": 1, "aggregate": 1}),
        ("search(order).is_empty", {"action": 1, "aggregate": 1}),
        ("search(order).median(this.total)", {"action": 1, "aggregate": 1}),
        ("search(order).group_by(this.paid)", {"action": 1, "search": 1, "thing_read": 3}),
        ("1 + 1", {"action": 1}),
    ],
)
def test_searches_count_with_what_they_give(bench: Make, text: str, wanted: dict[str, int]) -> None:
    some = bench({"app.yaml": app(**COUNTED), "workflows/make.yaml": MAKE, "workflows/go.yaml": answer(text)})
    orders(some, 3)
    assert spent(some, "go", COUNTED) == wanted


def test_a_thing_counts_once_however_often_a_run_looks_at_it(bench: Make) -> None:
    go = steps(
        "{do: return_data, with: {values: {a: =o.number, b: =o.total}}}",
        "{do: return_data, with: {values: {c: =o.paid, d: =o.tags}}}",
        more="parameters: {o: order}",
    )
    some = bench({"app.yaml": app(**COUNTED), "workflows/make.yaml": MAKE, "workflows/go.yaml": go})
    (one,) = orders(some, 1)
    assert spent(some, "go", COUNTED, o=one) == {"action": 2, "thing_read": 1}


def test_what_is_written_and_deleted_counts_by_the_thing(bench: Make) -> None:
    go = steps(
        "{do: change_list, with: {list: =search(order), set: {paid: yes}}}",
        "{do: delete_list, with: {list: '=search(order, this.number != \"o0\")'}}",
    )
    some = bench({"app.yaml": app(**COUNTED), "workflows/make.yaml": MAKE, "workflows/go.yaml": go})
    orders(some, 3)
    wanted = {"action": 2, "search": 2, "thing_read": 5, "thing_written": 3, "thing_deleted": 2}
    assert spent(some, "go", COUNTED) == wanted


def test_each_look_whether_a_change_concerns_a_workflow_counts(bench: Make) -> None:
    watch = "trigger: data_change\ntype: order\nonly_when: =after.total > {}\nsteps: []\n"
    files = {"app.yaml": app(**COUNTED), "workflows/make.yaml": MAKE}
    some = bench(files | {f"workflows/w{at}.yaml": watch.format(at) for at in range(3)})
    assert spent(some, "make", COUNTED, n="x") == {"action": 1, "thing_written": 1, "trigger": 3}


def test_runs_that_are_scheduled_count_one_by_one(bench: Make) -> None:
    go = steps(
        "{do: schedule_workflow, with: {workflow: make, at: =now + days(1), parameters: {n: x}}}",
        "{do: schedule_on_list, with: {workflow: make, list: [a, b, c], at: =now + days(1), parameters: {n: =this}}}",
    )
    some = bench({"app.yaml": app(**MORE), "workflows/make.yaml": MAKE, "workflows/go.yaml": go})
    assert spent(some, "go", MORE) == {"request": 1, "schedule": 4}


def test_a_run_that_is_scheduled_was_not_asked_for_by_a_request(bench: Make) -> None:
    go = steps("{do: schedule_workflow, with: {workflow: make, at: =now, parameters: {n: x}}}")
    some = bench({"app.yaml": app(**MORE), "workflows/make.yaml": MAKE, "workflows/go.yaml": go})
    some.call("go")
    asyncio.run(some.engine.drain(1))
    text = "SELECT workload FROM op_runs WHERE workflow = 'make'"
    assert some.database.read(lambda tx: tx.rows(text)) == [(0.0,)]


def test_characters_count_of_what_is_read_and_of_nothing_else(bench: Make) -> None:
    files = {
        "app.yaml": app(character_read=1),
        "types/note.yaml": "fields: {title: text, size: number, lines: list of text}\n",
        "workflows/make.yaml": steps(
            "{do: create_thing, with: {type: note, set: {title: '12345', size: 99, lines: [ab, cde]}}}"
        ),
        "workflows/titles.yaml": answer("search(note).each(this.title)"),
        "workflows/count.yaml": answer("search(note).count"),
        "workflows/lines.yaml": answer("search(note).first.lines"),
    }
    some = bench(files)
    assert some.run(some.call("make").run_id).workload == 0
    found = {one: some.run(some.call(one).run_id).workload for one in ("titles", "count", "lines")}
    assert found["titles"] == 5
    assert found["count"] == 0
    assert found["lines"] >= 5


def test_bytes_count_of_the_request_and_of_the_answer(bench: Make) -> None:
    some = bench({"app.yaml": app(byte=1), "workflows/go.yaml": answer('"abc"')})
    call = some.api_call("go", {})
    call.request = RequestData(size=1000)
    outcome = asyncio.run(some.engine.call(call))
    answered = len('{"status":"success","response":{"it":"abc"}}')
    assert some.run(outcome.run_id).workload == 1000 + answered


@pytest.fixture
def api() -> Iterator[OtherApi]:
    with other_api() as found:
        yield found


@pytest.mark.usefixtures("leaves_sockets")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_calls_of_other_programs_count_each_attempt_and_its_bytes(bench: Make, api: OtherApi) -> None:
    again = "retry: {attempts: 3, first: 1s}, on_error: continue"
    files = {
        "app.yaml": app(outside_call=1_000_000, byte=1),
        "connectors/shop.yaml": f"address: {api.url}\ncalls:\n  it: {{method: POST, path: /it, json: {{a: 1}}}}\n",
        "workflows/go.yaml": steps(
            f"{{do: for_each, as: one, with: {{list: [1]}}, steps: [{{do: call_api, with: {{call: shop.it}}, {again}}}]}}"
        ),
    }
    some = bench(files)
    api.answer = lambda asked: Told(500, b"12345")

    async def called() -> str:
        outcome = await to_its_end(some, some.engine.call(some.api_call("go", {})))
        await some.around.services.http.close()
        return outcome.run_id

    run_id = asyncio.run(called())
    each = 1_000_000 + len(b'{"a":1}') + len(b"12345")
    (entry,) = some.journal(run_id)
    assert [one["workload"] for one in entry["steps"]] == [3 * each]
    assert entry["workload"] == 3 * each
    assert some.run(run_id).workload == 3 * each + len('{"status":"success","response":{}}')


def test_what_a_step_costs_is_part_of_what_its_run_costs(bench: Make) -> None:
    go = steps(
        "{do: create_thing, with: {type: order, set: {number: '=search(order).count.as_text'}}}",
        "{do: for_each, as: one, with: {list: =search(order)}, steps: [{do: change_thing, with: {thing: =one, set: {paid: yes}}}]}",
    )
    some = bench({"workflows/make.yaml": MAKE, "workflows/go.yaml": go})
    orders(some, 2)
    outcome = some.call("go")
    run = some.run(outcome.run_id)
    inside = sum(entry["workload"] for entry in some.journal(outcome.run_id))
    prices = Prices()
    answered = len('{"status":"success","response":{}}')
    assert run.workload == pytest.approx(inside + prices.request + prices.byte * answered)


def test_every_price_is_one_that_something_counts() -> None:
    """A price in app.yaml that nothing counts would be a promise that is not kept."""
    counted = {*LINES, "character_read", "byte"}
    assert set(Prices.__dataclass_fields__) == counted
    assert {one.cost.also for one in actions().values()} - {""} <= counted


def summed(some: Bench, by: str) -> float:
    """What the sums say that everything has cost."""
    assert add_up(some.database, 10) == 0
    return sum(one.workload for one in some.database.read(lambda tx: workload.sums(tx, by, 0, 1 << 60)))


def recorded(some: Bench) -> float:
    """What the records say, and the batches of those of their items that have none."""

    def read(tx: Tx) -> float:
        (runs,) = tx.row("SELECT coalesce(sum(workload), 0) FROM op_runs") or (0,)
        (batches,) = tx.row("SELECT coalesce(sum(workload), 0) FROM op_batches") or (0,)
        (twice,) = tx.row("SELECT coalesce(sum(workload), 0) FROM op_runs WHERE trigger = 'batch'") or (0,)
        return float(runs) + float(batches) - float(twice)

    return some.database.read(read)


def test_steps_activities_workflows_and_days_add_up_to_what_the_runs_cost(bench: Make) -> None:
    each = steps(
        "{do: create_thing, with: {type: order, set: {number: =n}}}",
        "{do: return_data, only_when: '=search(order).count < 0', with: {values: {a: 1}}}",
        more="parameters: {n: text}",
    )
    files = {
        "workflows/make.yaml": each,
        "workflows/batch.yaml": steps(
            '{do: schedule_on_list, with: {workflow: make, list: \'=["a", "b", "a", "c"]\', parameters: {n: =this}}}'
        ),
        "workflows/loop.yaml": steps(
            "{do: for_each, as: one, with: {list: '=search(order)'}, steps: ["
            "{do: branch, with: {when: =one.paid}, steps: [{do: terminate}], else: [{do: change_thing, with: {thing: =one, set: {paid: yes}}}]}"
            "]}",
            "{do: create_thing, with: {type: order, set: {number: a}}}",
        ),
        "workflows/watch.yaml": "trigger: data_change\ntype: order\nonly_when: =after.paid\nsteps:\n"
        "  - {do: change_thing, with: {thing: =after, set: {total: 1}}}\n",
    }
    some = bench(files)
    some.call("batch")
    while asyncio.run(some.engine.drain(1)):
        pass
    some.call("loop")
    assert recorded(some) > 0
    for by in ("step", "activity", "workflow"):
        assert summed(some, by) == pytest.approx(recorded(some))
    found = some.database.read(lambda tx: workload.sums(tx, "workflow", 0, 1 << 60))
    times = {one.workflow: one.times for one in found}
    assert times == {"batch": 1, "make": 4, "loop": 1, "watch": 3}


def test_a_changed_price_leaves_what_runs_have_cost(bench: Make) -> None:
    some = bench({"app.yaml": app(action=1), "workflows/make.yaml": MAKE})
    some.call("make", n="a")
    before = summed(some, "step")
    some.call("make", n="b")
    some.define({"app.yaml": app(action=50), "types/order.yaml": ORDER, "workflows/make.yaml": MAKE})
    assert summed(some, "step") == 2 * before
    some.call("make", n="c")
    assert summed(some, "step") == 2 * before + 50


def test_a_run_that_is_forgotten_before_anybody_looks_stays_in_the_sums(bench: Make) -> None:
    day = 86_400_000
    some = bench({"app.yaml": app(action=1) + "retention: {runs: 3 days}\n", "workflows/make.yaml": MAKE})
    some.call("make", n="a")
    some.clock.forward(4 * day)
    asyncio.run(some.engine.tidy())
    assert some.database.read(runs.count) == {}
    assert summed(some, "step") == 1


def test_a_failed_run_that_is_tried_again_costs_what_its_record_says(bench: Make) -> None:
    go = steps(
        "{do: create_thing, with: {type: order, set: {total: 1}}}",
        "{do: create_thing, with: {type: order, set: {number: taken}}}",
        "{do: create_thing, with: {type: order, set: {total: 2}}}",
    )
    some = bench({"workflows/make.yaml": MAKE, "workflows/go.yaml": go})
    some.call("make", n="taken")
    run_id = some.call("go").run_id
    assert summed(some, "workflow") == pytest.approx(recorded(some))
    some.database.write_now(lambda tx: tx.change("DELETE FROM t_order"))
    assert again(some, run_id) == run_id
    assert some.run(run_id).state == "finished"
    assert summed(some, "workflow") == pytest.approx(recorded(some))
