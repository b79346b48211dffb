"""Runs in the editor: the list and its filters, one run, and why something did not run."""

from __future__ import annotations

from typing import Any

from tests.editor.browser import Browser, edit

FILES = {
    "types/order.yaml": """
        label: Order
        fields: {name: text, code: {type: text, unique: yes}, total: number, owner: user}
        privacy:
          owner: {when: =this.owner == current_user, find: yes, view: all}
        """,
    "workflows/add.yaml": """
        trigger: api
        auth: none
        label: Add an order
        parameters: {name: text, total: {type: number, optional: yes}}
        only_when: =name != "nobody" and total > 10
        steps:
          - do: create_thing
            as: made
            with: {type: order, set: {name: =name, total: =total}}
          - do: create_thing
            only_when: =made.total > 1000
            with: {type: order, set: {name: big}}
        """,
    "workflows/count.yaml": """
        trigger: api
        auth: none
        steps:
          - do: return_data
            only_when: =search("order").count > 0
            with: {values: {n: 1}}
        """,
    "workflows/fails.yaml": """
        trigger: api
        auth: none
        steps:
          - do: for_each
            as: one
            with: {list: "=[1, 2]"}
            steps:
              - do: create_thing
                with: {type: order, set: {code: same}}
        """,
    "workflows/off.yaml": "trigger: api\nauth: none\ndisabled: yes\nsteps: []\n",
}


async def ran(browser: Browser, name: str, body: Any = None) -> Any:
    """The record of a run that a request began."""
    seen = await browser.served.post(name, body or {})
    return await browser.get(f"/development/runs/{seen.headers['run-id']}")


def test_a_list_tells_what_ran_and_goes_on_where_it_stopped(database_url: str) -> None:
    async def story(browser: Browser) -> tuple[Any, ...]:
        for total in (20, 5, 30):
            await browser.served.post("add", {"name": "Ada", "total": total})
        first = await browser.get("/development/runs?limit=2")
        second = await browser.get(f"/development/runs?limit=2&before={first['cursor']}")
        skipped = await browser.get("/development/runs?state=skipped")
        words = await browser.get("/development/runs?text=ADA&workflow=add")
        newer = await browser.get(f"/development/runs?after={first['lines'][1]['seq']}")
        return first, second, skipped, words, newer, await browser.get("/development/runs/outline?every=2")

    first, second, skipped, words, newer, outline = edit(story, FILES, database_url)
    assert [line["state"] for line in first["lines"] + second["lines"]] == ["finished", "skipped", "finished"]
    assert second["cursor"] is None
    assert first["lines"][0]["label"] == "Add an order"
    assert [line["state"] for line in skipped["lines"]] == ["skipped"]
    assert len(words["lines"]) == 3
    assert [line["seq"] for line in newer["lines"]] == [first["lines"][0]["seq"]]
    assert (outline["total"], outline["more"], len(outline["marks"])) == (3, False, 2)


def test_a_filter_that_means_nothing_is_refused_with_a_sentence() -> None:
    async def story(browser: Browser) -> list[Any]:
        paths = ("?state=over", "?since=yesterdayish", "/outline?text=x", "/nothing")
        return [(await browser.ask("GET", f"/development/runs{path}")) for path in paths]

    state, since, outline, missing = edit(story, FILES)
    assert (state.status, since.status, outline.status, missing.status) == (400, 400, 400, 404)
    assert "finished" in state.json["error"]["message"]
    assert "2026-03-01T12:00:00Z" in since.json["error"]["message"]


def test_a_run_shows_each_step_with_its_place_in_the_file() -> None:
    async def story(browser: Browser) -> Any:
        return await ran(browser, "add", {"name": "Ada", "total": 20})

    run = edit(story, FILES)
    made, big = run["journal"]
    assert run["parameters"] == {"name": "Ada", "total": 20}
    assert (run["why"], run["workflow_path"], run["is_current"]) == ("", "add", True)
    assert (made["path"], made["do"], made["state"]) == (["steps", 0], "create_thing", "done")
    assert made["inputs"]["set"] == {"name": "Ada", "total": 20}
    assert (big["state"], big["condition"]) == ("skipped", False)
    (told,) = big["why_not"]
    assert told.startswith(
        "`made.total > 1000` is no: `made.total` is empty now. Privacy rules of order hide it from nobody"
    )
    assert told.endswith("without them `made.total` is 20.")


def test_a_skipped_run_says_which_part_of_the_condition_was_no(database_url: str) -> None:
    async def story(browser: Browser) -> list[Any]:
        few = await ran(browser, "add", {"name": "Ada", "total": 3})
        nothing = await ran(browser, "add", {"name": "nobody"})
        return [few["why"], nothing["why"]]

    few, nothing = edit(story, FILES, database_url)
    assert few == "The workflow's condition did not hold, so no step ran. `total > 10` is no: `total` is 3."
    assert '`name != "nobody"` is no: `name` is “nobody”.' in nothing
    assert "`total > 10` is no: `total` is empty." in nothing


def test_what_privacy_rules_hid_is_told(database_url: str) -> None:
    async def story(browser: Browser) -> Any:
        await browser.served.post("add", {"name": "Ada", "total": 20})
        return await ran(browser, "count")

    run = edit(story, FILES, database_url)
    assert run["why"] == "It ran, but did nothing: the condition of each of its steps was no."
    (told,) = run["journal"][0]["why_not"]
    assert told.startswith('`search("order").count > 0` is no: `search("order").count` is 0 now.')
    assert 'Privacy rules of order hide it from nobody: without them `search("order").count` is 1.' in told


def test_what_a_run_changed_after_it_looked_is_said_to_be_so_now() -> None:
    """It looked at 30, which is not kept, and left 31."""
    take = (
        "auth: none\nignore_privacy: yes\nparameters: {order: order}\nsteps:\n"
        "  - {do: terminate, only_when: =order.total > 100}\n"
        "  - {do: change_thing, with: {thing: =order, set: {total: {increase: 1}}}}\n"
    )

    async def story(browser: Browser) -> Any:
        made = await ran(browser, "add", {"name": "Ada", "total": 30})
        return await ran(browser, "take", {"order": made["journal"][0]["result"]})

    run = edit(story, {**FILES, "workflows/take.yaml": take})
    assert run["journal"][0]["why_not"] == ["`order.total > 100` is no: `order.total` is 31 now."]


def test_a_failed_step_inside_a_loop_is_named() -> None:
    async def story(browser: Browser) -> Any:
        return await ran(browser, "fails")

    run = edit(story, FILES)
    assert run["state"] == "failed"
    assert run["why"].startswith("The step steps/0/steps/0 (create_thing) failed: ")
    assert run["can_retry"]
    loop = run["journal"][0]
    assert loop["steps"][0]["path"] == ["steps", 0, "steps", 0]


def test_why_a_workflow_does_not_run_at_all() -> None:
    async def story(browser: Browser) -> list[Any]:
        return [(await browser.get(f"/development/workflows/{one}/why"))["reasons"] for one in ("off", "add", "none")]

    assert edit(story, FILES) == [
        ["The workflow is disabled: nothing starts it."],
        [],
        ["There is no workflow none in this environment."],
    ]
