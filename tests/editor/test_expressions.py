"""Expressions while they are written: in the scope of the place where they stand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.editor.browser import Browser, edit
from tests.editor.test_trying import ended

FILES = {
    "types/order.yaml": """\
        fields: {number: text, total: number, paid: yes_no, status: status}
        privacy: {everyone: {find: yes, view: all}}
        """,
    "options/status.yaml": "options: {new: New, paid: Paid}\n",
    "workflows/pay.yaml": """\
        auth: admin
        parameters:
          order: order
          amount: number
        only_when: =amount > 0
        steps:
          - do: create_thing
            as: copy
            with:
              type: order
              set: {number: =order.number}
          - do: change_thing
            with:
              thing: =order
              set: {total: =amount}
          - do: return_data
            with:
              values: {total: "=copy.total"}
        """,
    "workflows/changed.yaml": "trigger: data_change\ntype: order\nsteps:\n  - do: terminate\n",
    "workflows/make.yaml": """\
        auth: none
        parameters: {number: text}
        steps:
          - {do: create_thing, as: made, with: {type: order, set: {number: =number}}}
          - {do: return_data, with: {values: {id: =made.id}}}
        """,
    ".env": "API_KEY=verysecret\n",
}
PAY = "workflows/pay.yaml"


def asked(address: str, *bodies: dict[str, Any]) -> list[Any]:
    """What the server says of expressions."""
    return each(*((address, body) for body in bodies))


def each(*questions: tuple[str, dict[str, Any]]) -> list[Any]:
    """What one server says, asked for one thing after the other."""

    async def story(browser: Browser) -> list[Any]:
        return [await browser.post(f"/expressions/{to}", {"kind": "expression", **body}) for to, body in questions]

    return edit(story, FILES)


def place(*path: str | int, file: str = PAY, **more: Any) -> dict[str, Any]:
    return {"file": file, "path": list(path), **more}


def labels(found: Any, *, only_fitting: bool = False) -> list[str]:
    return [one["label"] for one in found["items"] if one["fits"] or not only_fitting]


def test_names_are_those_that_are_known_at_the_step() -> None:
    first, third, unsaved, condition = asked(
        "complete",
        place("steps", 0, "with", "set", "total", text="", cursor=0),
        place("steps", 2, "with", "values", "new", text="", cursor=0),
        place("steps", 3, "only_when", text="", cursor=0, kind="condition"),
        place("only_when", text="", cursor=0, kind="condition"),
    )
    assert "copy" not in labels(first)
    assert "copy" in labels(third)
    assert "copy" in labels(unsaved)
    assert "copy" not in labels(condition)
    assert {one["label"]: one["kind"] for one in third["items"] if one["label"] in ("copy", "order")} == {
        "copy": "step",
        "order": "parameter",
    }


def test_the_type_that_is_wanted_is_that_of_the_field() -> None:
    total, status, thing = asked(
        "complete",
        place("steps", 1, "with", "set", "total", text="", cursor=0),
        place("steps", 1, "with", "set", "status", text="", cursor=0),
        place("steps", 1, "with", "thing", text="order.", cursor=6),
    )
    fitting = labels(total, only_fitting=True)
    assert fitting[0] == "amount"
    assert {"order.total", "copy.total"} <= set(fitting)
    assert {"Paid", "New", "order.status"} <= set(labels(status, only_fitting=True))
    assert {"total", "number", "status"} <= set(labels(thing))


def test_a_rule_is_about_this_and_a_change_about_before_and_after() -> None:
    rule, change = asked(
        "complete",
        place("privacy", "everyone", "when", file="types/order.yaml", text="this.", cursor=5),
        place("only_when", file="workflows/changed.yaml", text="", cursor=0),
    )
    assert "paid" in labels(rule)
    assert {"before", "after", "after.paid"} <= set(labels(change))


def test_secrets_are_offered_by_name_and_never_shown() -> None:
    found, shown = each(
        ("complete", place("only_when", text="secret.", cursor=7)),
        ("preview", place("only_when", text="secret.API_KEY")),
    )
    assert labels(found) == ["API_KEY"]
    assert "verysecret" not in str(shown)


def test_problems_say_where_they_are_and_parts_what_they_are() -> None:
    wrong, right, template, constant = asked(
        "check",
        place("steps", 1, "with", "set", "total", text="order.totl + 1"),
        place("steps", 1, "with", "set", "total", text="order.total + amount"),
        place("steps", 2, "with", "values", "x", text="No. {{ order.number }}", kind="template"),
        place("steps", 1, "with", "set", "total", text="many", kind="template"),
    )
    (problem,) = wrong["problems"]
    assert (problem["from"], problem["to"]) == (6, 10)
    assert "total" in problem["message"]
    assert right["problems"] == []
    assert right["type"] == "number"
    assert [(one["kind"], one["label"], one["type"]) for one in right["parts"]] == [
        ("parameter", "order", "order"),
        ("field", "total", "number"),
        ("parameter", "amount", "number"),
    ]
    assert (template["type"], template["problems"]) == ("text", [])
    assert "does not fit" in constant["problems"][0]["message"]


async def paid(browser: Browser, order: str) -> None:
    body = {"parameters": {"order": order, "amount": 12}}
    assert (await ended(browser, (await browser.post("/development/workflows/pay/run", body))["run_id"]))[
        "state"
    ] == "finished"


def test_a_preview_has_the_values_of_the_last_run() -> None:
    async def story(browser: Browser) -> list[Any]:
        made = await browser.served.post("make", {"number": "A-1"})
        order = made.json["response"]["id"]
        await paid(browser, order)
        body = place("steps", 2, "with", "values", "total", kind="expression")
        texts = ("amount * 2", "order.number + '!'", "copy.number", "search(order).count", "amount +")
        return [await browser.post("/expressions/preview", {**body, "text": text}) for text in texts]

    found = edit(story, FILES)
    assert [one["value"] for one in found] == [24, "A-1!", "A-1", 2, None]
    assert all(one["run_id"] for one in found[:4])
    assert found[4]["note"]


def test_a_preview_has_the_things_that_are_chosen() -> None:
    async def story(browser: Browser) -> list[Any]:
        first = (await browser.served.post("make", {"number": "A-1"})).json["response"]["id"]
        other = (await browser.served.post("make", {"number": "A-2"})).json["response"]["id"]
        body = place("steps", 2, "with", "values", "total", kind="expression")
        rule = {"file": "types/order.yaml", "path": ["privacy", "everyone", "when"], "kind": "condition"}
        asked = [
            {**body, "text": "order.number", "things": {"order": other}},
            {**body, "text": "order.number", "things": {"order": "gone"}},
            {**rule, "text": "this.number == 'A-2'", "things": {"this": other}},
            {**rule, "text": "this.number == 'A-2'", "things": {"this": first}},
        ]
        found = [await browser.post("/expressions/preview", one) for one in asked]
        await paid(browser, first)
        last = await browser.post("/expressions/preview", asked[0])
        wrong = await browser.ask("POST", "/expressions/preview", {**body, "text": "amount", "things": {"amount": "1"}})
        return [*found, last, wrong.status]

    *found, last, wrong = edit(story, FILES)
    assert [one["value"] for one in found] == ["A-2", None, True, False]
    assert "There is no order" in found[1]["note"]
    assert last["run_id"]
    assert wrong == 400


def test_a_preview_of_the_request_has_the_sample_that_was_detected() -> None:
    async def story(browser: Browser) -> list[Any]:
        body = place("steps", 2, "with", "values", "total", kind="expression")
        without = await browser.post("/expressions/preview", {**body, "text": "request.body"})
        sample = {"body": {"customer": {"name": "Ada"}}, "headers": {"x-shop": "north"}}
        file = await browser.get("/files/workflows/pay.yaml")
        edits = [{"op": "set", "path": ["request_data", "sample"], "value": sample}]
        await browser.post("/files/workflows/pay.yaml/edits", {"revision": file["revision"], "edits": edits})
        await browser.served.reload()
        texts = ("request.body.customer.name + '!'", 'request.headers["x-shop"]', "request.ip")
        return [without, *[await browser.post("/expressions/preview", {**body, "text": text}) for text in texts]]

    without, name, header, ip = edit(story, FILES)
    assert "Detect data" in without["note"]
    assert (name["value"], name["sample"], name["note"]) == ("Ada!", True, "")
    assert header["value"] == "north"
    assert ip["note"] == "The request that was detected has no `ip`: a sample is a body and headers."


@pytest.mark.parametrize("path", [[], ["steps"], ["steps", 0], ["steps", 99, "with", "x"], ["nothing", "here"], [0, 1]])
def test_any_place_has_a_scope(path: list[Any]) -> None:
    completed, checked = each(("complete", place(*path, text="am", cursor=2)), ("check", place(*path, text="amount")))
    assert "amount" in labels(completed)
    assert checked["problems"] == []


def test_a_preview_that_takes_too_long_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offpage.editor.preview.SECONDS", 0.0)
    body = place("steps", 2, "with", "values", "total", kind="expression")
    long = f"'{'a,' * 100}'.split_by(',').each(this.uppercase).count"
    (found,) = asked("preview", {**body, "text": long})
    assert (found["value"], found["note"]) == (None, "It takes longer than a preview may (0 s).")


def test_files_that_are_not_there_are_asked_about_and_not_remembered() -> None:
    async def story(browser: Browser) -> list[str]:
        asked = {"path": ["only_when"], "text": "yes", "kind": "condition"}
        for number in range(3):
            await browser.post("/expressions/check", {"file": f"workflows/new_{number}.yaml", **asked})
        known = browser.served.runner.kept.parsed._files
        return [file for file in known if "new_" in file]

    assert edit(story) == []
