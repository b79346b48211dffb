"""The app in short, its issues, the catalogue, and looking for words."""

from __future__ import annotations

from typing import Any

from offpage.actions.catalogue import actions
from offpage.model.keys import STEP
from tests.editor.browser import Browser, edit
from tests.editor.test_files import FILES

SHOP = {
    **FILES,
    "options/status.yaml": "options: {new: New, paid: Paid}\n",
    "connectors/bank.yaml": """\
        address: https://bank.test
        calls:
          pay: {method: POST, path: /pay, parameters: {amount: number}}
        """,
}


def asked(*paths: str) -> list[Any]:
    """What addresses give for the shop."""

    async def story(browser: Browser) -> list[Any]:
        return [await browser.get(path) for path in paths]

    return edit(story, SHOP)


def test_the_app_in_short() -> None:
    (app,) = asked("/app")
    workflow = next(one for one in app["workflows"] if one["id"] == "paid")
    assert (workflow["folder"], workflow["label"], workflow["steps"]) == (
        "orders",
        "Order paid",
        ["change_thing", "trigger_event"],
    )
    order = next(one for one in app["types"] if one["id"] == "order")
    assert {"id": "total", "label": "total", "type": "number", "builtin": False, "unique": False} in order["fields"]
    assert order["rules"] == ["everyone"]
    assert app["option_sets"][0]["options"] == [{"id": "new", "label": "New"}, {"id": "paid", "label": "Paid"}]
    (call,) = app["connectors"][0]["calls"]
    assert call == {
        "id": "pay",
        "name": "bank.pay",
        "parameters": [{"name": "amount", "type": "number", "optional": False}],
    }
    assert app["issues"] == {"errors": 0, "warnings": 0}


def test_issues_lead_to_their_place() -> None:
    async def story(browser: Browser) -> Any:
        folder = browser.editor.studio.folder.path
        (folder / "workflows" / "bad.yaml").write_text("auth: none\nsteps:\n  - do: send_mail\n")
        await browser.served.reload()
        return await browser.get("/issues"), await browser.get("/app")

    (issue, *_), app = edit(story, SHOP)
    assert (issue["file"], issue["line"], issue["path"]) == ("workflows/bad.yaml", 3, ["steps", 0, "do"])
    assert app["issues"]["errors"] == 1
    assert next(one for one in app["workflows"] if one["id"] == "bad")["issues"] == 1


def test_the_catalogue_has_every_action_and_key_that_is_declared() -> None:
    (catalogue,) = asked("/catalogue")
    assert [one["do"] for one in catalogue["actions"]] == sorted(actions())
    assert [one["name"] for one in catalogue["steps"]] == list(STEP.keys)
    branch = next(one for one in catalogue["actions"] if one["do"] == "branch")
    assert branch["holds"] == ["steps", "else"]
    create = next(one for one in catalogue["actions"] if one["do"] == "create_thing")
    assert [(one["name"], one["form"], one["of"]) for one in create["props"]][:2] == [
        ("type", "data_type", ""),
        ("set", "assignments", "type"),
    ]
    assert "cron" in [one["name"] for one in catalogue["triggers"]["recurring"]]
    assert "cron" not in [one["name"] for one in catalogue["triggers"]["api"]]
    assert len(catalogue["operators"]) > 150


def test_words_are_found_in_names_actions_and_texts() -> None:
    by_action, by_field, by_name, by_kind = asked(
        "/search?q=change+thing", "/search?q=total", "/search?q=PAID", "/search?q=paid&kind=workflow"
    )
    assert {(one["file"], tuple(one["path"]), one["kind"]) for one in by_action} == {
        ("workflows/orders/paid.yaml", ("steps", 0), "action")
    }
    assert [one["path"] for one in by_field] == [["fields", "total"]]
    assert by_name[0]["kind"] == "workflow"
    assert [one["file"] for one in by_kind] == ["workflows/orders/paid.yaml"]
