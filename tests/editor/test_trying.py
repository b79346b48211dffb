"""Running a workflow from the editor."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.editor.browser import Browser, edit

FILES = {
    "types/order.yaml": "fields: {total: number}\nprivacy: {everyone: {find: yes, view: all}}\n",
    "workflows/add.yaml": """\
        parameters: {total: number, note: {type: text, optional: yes}, due: {type: date, optional: yes}}
        steps:
          - {do: create_thing, as: made, with: {type: order, set: {total: =total}}}
          - {do: return_data, with: {values: {total: =made.total}}}
        """,
    "workflows/tell.yaml": """\
        trigger: event
        parameters: {total: number}
        steps: [{do: create_thing, with: {type: order, set: {total: =total}}}]
        """,
    "workflows/sign_up.yaml": """\
        auth: none
        parameters: {email: text}
        steps: [{do: sign_up, with: {email: =email, password: Abcdefgh1}}]
        """,
}


async def ended(browser: Browser, run_id: str) -> Any:
    """The run's record, once it has ended."""
    async with asyncio.timeout(20):
        while True:
            seen = await browser.ask("GET", f"/development/runs/{run_id}")
            if seen.status == 200 and seen.json["state"] in ("finished", "failed", "skipped"):
                return seen.json
            await asyncio.sleep(0.01)


def test_a_workflow_is_run_with_parameters_and_its_record_follows() -> None:
    async def story(browser: Browser) -> Any:
        begun = await browser.post("/development/workflows/add/run", {"parameters": {"total": "12.5", "note": ""}})
        return await ended(browser, begun["run_id"])

    record = edit(story, FILES)
    assert record["state"] == "finished"
    assert record["parameters"]["total"] == 12.5
    assert record["actor"] == "admin"
    assert [one["do"] for one in record["journal"]] == ["create_thing", "return_data"]


def test_a_workflow_is_run_as_a_user() -> None:
    async def story(browser: Browser) -> Any:
        await browser.served.post("sign_up", {"email": "ada@shop.test"})
        body = {"parameters": {"total": 1}, "as_user": "Ada@shop.test"}
        begun = await browser.post("/development/workflows/add/run", body)
        nobody = await browser.ask("POST", "/development/workflows/add/run", {**body, "as_user": "x@y.z"})
        return await ended(browser, begun["run_id"]), nobody

    record, nobody = edit(story, FILES)
    assert record["actor"] == "user"
    assert record["user_id"]
    assert nobody.status == 404


def test_an_event_is_run_too() -> None:
    async def story(browser: Browser) -> Any:
        begun = await browser.post("/development/workflows/tell/run", {"parameters": {"total": 3}})
        record = await ended(browser, begun["run_id"])
        return record["state"], browser.served.count("order")

    assert edit(story, FILES) == ("finished", 1)


def test_every_wrong_parameter_is_told_by_its_name() -> None:
    async def story(browser: Browser) -> Any:
        body = {"parameters": {"due": "never", "other": 1}}
        wrong = await browser.ask("POST", "/development/workflows/add/run", body)
        missing = await browser.ask("POST", "/development/workflows/none/run", {})
        live = await browser.ask("POST", "/live/workflows/add/run", {})
        return wrong, missing, live

    wrong, missing, live = edit(story, FILES)
    assert wrong.status == 400
    assert set(wrong.json["error"]["problems"]) == {"total", "due", "other"}
    assert (missing.status, live.status) == (404, 404)
