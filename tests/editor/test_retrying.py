"""Failed runs, tried again from the editor."""

from __future__ import annotations

from typing import Any

from tests.editor.browser import Browser, edit

FILES = {
    "app.yaml": "name: Test\nemail: {from: shop@example.com}\n",
    "types/order.yaml": "label: Order\nfields: {code: {type: text, unique: yes}}\n",
    "workflows/pay.yaml": """
        trigger: api
        auth: none
        parameters: {code: text}
        steps:
          - do: send_email
            with: {to: ada@example.com, subject: Paid, body: Thanks}
          - do: create_thing
            with: {type: order, set: {code: =code}}
        """,
}


def test_what_is_repeated_is_told_before_a_run_is_tried_again() -> None:
    async def story(browser: Browser) -> Any:
        await browser.served.post("pay", {"code": "A"})
        failed = (await browser.served.post("pay", {"code": "A"})).headers["run-id"]
        at_step = await browser.post(f"/development/runs/{failed}/retry", {"from": "failed"})
        anew = await browser.post(f"/development/runs/{failed}/retry", {"from": "start"})
        before = (await browser.get("/development/scheduled"))["total"]
        done = await browser.post(f"/development/runs/{failed}/retry", {"from": "failed", "confirm": True})
        shown = await browser.get(f"/development/runs/{done['retried'][0]['new_id']}")
        missing = await browser.ask("POST", "/development/runs/nothing/retry", {})
        return at_step, anew, before, done, shown, missing.status

    at_step, anew, before, done, shown, missing = edit(story, FILES)
    assert (at_step["plans"][0]["repeats"], at_step["retried"]) == ([], [])
    assert anew["plans"][0]["repeats"][0]["kind"] == "mail"
    assert (before, done["retried"][0]["error"], missing) == (0, "", 404)
    assert shown["workflow"] == "pay"


def test_many_are_tried_again_by_a_filter() -> None:
    async def story(browser: Browser) -> Any:
        for code in ("A", "A", "A", "B"):
            await browser.served.post("pay", {"code": code})
        asked = {"workflow": "pay", "from": "start"}
        planned = await browser.post("/development/runs/retry", asked)
        done = await browser.post("/development/runs/retry", asked | {"confirm": True})
        return planned, done

    planned, done = edit(story, FILES)
    assert (planned["count"], len(planned["plans"]), len(done["retried"])) == (2, 2, 2)
