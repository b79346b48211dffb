"""The table of things: pages, searches, writes, what somebody sees of it, files in and out, workflows over many."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from tests.editor.browser import Browser, edit
from tests.until import asked_until

FILES = {
    "types/customer.yaml": "label: Customer\nfields: {name: text}\n",
    "types/log.yaml": "label: Log\nfields: {text: text}\n",
    "types/order.yaml": """
        label: Order
        fields:
          name: text
          total: number
          customer: customer
          tags: list of text
          secret: text
        privacy:
          owner: {when: =this.created_by == current_user, find: yes, view: all}
          cheap: {when: =this.total < 10, find: yes, view: [name, total]}
        """,
    "workflows/on_change.yaml": """
        trigger: data_change
        type: order
        steps:
          - do: create_thing
            with: {type: log, set: {text: "{{ before.name }} > {{ after.name }}"}}
        """,
    "workflows/touch.yaml": """
        trigger: api
        expose: no
        parameters: {order: order, note: {type: text, optional: yes}}
        steps:
          - do: change_thing
            with: {thing: =order, set: {secret: =note}}
        """,
}


async def orders(browser: Browser, *several: dict[str, Any]) -> list[str]:
    """Create orders; their ids."""
    return [(await browser.post("/development/data/order", {"values": one}))["id"] for one in several]


def conditions(*several: tuple[Any, ...]) -> str:
    listed = [{"key": key, "constraint_type": kind, "value": value} for key, kind, value in several]
    return "conditions=" + quote(json.dumps(listed))


def are_over(found: Any) -> bool:
    """Whether no batch of a list goes on."""
    return all(one["state"] == "finished" for one in found["batches"])


async def names(browser: Browser, query: str) -> list[str]:
    found = await browser.get(f"/development/data/order?{query}")
    return [row["values"]["name"] for row in found["rows"]]


def test_a_table_has_columns_rows_and_what_references_are_called(database_url: str) -> None:
    async def story(browser: Browser) -> Any:
        customer = (await browser.post("/development/data/customer", {"values": {"name": "Ada"}}))["id"]
        await orders(browser, {"name": "a", "total": 3, "customer": customer, "tags": ["x", "y"]})
        return customer, await browser.get("/development/data/order")

    customer, table = edit(story, FILES, database_url)
    columns = {one["id"]: one for one in table["columns"]}
    assert columns["total"]["type"] == "number"
    assert "greater than" in columns["total"]["operators"]
    assert not columns["created_date"]["writable"]
    assert not columns["tags"]["sortable"]
    assert (table["total"], table["label_field"]) == (1, "name")
    values = table["rows"][0]["values"]
    assert (values["name"], values["total"], values["tags"]) == ("a", 3, ["x", "y"])
    assert table["labels"] == {"customer": {customer: "Ada"}}


def test_a_table_is_searched_filtered_sorted_and_paged(database_url: str) -> None:
    async def story(browser: Browser) -> list[Any]:
        await orders(
            browser, *[{"name": f"Order {n}", "total": n, "secret": "blue" if n == 2 else ""} for n in range(5)]
        )
        page = await browser.get("/development/data/order?sort=total&limit=2&cursor=2")
        behind = await browser.get("/development/data/order?limit=2&cursor=20")
        return [
            await names(browser, "sort=total&descending=yes&limit=2"),
            ([row["values"]["total"] for row in page["rows"]], page["total"]),
            (behind["rows"], behind["total"]),
            await names(browser, "q=BLUE"),
            await names(browser, "sort=total&" + conditions(("total", "greater than", 2))),
            await names(browser, "sort=total&where=" + quote("this.total < 2 or this.total == 4")),
            await names(browser, "q=order&" + conditions(("total", "equals", 3))),
        ]

    assert edit(story, FILES, database_url) == [
        ["Order 4", "Order 3"],
        ([2, 3], 5),
        ([], 5),
        ["Order 2"],
        ["Order 3", "Order 4"],
        ["Order 0", "Order 1", "Order 4"],
        ["Order 3"],
    ]


def test_a_search_that_means_nothing_says_so(database_url: str) -> None:
    async def story(browser: Browser) -> list[Any]:
        queries = (
            "where=this.totl+>+2",
            "sort=nothing",
            conditions(("name", "greater", 2)),
            "conditions=x",
            "sort=tags",
        )
        return [await browser.ask("GET", f"/development/data/order?{one}") for one in queries]

    seen = edit(story, FILES, database_url)
    assert [one.status for one in seen] == [400] * 5
    told = [one.json["error"]["message"] for one in seen]
    assert "totl" in told[0]
    assert "It has: id" in told[1]
    assert "It has: equals" in told[2]


def test_things_are_changed_and_deleted_and_start_what_changes_start(database_url: str) -> None:
    async def story(browser: Browser) -> Any:
        first, second = await orders(browser, {"name": "a", "total": 1}, {"name": "b"})
        changed = await browser.ask(
            "PATCH", f"/development/data/order/{first}", {"values": {"name": "c", "total": None}}
        )
        wrong = await browser.ask("PATCH", f"/development/data/order/{first}", {"values": {"total": "many"}})
        gone = await browser.ask("DELETE", f"/development/data/order/{second}")
        missing = await browser.ask("PATCH", f"/development/data/order/{second}", {"values": {"name": "x"}})
        log = await browser.get("/development/data/log?sort=created_date")
        rest = await browser.post("/development/data/order/delete", {"ids": [first, second]})
        return changed, wrong, gone.status, missing.status, [row["values"]["text"] for row in log["rows"]], rest

    changed, wrong, gone, missing, log, rest = edit(story, FILES, database_url)
    assert changed.json["values"]["name"] == "c"
    assert "total" not in changed.json["values"]
    assert (wrong.status, gone, missing) == (400, 200, 404)
    assert "total" in wrong.json["error"]["message"]
    assert log == [" > a", " > b", "a > c", "b > "]
    assert rest == {"deleted": 1}


def test_who_sees_what_of_a_table(database_url: str) -> None:
    async def story(browser: Browser) -> Any:
        _, dear = await orders(browser, {"name": "cheap", "total": 1, "secret": "s"}, {"name": "dear", "total": 99})
        everything = await browser.get("/development/data/order?as_user=nobody&sort=total")
        found = await browser.get("/development/data/order?as_user=nobody&only_found=yes")
        told = await browser.get(f"/development/data/order/{dear}/privacy?as_user=nobody")
        unknown = await browser.ask("GET", "/development/data/order?as_user=x@y.z")
        return everything["rows"], found, told, unknown.status

    rows, found, told, unknown = edit(story, FILES, database_url)
    cheap, dear = rows
    assert (cheap["values"], cheap["rules"]) == ({"id": cheap["id"], "name": "cheap", "total": 1}, ["cheap"])
    assert "secret" in cheap["hidden"]
    assert (dear["found"], dear.get("rules", [])) == (False, [])
    assert "name" not in dear["values"]
    assert (len(found["rows"]), found["total"]) == (1, 1)
    why = {rule["name"]: rule["why_not"] for rule in told["rules"]}
    assert why["owner"] == ["current_user is empty: nobody is logged in."] or "empty" in why["owner"][0]
    assert why["cheap"] == ["this.total < 10 is no: this.total is 99."]
    assert unknown == 404


def test_things_go_out_as_csv_and_come_in_again(database_url: str) -> None:
    async def story(browser: Browser) -> Any:
        await orders(browser, {"name": "a", "total": 1, "tags": ["x"]})
        csv = (await browser.ask("GET", "/development/data/order/export?format=csv")).body.decode()
        text = "name,total\nb,2\nc,many\n"
        trial = await browser.post("/development/data/order/import", {"text": text})
        after = (await browser.get("/development/data/order"))["total"]
        done = await browser.post("/development/data/order/import", {"text": text, "trial": False})
        nonsense = await browser.ask("POST", "/development/data/order/import", {"text": "nme\nb\n"})
        return csv, trial, after, done, (await browser.get("/development/data/order"))["total"], nonsense

    csv, trial, after, done, total, nonsense = edit(story, FILES, database_url)
    assert csv.splitlines()[0].startswith("id,created_date,")
    assert ",a,1," in csv
    assert (trial["created"], trial["left_out"], after) == (1, 1, 1)
    assert trial["problems"][0]["line"] == 3
    assert (done["created"], done["trial"], total) == (1, False, 2)
    assert (nonsense.status, nonsense.json["error"]["message"].startswith("Order has no field 'nme'.")) == (400, True)


def test_numbers_and_separators_that_are_none_are_refused_with_a_sentence() -> None:
    async def story(browser: Browser) -> list[Any]:
        asked = ["/development/data/order?cursor=²", "/development/data/order?cursor=" + "9" * 30]
        asked += ["/development/mail?skip=-1", "/development/mail/x/attachments/²", "/deploys/²/proposal"]
        seen = [await browser.ask("GET", one) for one in (quote(one, safe="/?=") for one in asked)]
        wide = {"text": "name,total\nb,2\n", "separator": "ab"}
        return [*seen, await browser.ask("POST", "/development/data/order/import", wide)]

    seen = edit(story, FILES)
    assert [one.status for one in seen] == [400, 400, 400, 404, 404, 400]
    assert "one character" in seen[-1].json["error"]["message"]


def test_a_list_begins_with_what_comes_first() -> None:
    async def story(browser: Browser) -> list[int]:
        await orders(browser, {"name": "a"}, {"name": "b"})
        return [len((await browser.get(f"/development/data/order?cursor={skip}"))["rows"]) for skip in (0, 1)]

    assert edit(story, FILES) == [2, 1]


def test_a_workflow_runs_over_the_rows_that_are_chosen_or_found(database_url: str) -> None:
    async def story(browser: Browser) -> Any:
        ids = await orders(browser, *[{"name": str(n), "total": n} for n in range(4)])
        offered = await browser.get("/development/data/order/bulk")
        asked = {"workflow": "touch", "parameters": {"note": "hi"}}
        guess = await browser.post("/development/data/order/bulk", asked)
        some = await browser.post("/development/data/order/bulk", asked | {"ids": ids[:1], "estimate": False})
        query = "?" + conditions(("total", "greater than", 1))
        found = await browser.post("/development/data/order/bulk" + query, asked | {"estimate": False})
        wrong = await browser.ask("POST", "/development/data/order/bulk", {"workflow": "nothing"})
        batches = await asked_until(lambda: browser.get("/development/batches"), are_over)
        hi = await browser.get("/development/data/order?q=hi")
        again = await browser.post("/development/data/order/bulk", asked)
        return offered, guess, some, found, wrong.status, hi["total"], batches["batches"], again

    offered, guess, some, found, wrong, hi, batches, again = edit(story, FILES, database_url)
    assert [one["name"] for one in offered["workflows"]] == ["touch"]
    assert offered["workflows"][0]["parameters"] == [{"name": "note", "type": "text", "optional": True}]
    assert (guess["count"], guess["measured"], guess["batch_id"]) == (4, 0, "")
    assert guess["workload"] > 2
    assert (some["count"], found["count"], wrong, hi) == (1, 2, 404, 3)
    assert {one["id"] for one in batches} == {some["batch_id"], found["batch_id"]}
    assert again["count"] == 4


def test_a_field_that_somebody_has_changed_since_it_was_seen_is_not_written_over(database_url: str) -> None:
    async def story(browser: Browser) -> Any:
        (order,) = await orders(browser, {"name": "a", "tags": ["x"]})
        path = f"/development/data/order/{order}"

        async def change(values: dict[str, Any], was: dict[str, Any]) -> Any:
            return await browser.ask("PATCH", path, {"values": values, "was": was})

        first = await change({"name": "b"}, {"name": "a"})
        late = await change({"name": "c"}, {"name": "a"})
        other = await change({"total": 7}, {"total": None})
        tags = await change({"tags": ["y"]}, {"tags": ["x"]})
        again = await change({"name": "c"}, {"name": "b"})
        return first, late, other, tags, again

    first, late, other, tags, again = edit(story, FILES, database_url)
    assert first.status == other.status == tags.status == 200
    assert late.status == 409
    assert late.json["error"]["theirs"] == "b"
    assert late.json["error"]["message"] == "name was changed meanwhile. Nothing was written."
    assert again.json["values"] == tags.json["values"] | {
        "name": "c",
        "modified_date": again.json["values"]["modified_date"],
    }
