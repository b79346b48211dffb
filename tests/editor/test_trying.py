"""Running a workflow from the editor."""

from __future__ import annotations

import asyncio
from typing import Any

from offpage.host.hosting import open_host
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


AGAIN = {
    "app.yaml": "name: Test\nemail: {from: shop@example.com}\n",
    "types/order.yaml": "fields: {total: number, code: text}\n",
    "workflows/pay.yaml": """\
        auth: none
        parameters: {total: number, token: {type: text, secret: yes}}
        steps:
          - {do: create_thing, as: made, with: {type: order, set: {total: =total, code: "{{ random_text(9) }}"}}}
          - {do: send_email, with: {to: ada@example.com, subject: "{{ token }}", body: Thanks}}
          - {do: return_data, with: {values: {code: =made.code, twice: =total * 2}}}
        """,
}


async def asked_again(browser: Browser, run_id: str, step: int, **more: Any) -> Any:
    body = {"from_run": run_id, "from_step": step} | more
    return await browser.ask("POST", "/development/workflows/pay/run", body)


def test_an_earlier_run_is_run_again_from_a_step() -> None:
    async def story(browser: Browser) -> Any:
        body = {"parameters": {"total": 3, "token": "S3cret-word"}}
        first = await ended(browser, (await browser.post("/development/workflows/pay/run", body))["run_id"])
        told = (await asked_again(browser, first["id"], 1, confirm=False)).json
        file = await browser.get("/files/workflows/pay.yaml")
        later = {"op": "set", "path": ["steps", 2, "with", "values", "twice"], "value": "=total * 20"}
        await browser.post("/files/workflows/pay.yaml/edits", {"revision": file["revision"], "edits": [later]})
        await browser.served.reload()
        begun = (await asked_again(browser, first["id"], 1)).json
        second = await ended_well(browser, begun["run_id"])
        third = await ended_well(browser, (await asked_again(browser, second["id"], 2)).json["run_id"])
        return first, told, second, third, browser.served.count("order")

    first, told, second, third, orders = edit(story, AGAIN)
    assert [one["kind"] for one in told["repeats"]] == ["mail"]
    assert (told["run_id"], told["why_not"]) == ("", "")
    assert second["parent_id"] == first["id"]
    assert third["parent_id"] == second["id"]
    assert (second["actor"], second["parameters"]) == (first["actor"], first["parameters"])
    code = first["answer"]["values"]["code"]
    assert second["answer"]["values"] == third["answer"]["values"] == {"code": code, "twice": 60}
    assert [one.get("taken", False) for one in second["journal"]] == [True, False, False]
    assert orders == 1
    assert "S3cret" not in str((first, second, third))


async def ended_well(browser: Browser, run_id: str) -> Any:
    """The record of a run that goes on from a step: it says `failed` until it does."""
    async with asyncio.timeout(20):
        while True:
            seen = await browser.get(f"/development/runs/{run_id}")
            if seen["state"] == "finished":
                return seen
            await asyncio.sleep(0.01)


def test_live_keeps_nothing_and_runs_nothing_from_a_step() -> None:
    async def story(browser: Browser) -> Any:
        host = browser.served.host
        await browser.post("/deploy", {})
        live = open_host(host.place, ("live",))
        try:
            browser.editor.studio.host = live
            seen = await browser.ask("POST", "/live/workflows/add/run", {"from_run": "x", "from_step": 1})
            keeps = [one.engine.recorder.keeps_finished for one in live.runners.values()]
        finally:
            await live.stop()
            browser.editor.studio.host = host
        return seen, keeps

    seen, keeps = edit(story, FILES)
    assert seen.status == 400
    assert "Live runs" in seen.json["error"]["message"]
    assert keeps == [False]
