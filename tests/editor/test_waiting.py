"""What waits, in the editor: scheduled runs, the calendar, batches."""

from __future__ import annotations

from typing import Any

from tests.editor.browser import Browser, edit
from tests.until import asked_until

FILES = {
    "types/order.yaml": "label: Order\nfields: {name: text}\n",
    "workflows/later.yaml": """
        trigger: api
        auth: none
        parameters: {name: text}
        steps:
          - do: schedule_workflow
            as: made
            with: {workflow: note, at: =now.plus_hours(2), parameters: {name: =name}}
          - do: return_data
            with: {values: {id: =made.id}}
        """,
    "workflows/note.yaml": """
        trigger: api
        expose: no
        parameters: {name: text}
        steps:
          - do: create_thing
            with: {type: order, set: {name: =name}}
        """,
    "workflows/many.yaml": """
        trigger: api
        auth: none
        steps:
          - do: schedule_on_list
            as: made
            with: {workflow: one, list: "=[1, 2, 3, 4]", parameters: {n: =this}}
        """,
    "workflows/one.yaml": """
        trigger: api
        expose: no
        parameters: {n: number}
        steps:
          - do: change_thing
            only_when: =n > 2
            with: {thing: =search("order").first, set: {name: x}}
          - do: create_thing
            only_when: =n > 2
            with: {type: order, set: {name: '{{n}}'}}
        """,
    "workflows/hourly.yaml": "trigger: recurring\nevery: hour\nsteps: []\n",
}


async def scheduled(browser: Browser, name: str = "Ada") -> str:
    return str((await browser.served.post("later", {"name": name})).json["response"]["id"])


def test_what_waits_is_listed_shown_and_cancelled() -> None:
    async def story(browser: Browser) -> tuple[Any, ...]:
        run_id = await scheduled(browser)
        found = await browser.get("/development/scheduled?workflow=note")
        shown = await browser.get(f"/development/scheduled/{run_id}")
        as_run = await browser.get(f"/development/runs/{run_id}")
        cancelled = await browser.post(f"/development/scheduled/{run_id}/cancel")
        again = await browser.ask("POST", f"/development/scheduled/{run_id}/cancel", {})
        return run_id, found, shown, as_run, cancelled, again.status

    run_id, found, shown, as_run, cancelled, again = edit(story, FILES)
    assert [(one["id"], one["label"], one["state"]) for one in found["runs"]] == [(run_id, "note", "waiting")]
    assert found["runs"][0]["why"].startswith("is due at ")
    assert shown["parameters"] == {"name": "Ada"}
    assert as_run["state"] == "waiting"
    assert as_run["why"].startswith("It has not begun: is due at ")
    assert (cancelled, again) == ({"cancelled": 1}, 404)


def test_many_are_cancelled_at_once() -> None:
    async def story(browser: Browser) -> list[Any]:
        ids = [await scheduled(browser, name) for name in ("Ada", "Bob", "Cy")]
        some = await browser.post("/development/scheduled/cancel", {"ids": ids[:2]})
        rest = await browser.post("/development/scheduled/cancel", {"workflow": "note"})
        neither = await browser.ask("POST", "/development/scheduled/cancel", {})
        return [some, rest, neither.status]

    assert edit(story, FILES) == [{"cancelled": 2}, {"cancelled": 1}, 400]


def test_a_workflow_is_paused_and_goes_on() -> None:
    async def story(browser: Browser) -> list[Any]:
        run_id = await scheduled(browser)
        paused = await browser.post("/development/scheduled/pause", {"workflow": "note"})
        state = (await browser.get(f"/development/scheduled/{run_id}"))["run"]
        everything = await browser.post("/development/scheduled/pause", {})
        resumed = await browser.post("/development/scheduled/resume", {})
        return [paused, (state["state"], state["why"]), everything, resumed]

    assert edit(story, FILES) == [
        {"everything": False, "workflows": ["note"]},
        ("paused", "the workflow note is paused"),
        {"everything": True, "workflows": ["note"]},
        {"everything": False, "workflows": ["note"]},
    ]


def test_a_workflow_that_there_is_not_is_not_paused() -> None:
    async def story(browser: Browser) -> list[Any]:
        acts = ("pause", "resume")
        seen = [await browser.ask("POST", f"/development/scheduled/{one}", {"workflow": "hourli"}) for one in acts]
        return [
            *[(one.status, one.json["error"]["message"]) for one in seen],
            await browser.get("/development/scheduled"),
        ]

    *refused, page = edit(story, FILES)
    sentence = "There is no workflow hourli, and no run of one waits. Did you mean `hourly`?"
    assert refused == [(404, sentence)] * 2
    assert page["paused"] == {"everything": False, "workflows": []}


def test_the_calendar_tells_what_starts_next() -> None:
    async def story(browser: Browser) -> Any:
        await scheduled(browser)
        return await browser.get("/development/calendar")

    calendar = edit(story, FILES)
    by_workflow: dict[str, int] = {}
    for hour in calendar["hours"]:
        by_workflow[hour["workflow"]] = by_workflow.get(hour["workflow"], 0) + hour["count"]
    assert by_workflow["note"] == 1
    assert by_workflow["hourly"] in (167, 168)
    assert (calendar["more"], calendar["zone"]) == (False, "UTC")


def test_what_recurs_stops_with_its_next_start_and_can_start_again() -> None:
    async def story(browser: Browser) -> tuple[Any, ...]:
        before = await browser.get("/development/scheduled")
        (start,) = [one for one in before["runs"] if one["workflow"] == "hourly"]
        refused = await browser.ask("POST", "/development/scheduled/again", {"workflow": "hourly"})
        await browser.post(f"/development/scheduled/{start['id']}/cancel")
        stopped = await browser.get("/development/scheduled")
        why = await browser.get("/development/workflows/hourly/why")
        again = await browser.post("/development/scheduled/again", {"workflow": "hourly"})
        return before["stopped"], refused.status, stopped, why["reasons"], again

    before, refused, stopped, why, again = edit(story, FILES)
    assert (before, refused, stopped["stopped"]) == ([], 409, ["hourly"])
    assert why[0].startswith("Its next start was cancelled")
    assert (again["stopped"], [one["workflow"] for one in again["runs"]]) == ([], ["hourly"])


def test_a_batch_is_listed_shown_and_steered() -> None:
    async def story(browser: Browser) -> tuple[Any, ...]:
        await browser.served.runner.start()
        await browser.served.post("many")
        done = await asked_until(
            lambda: browser.get("/development/batches"), lambda found: found["batches"][0]["state"] != "running"
        )
        batch_id = done["batches"][0]["id"]
        nothing = await browser.ask("POST", f"/development/batches/{batch_id}/pause", {})
        wrong = await browser.ask("POST", f"/development/batches/{batch_id}/explode", {})
        return done["batches"][0], await browser.get(f"/development/batches/{batch_id}"), nothing, wrong

    batch, shown, nothing, wrong = edit(story, FILES)
    assert (batch["total"], batch["done"] + batch["failed"], batch["progress"]) == (4, 4, 1.0)
    assert shown["batch"]["id"] == batch["id"]
    assert len(shown["failed_items"]) == batch["failed"]
    assert (nothing.status, nothing.json["error"]["code"]) == (409, "CONFLICT")
    assert wrong.status == 404
