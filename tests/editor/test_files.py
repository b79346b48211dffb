"""The app's files, read and changed by the editor."""

from __future__ import annotations

from typing import Any

import pytest

from tests.asgi import Seen
from tests.editor.browser import Browser, edit

PAID = """\
# What happens once an order is paid.
label: Order paid
auth: admin
parameters:
  order: order
steps:
  - do: change_thing  # marks it
    with:
      thing: =order
      set: {paid: yes}
  - do: trigger_event
    with: {event: tell, parameters: {order: =order}}
"""
FILES = {
    "types/order.yaml": "fields: {paid: yes_no, total: number}\nprivacy: {everyone: {find: yes, view: all}}\n",
    "workflows/orders/paid.yaml": PAID,
    "workflows/tell.yaml": "trigger: event\nparameters: {order: order}\nsteps: []\n",
}
PATH = "/files/workflows/orders/paid.yaml"


def texts(*stories: Any) -> Any:
    """Do things with the file of the workflow; `stories` get a browser and the file as it was."""

    async def story(browser: Browser) -> list[Any]:
        before = await browser.get(PATH)
        return [await one(browser, before) for one in stories]

    return edit(story, FILES)


def test_a_file_is_shown_as_text_and_as_what_it_says() -> None:
    async def story(browser: Browser) -> Any:
        return await browser.get(PATH)

    seen = edit(story, FILES)
    assert seen["text"] == PAID
    assert list(seen["content"]) == ["label", "auth", "parameters", "steps"]
    assert seen["content"]["steps"][0]["with"]["thing"] == "=order"
    assert seen["issues"] == []


def test_an_edit_keeps_comments_and_gives_the_issues_at_once() -> None:
    async def change(browser: Browser, before: Any) -> Any:
        path = ["steps", 0, "with", "set", "total"]
        edits = [{"op": "set", "path": path, "value": "=order.totl"}]
        return await browser.post(PATH + "/edits", {"revision": before["revision"], "edits": edits})

    (after,) = texts(change)
    assert "# marks it" in after["text"]
    (issue,) = after["issues"]
    assert issue["path"] == ["steps", 0, "with", "set", "total"]
    assert "totl" in issue["message"]


def test_an_edit_of_a_type_or_of_the_settings_gives_the_issues_of_that_file_at_once() -> None:
    async def change(browser: Browser, path: str, edits: list[Any]) -> list[str]:
        before = await browser.get(path)
        after = await browser.post(f"{path}/edits", {"revision": before["revision"], "edits": edits})
        return [one["message"] for one in after["issues"]]

    async def story(browser: Browser) -> list[Any]:
        rule = ["privacy", "everyone", "when"]
        return [
            await change(browser, "/files/types/order.yaml", [{"op": "set", "path": rule, "value": "=this.piad"}]),
            await change(browser, "/files/app.yaml", [{"op": "set", "path": ["on_failure"], "value": "tel"}]),
        ]

    (rules, settings) = edit(story, FILES)
    assert ["piad" in one for one in rules] == [True]
    assert ["`tel`" in one for one in settings] == [True]


def test_edits_of_an_old_text_are_merged_or_refused() -> None:
    async def story(browser: Browser, before: Any) -> list[Any]:
        file = browser.editor.studio.folder.path / "workflows" / "orders" / "paid.yaml"
        file.write_text(PAID.replace("Order paid", "Changed by hand"))
        edits = [{"op": "set", "path": ["auth"], "value": "user"}]
        merged = await browser.post(PATH + "/edits", {"revision": before["revision"], "edits": edits})
        edits = [{"op": "set", "path": ["label"], "value": "Mine"}]
        refused = await browser.ask("POST", PATH + "/edits", {"revision": before["revision"], "edits": edits})
        unknown = await browser.ask("POST", PATH + "/edits", {"revision": "of long ago", "edits": edits})
        return [merged, refused, unknown]

    merged, refused, unknown = texts(story)[0]
    assert "Changed by hand" in merged["text"]
    assert merged["merged"]
    assert merged["content"]["auth"] == "user"
    error = refused.json["error"]
    assert (refused.status, error["code"], error["file"]) == (409, "CONFLICT", "workflows/orders/paid.yaml")
    assert "label: Order paid" in error["base"]
    assert "label: Mine" in error["yours"]
    assert "label: Changed by hand" in error["theirs"]
    assert unknown.status == 409


def test_a_file_is_created_once_and_exchanged_and_deleted() -> None:
    async def story(browser: Browser) -> list[Any]:
        path = "/files/workflows/new/hello.yaml"
        made = await browser.ask("PUT", path, {"revision": None, "text": "auth: none\nsteps: []\n"})
        again = await browser.ask("PUT", path, {"revision": None, "text": "x: 1\n"})
        revision = made.json["revision"]
        undone = await browser.ask("PUT", path, {"revision": revision, "text": "auth: user\nsteps: []\n"})
        stale = await browser.ask("PUT", path, {"revision": revision, "text": "auth: none\n"})
        gone = await browser.ask("DELETE", path)
        missing = await browser.ask("GET", path)
        folder = browser.editor.studio.folder.path / "workflows" / "new"
        return [
            made.status,
            again.status,
            undone.status,
            stale.status,
            gone.json["text"],
            missing.status,
            folder.exists(),
        ]

    assert edit(story, FILES) == [200, 409, 200, 409, "auth: user\nsteps: []\n", 404, False]


def test_a_renamed_workflow_takes_along_who_names_it() -> None:
    async def story(browser: Browser) -> list[Any]:
        path = "/files/workflows/tell.yaml/move"
        refused = await browser.ask("POST", path, {"to": "workflows/mails/inform.yaml"})
        moved = await browser.post(path, {"to": "workflows/mails/inform.yaml", "update_references": True})
        return [refused, moved, await browser.get(PATH), await browser.get("/files/workflows/mails/inform.yaml")]

    refused, moved, paid, inform = edit(story, FILES)
    assert refused.status == 409
    assert refused.json["error"]["references"] == ["workflows/orders/paid.yaml"]
    assert moved == {"file": "workflows/mails/inform.yaml", "changed": ["workflows/orders/paid.yaml"]}
    assert "event: inform" in paid["text"]
    assert "# marks it" in paid["text"]
    assert inform["content"]["trigger"] == "event"


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        ".offpage/development.db",
        "workflows/../.env",
        "workflows/%2e%2e/%2e%2e/etc/passwd.yaml",
        "types/.hidden.yaml",
        "workflows//x.yaml",
        "other/x.yaml",
        "workflows/outside.yaml",
        "workflows/secrets.yaml",
        "workflows/x.yml",
    ],
)
def test_what_is_no_file_of_the_app_is_neither_read_nor_written(path: str) -> None:
    async def story(browser: Browser) -> list[Seen]:
        folder = browser.editor.studio.folder.path
        (folder / ".env").write_text("KEY=secret-value\n")
        (folder / "workflows" / "outside.yaml").symlink_to("/etc/hostname")
        (folder / "workflows" / "secrets.yaml").symlink_to(folder / ".env")
        read = await browser.ask("GET", f"/files/{path}")
        written = await browser.ask("PUT", f"/files/{path}", {"revision": None, "text": "KEY: stolen\n"})
        return [read, written]

    for seen in edit(story, FILES):
        assert seen.status == 404
        assert b"secret-value" not in seen.body


def test_a_name_that_is_taken_on_disk_changes_nothing_elsewhere() -> None:
    """The other file cannot be read as a workflow, so the app does not know its name; the folder does."""

    async def story(browser: Browser) -> list[Any]:
        other = browser.editor.studio.folder.path / "workflows/mails/inform.yaml"
        other.parent.mkdir()
        other.write_text("a: [")
        wanted = {"to": "workflows/mails/inform.yaml", "update_references": True}
        refused = await browser.ask("POST", "/files/workflows/tell.yaml/move", wanted)
        return [refused, other.read_text(), (await browser.get(PATH))["text"]]

    refused, other, paid = edit(story, FILES)
    assert (refused.status, other) == (409, "a: [")
    assert "event: tell" in paid


def test_what_cannot_be_written_is_told_in_a_sentence() -> None:
    async def story(browser: Browser) -> list[Any]:
        folder = browser.editor.studio.folder.path
        (folder / "workflows/plain.yaml").write_bytes(b"\xff\xfe")
        (folder / "workflows/blocked").write_text("a file where a folder is needed")
        revision = (await browser.get(PATH))["revision"]
        nested: Any = "x"
        for _ in range(600):
            nested = [nested]
        new = {"revision": None, "text": "trigger: api\n"}
        nowhere = {"revision": revision, "edits": [{"op": "set", "path": [0], "value": 1}]}
        deep = {"revision": revision, "edits": [{"op": "set", "path": ["note"], "value": nested}]}
        return [
            await browser.ask("PUT", f"/files/workflows/{'a' * 300}.yaml", new),
            await browser.ask("PUT", f"/files/workflows/{'æ' * 190}.yaml", new),
            await browser.ask("PUT", "/files/workflows/blocked/new.yaml", new),
            await browser.ask("GET", "/files/workflows/plain.yaml"),
            await browser.ask("POST", f"{PATH}/edits", nowhere),
            await browser.ask("POST", f"{PATH}/edits", deep),
        ]

    long, wide, blocked, plain, nowhere, deep = edit(story, FILES)
    assert [one.status for one in (long, wide, blocked, plain, nowhere, deep)] == [404, 500, 500, 400, 400, 400]
    assert "name too long" in wide.json["error"]["message"]
    assert "cannot be read or written" in blocked.json["error"]["message"]
    assert "not UTF-8" in plain.json["error"]["message"]
    assert "nested" in deep.json["error"]["message"]


def test_a_text_is_merged_into_what_others_have_made_of_the_file_if_that_is_asked_for() -> None:
    async def story(browser: Browser, before: Any) -> list[Any]:
        file = browser.editor.studio.folder.path / "workflows/orders/paid.yaml"
        mine = await browser.ask("PUT", PATH, {"revision": before["revision"], "text": PAID.replace("Order", "Sale")})
        theirs = mine.json["text"].replace("# marks it", "# by hand")
        file.write_text(theirs, "utf-8")
        asked = {"revision": mine.json["revision"], "text": PAID}
        refused = await browser.ask("PUT", PATH, asked)
        merged = await browser.ask("PUT", PATH, {**asked, "merge": True})
        return [refused, merged, theirs, file.read_text("utf-8")]

    ((refused, merged, theirs, text),) = texts(story)
    assert refused.status == 409
    assert merged.status == 200, merged.body
    assert merged.json["merged"]
    assert merged.json["before"] == theirs
    assert text == merged.json["text"] == PAID.replace("# marks it", "# by hand")


def test_what_is_edited_after_an_edit_that_was_merged_may_be_of_ones_own_text() -> None:
    async def story(browser: Browser, before: Any) -> list[Any]:
        file = browser.editor.studio.folder.path / "workflows/orders/paid.yaml"
        file.write_text(PAID.replace("steps:\n", "steps:\n  - {do: log_out}\n"), "utf-8")

        def asked(revision: str, text: str) -> dict[str, Any]:
            return {"revision": revision, "edits": [{"op": "set", "path": ["steps", 0, "note"], "value": text}]}

        first = await browser.post(PATH + "/edits", asked(before["revision"], "p"))
        then = await browser.post(PATH + "/edits", asked(first["yours_revision"], "paid"))
        return [first, then]

    first, then = texts(story)[0]
    assert "log_out" not in first["yours"]
    assert [one.get("note") for one in first["content"]["steps"][:2]] == [None, "p"]
    assert [one.get("note") for one in then["content"]["steps"][:2]] == [None, "paid"]
    assert then["before"] == first["text"]


def test_a_file_that_was_changed_just_now_is_not_changed_at_the_wrong_place() -> None:
    async def story(browser: Browser) -> list[Any]:
        file = browser.editor.studio.folder.path / "workflows/orders/paid.yaml"
        changed = PAID.replace("steps:\n", "steps:\n  - {do: log_out}\n")  # and the app is not read again yet
        file.write_text(changed, "utf-8")
        wanted = {"to": "workflows/inform.yaml", "update_references": True}
        refused = await browser.ask("POST", "/files/workflows/tell.yaml/move", wanted)
        left = file.read_text("utf-8") == changed
        await browser.served.reload()
        return [refused, left, await browser.post("/files/workflows/tell.yaml/move", wanted), file.read_text("utf-8")]

    refused, left, moved, text = edit(story, FILES)
    assert refused.status == 409
    assert "was changed just now" in refused.json["error"]["message"]
    assert left
    assert moved["changed"] == ["workflows/orders/paid.yaml"]
    assert "event: inform" in text


def test_steps_that_are_nested_too_deeply_to_be_pasted_are_told_in_a_sentence() -> None:
    async def story(browser: Browser) -> Seen:
        nested: Any = "x"
        for _ in range(600):
            nested = [nested]
        steps = [{"do": "return_data", "with": {"values": nested}}]
        return await browser.ask("POST", "/steps/renamed", {"steps": steps, "names": {"a": "b"}})

    seen = edit(story)
    assert seen.status == 400
    assert "nested" in seen.json["error"]["message"]


def test_a_sample_that_comes_waits_for_whoever_writes_the_file() -> None:
    async def story(browser: Browser) -> list[str]:
        host, order = browser.served.host, list[str]()

        class Writing:
            """A lock that tells when it is held."""

            def __enter__(self) -> None:
                order.append("held")

            def __exit__(self, *what: object) -> None:
                text = host.place.folder.joinpath("workflows/tell.yaml").read_text("utf-8")
                order.append("kept" if "sample" in text else "too late")

        host.writing = Writing()  # type: ignore[assignment]
        host._keep_sample("tell", {"body": {}})
        return order

    assert edit(story, FILES) == ["held", "kept"]
