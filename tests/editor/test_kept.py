"""What was kept and what stood out, in the editor: mail, deliveries, the log."""

from __future__ import annotations

from typing import Any

from tests.editor.browser import Browser, edit

FILES = {
    "app.yaml": "name: Test\nemail: {from: shop@example.com}\n",
    "types/fruit.yaml": "fields: {name: {type: text, unique: yes}}\n",
    "workflows/write.yaml": """
        trigger: api
        auth: none
        steps:
          - do: send_email
            with:
              to: ada@example.com
              subject: Hello Ada
              body: "You owe <b>3</b>"
        """,
    "workflows/hook.yaml": """
        trigger: api
        auth: none
        ack: first
        parameters: {name: text}
        steps:
          - do: return_data
            with: {values: {name: =name}}
        """,
    "workflows/fails.yaml": """
        trigger: api
        auth: none
        steps:
          - do: create_thing
            with: {type: fruit, set: {name: apples}}
          - do: create_thing
            with: {type: fruit, set: {name: apples}}
        """,
}


def test_captured_mail_is_listed_and_read() -> None:
    async def story(browser: Browser) -> tuple[Any, ...]:
        await browser.served.post("write")
        page = await browser.get("/development/mail")
        mail_id = page["mails"][0]["id"]
        found = await browser.get("/development/mail?q=HELLO")
        none = await browser.get("/development/mail?q=nothing")
        missing = await browser.ask("GET", f"/development/mail/{mail_id}/attachments/0")
        outside = await browser.ask("GET", "/development/mail/..%2f..%2fapp")
        return page, await browser.get(f"/development/mail/{mail_id}"), found, none, missing.status, outside.status

    page, mail, found, none, missing, outside = edit(story, FILES)
    assert (page["total"], page["kept"], page["next"]) == (1, True, None)
    assert (page["mails"][0]["to"], page["mails"][0]["subject"]) == ("ada@example.com", "Hello Ada")
    assert "You owe" in mail["text"]
    assert (len(found["mails"]), len(none["mails"])) == (1, 0)
    assert (missing, outside) == (404, 404)


def test_a_delivery_is_shown_and_run_again() -> None:
    async def story(browser: Browser) -> tuple[Any, ...]:
        await browser.served.runner.start()
        await browser.served.post("hook", {"name": "Ada"}, headers={"x-custom": "1"})
        page = await browser.get("/development/deliveries?workflow=hook")
        delivery_id = page["deliveries"][0]["id"]
        again = await browser.post(f"/development/deliveries/{delivery_id}/replay")
        missing = await browser.ask("POST", "/development/deliveries/nothing/replay", {})
        return page, await browser.get(f"/development/deliveries/{delivery_id}"), again, missing.status

    page, shown, again, missing = edit(story, FILES)
    assert len(page["deliveries"]) == 1
    assert shown["body"] == '{"name":"Ada"}'
    assert shown["headers"]["x-custom"] == "1"
    assert again["run_id"] != shown["id"]
    assert missing == 404


def test_a_line_of_the_log_says_in_a_few_words_what_happened() -> None:
    async def story(browser: Browser) -> Any:
        say = browser.served.host.events.say
        say("editor.ran", account="ada", workflow="hello", environment="development", run="1x2", as_user="")
        say("development.lost", folder="/app", message="Another process has it.")
        say("long.line", text="x" * 500)
        return await browser.get("/development/logs")

    entries = {one["name"]: one for one in edit(story, FILES)["entries"]}
    assert entries["editor.ran"]["message"] == "account ada, workflow hello, run 1x2"
    lost = entries["development.lost"]
    assert (lost["message"], lost["level"]) == ("Another process has it.", "warning")
    assert len(entries["long.line"]["message"]) == 201


def test_the_log_has_failures_and_what_the_server_said() -> None:
    async def story(browser: Browser) -> tuple[Any, ...]:
        await browser.served.post("fails")
        browser.served.host.events.say("watching.failed", folder="/app", error=OSError("disk full"))
        everything = await browser.get("/development/logs")
        apples = await browser.get("/development/logs?text=APPLES")
        old = await browser.get("/development/logs?until=2020-01-01T00:00:00Z")
        narrowed = [await browser.get(f"/development/logs?{one}") for one in ("workflow=fails", "user=x", "level=info")]
        return everything, apples, old, narrowed

    everything, apples, old, narrowed = edit(story, FILES)
    entries = [one for one in everything["entries"] if one["name"] != "segment.slow"]  # a busy machine is no failure
    assert {(one["kind"], one["level"]) for one in entries} == {("run", "error"), ("server", "error")}
    server = next(one for one in entries if one["kind"] == "server")
    assert (server["name"], server["message"]) == ("watching.failed", "OSError: disk full")
    assert [one["workflow"] for one in apples["entries"]] == ["fails"]
    assert apples["entries"][0]["run_id"]
    assert old["entries"] == []
    assert [[one["kind"] for one in page["entries"]] for page in narrowed] == [["run"], [], []]
