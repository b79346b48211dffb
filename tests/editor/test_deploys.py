"""Deploying from the editor: what it would change, doing it, going back."""

from __future__ import annotations

from typing import Any

from offpage.host.one_run import beside
from tests.editor.browser import Browser, edit

FILES = {
    "types/order.yaml": "label: Order\nfields: {name: text, note: text}\n",
    "workflows/hello.yaml": "trigger: api\nauth: none\nsteps: []\n",
}


def write(browser: Browser, name: str, text: str) -> None:
    (browser.served.host.place.folder / name).write_text(text)


def keep_an_order(browser: Browser) -> None:
    """Live has one order, whose note is no number."""
    with beside(browser.served.host.place, "live") as database:
        insert = "INSERT INTO t_order (id, created_date, modified_date, name, note) VALUES ('o1', 1, 1, 'Ada', 'soon')"
        database.write_now(lambda tx: tx.change(insert))


def test_what_would_change_is_shown_then_done() -> None:
    async def story(browser: Browser) -> tuple[Any, ...]:
        first = await browser.get("/deploy")
        made = await browser.post("/deploy", {"message": "The first one"})
        same = await browser.get("/deploy")
        again = await browser.ask("POST", "/deploy", {})
        return first, made, same, again, await browser.get("/deploys")

    first, made, same, again, deploys = edit(story, FILES)
    assert (first["kind"], first["former"], first["is_live"], first["refused"]) == ("first", None, False, "")
    assert {(one["kind"], one["id"], one["how"]) for one in first["changes"]} >= {("workflow", "hello", "added")}
    assert (made["deploy"]["deploy"], made["served"]) == (1, None)
    assert same["is_live"]
    assert (again.status, again.json["error"]["message"]) == (409, "This is live already: there is nothing to do.")
    assert [(one["message"], one["is_live"], one["is_kept"]) for one in deploys["deploys"]] == [
        ("The first one", True, True)
    ]


def test_what_changes_is_called_as_people_call_it_also_what_is_removed() -> None:
    async def story(browser: Browser) -> Any:
        await browser.post("/deploy", {})
        (browser.served.host.place.folder / "types/order.yaml").unlink()
        write(browser, "workflows/hello.yaml", "label: Say hello\ntrigger: api\nauth: none\nsteps: []\n")
        write(browser, "workflows/new.yaml", "trigger: api\nauth: none\nsteps: []\n")
        return await browser.get("/deploy")

    changes = {one["id"]: (one["how"], one["label"]) for one in edit(story, FILES)["changes"]}
    assert changes == {"order": ("removed", "Order"), "hello": ("changed", "Say hello"), "new": ("added", "")}


def test_what_would_be_lost_must_be_allowed_and_one_can_go_back() -> None:
    async def story(browser: Browser) -> tuple[Any, ...]:
        await browser.post("/deploy", {})
        keep_an_order(browser)
        write(browser, "types/order.yaml", "label: Order\nfields: {name: text, note: number}\n")
        proposal = await browser.get("/deploy")
        refused = await browser.ask("POST", "/deploy", {})
        done = await browser.post("/deploy", {"allow_data_loss": True})
        back = await browser.get("/deploys/1/proposal")
        returned = await browser.post("/deploys/1/rollback", {"allow_data_loss": True})
        missing = await browser.ask("GET", "/deploys/9/proposal")
        return proposal, refused, done, back, returned, missing.status

    proposal, refused, done, back, returned, missing = edit(story, FILES)
    assert [(one["id"], one["how"]) for one in proposal["changes"]] == [("order", "changed")]
    assert "the field note would change" in proposal["losses"][0]
    assert refused.status == 409
    assert done["deploy"]["deploy"] == 2
    assert (back["kind"], back["back_to"]) == ("rollback", 1)
    assert (returned["deploy"]["deploy"], returned["deploy"]["back_to"]) == (3, 1)
    assert missing == 404


def test_a_folder_with_issues_is_not_deployed() -> None:
    async def story(browser: Browser) -> tuple[Any, ...]:
        write(browser, "workflows/hello.yaml", "trigger: api\nsteps: [{do: fly}]\n")
        return await browser.get("/deploy"), await browser.ask("POST", "/deploy", {})

    proposal, refused = edit(story, FILES)
    assert proposal["issues"][0]["message"].startswith("There is no action `fly`.")
    assert proposal["refused"].startswith("An app with issues is not deployed.")
    assert refused.status == 409


def test_what_was_changed_since_it_was_looked_at_is_not_deployed() -> None:
    async def story(browser: Browser) -> tuple[Any, ...]:
        seen = await browser.get("/deploy")
        write(browser, "workflows/more.yaml", "trigger: api\nauth: none\nsteps: []\n")
        refused = await browser.ask("POST", "/deploy", {"definition": seen["definition"]})
        none = await browser.get("/deploys")
        now = await browser.get("/deploy")
        return refused, none, await browser.post("/deploy", {"definition": now["definition"]})

    refused, none, made = edit(story, FILES)
    assert refused.status == 409
    assert "changed since" in refused.json["error"]["message"]
    assert none["deploys"] == []
    assert made["deploy"]["deploy"] == 1
