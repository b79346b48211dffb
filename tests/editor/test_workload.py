"""What the app costs, as the editor tells it."""

from __future__ import annotations

from typing import Any

from offpage.store.workload import SETTLED_MS
from tests.editor.browser import Browser, edit

FILES = {
    "app.yaml": "name: Test\nworkload: {action: 1, thing_written: 10, request: 0.5}\n",
    "types/order.yaml": "label: Order\nfields: {name: text}\n",
    "workflows/one.yaml": """
        trigger: api
        auth: none
        label: Make one
        steps:
          - do: create_thing
            with: {type: order, set: {name: a}}
          - do: create_thing
            only_when: no
            with: {type: order, set: {name: b}}
        """,
    "workflows/three.yaml": """
        trigger: api
        auth: none
        steps:
          - do: for_each
            as: n
            with: {list: "=[1, 2, 3]"}
            steps:
              - do: create_thing
                with: {type: order, set: {name: a}}
        """,
}


EARLIER = f"UPDATE op_runs SET started_at = started_at - {SETTLED_MS + 1}, finished_at = finished_at - {SETTLED_MS + 1}"


def totals(shown: Any) -> dict[str, tuple[float, int]]:
    return {one["key"]: (round(one["total"], 6), one["count"]) for one in shown["series"]}


def test_workload_is_told_by_workflow_by_activity_and_by_step(database_url: str) -> None:
    async def story(browser: Browser) -> list[Any]:
        for name in ("one", "three", "one"):
            await browser.served.post(name)
        # On PostgreSQL runs are added up once no other can end before them.
        await browser.served.database.written(lambda tx: tx.change(EARLIER))
        asked = ("by=workflow", "by=activity", "by=step&workflow=three", "by=workflow&per=hour")
        return [await browser.get(f"/development/workload?{one}") for one in asked]

    workflows, activities, steps, hours = edit(story, FILES, database_url)
    assert totals(workflows) == {"three": (33.5, 1), "one": (23.0, 2)}
    assert workflows["series"][1]["label"] == "Make one"
    assert (workflows["runs"], round(workflows["total"], 6), workflows["left"]) == (3, 56.5, 0)
    assert totals(activities) == {"create_thing": (55.0, 5), "run": (1.5, 3), "for_each": (0.0, 1)}
    assert totals(steps) == {
        "three steps/0/steps/0 create_thing": (33.0, 3),
        "three  run": (0.5, 1),
        "three steps/0 for_each": (0.0, 1),
    }
    assert workflows["prices"]["thing_written"] == 10
    assert len(workflows["buckets"]) == 30
    assert len(hours["buckets"]) == 48
    assert round(sum(hours["series"][0]["values"]), 6) == 33.5


def test_sums_stay_when_the_runs_are_forgotten_and_go_on_where_they_were_left() -> None:
    async def story(browser: Browser) -> list[Any]:
        await browser.served.post("one")
        first = await browser.get("/development/workload")
        await browser.served.database.written(lambda tx: tx.change("DELETE FROM op_runs"))
        await browser.served.post("one")
        return [first["runs"], (await browser.get("/development/workload"))["runs"]]

    assert edit(story, FILES) == [1, 2]


def test_a_time_that_is_too_long_or_an_unknown_word_is_refused() -> None:
    async def story(browser: Browser) -> list[int]:
        queries = ("by=colour", "per=hour&from=2020-01-01T00:00:00Z", "from=nonsense")
        return [(await browser.ask("GET", f"/development/workload?{one}")).status for one in queries]

    assert edit(story, FILES) == [400, 400, 400]
