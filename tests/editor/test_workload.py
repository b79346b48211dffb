"""What the app costs, as the editor tells it."""

from __future__ import annotations

from typing import Any

from tests.editor.browser import Browser, edit

FILES = {
    "app.yaml": "name: Test\nworkload: {action: 1, thing_written: 10, request: 0.5, byte: 0}\n",
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


def totals(shown: Any) -> dict[str, tuple[float, int]]:
    return {one["key"]: (round(one["total"], 6), one["count"]) for one in shown["series"]}


def test_workload_is_told_by_workflow_by_activity_and_by_step(database_url: str) -> None:
    async def story(browser: Browser) -> list[Any]:
        for name in ("one", "three", "one"):
            await browser.served.post(name)
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


def test_requests_of_the_data_api_and_imports_are_in_the_sums(database_url: str) -> None:
    files = {
        **FILES,
        "app.yaml": "name: Test\napi: {data: yes}\n"
        "workload: {request: 1, thing_written: 10, thing_read: 100, search: 1000, thing_deleted: 0.5, character_read: 0, byte: 0}\n",
        "types/order.yaml": "label: Order\napi: yes\nfields: {name: text}\nprivacy:\n"
        "  everyone: {find: yes, view: all, create: yes, modify: yes, delete: yes}\n",
        "workflows/seen.yaml": "trigger: data_change\ntype: order\nonly_when: no\nsteps: []\n",
    }

    async def story(browser: Browser) -> Any:
        served = browser.served
        made = [(await served.ask("POST", "/api/1.1/obj/order", json={"name": "x"})).json["id"] for _ in range(2)]
        await served.ask("GET", "/api/1.1/obj/order")
        await served.ask("GET", f"/api/1.1/obj/order/{made[0]}")
        await served.ask("PATCH", f"/api/1.1/obj/order/{made[0]}", json={"name": "y"})
        await served.ask("DELETE", f"/api/1.1/obj/order/{made[0]}")
        assert (await served.ask("GET", "/api/1.1/obj/nothing")).status == 404
        csv = {"text": "name\na\nb\n", "separator": ",", "trial": False}
        imported = await browser.post("/development/data/order/import", csv)
        assert (imported["created"], imported["problems"]) == (2, [])
        assert (await browser.ask("GET", "/development/data/order/export")).status == 200
        return await browser.get("/development/workload?by=step&workflow=obj/order"), await browser.get(
            "/development/workload"
        )

    steps, workflows = edit(story, files, database_url)
    found = {key.rpartition(" ")[2]: value for key, value in totals(steps).items()}
    assert found == {
        "data_api_create": (22.0, 2),
        "data_api_search": (1201.0, 1),
        "data_api_read": (101.0, 1),
        "data_api_change": (11.0, 1),
        "data_api_delete": (1.5, 1),
        "import_csv": (20.0, 1),
        "export_csv": (1300.0, 1),
        "data_change": (0.3, 0),
    }
    assert workflows["runs"] == 0
    assert [(one["key"], one["label"]) for one in workflows["series"]] == [("obj/order", "Things: Order")]
    assert round(workflows["total"], 6) == round(steps["total"], 6)


def test_a_time_that_is_too_long_or_an_unknown_word_is_refused() -> None:
    async def story(browser: Browser) -> list[int]:
        queries = ("by=colour", "per=hour&from=2020-01-01T00:00:00Z", "from=nonsense")
        return [(await browser.ask("GET", f"/development/workload?{one}")).status for one in queries]

    assert edit(story, FILES) == [400, 400, 400]
