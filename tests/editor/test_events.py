"""What happens, told to the browsers that are open."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from offpage.editor.news import Newsroom
from offpage.host.app_runner import AppRunner
from offpage.kernel.errors import Busy
from tests.editor.browser import Browser, edit
from tests.processes import editor_link, serving
from tests.site import write_app
from tests.until import until

HELLO = {"workflows/hello.yaml": "auth: none\nparameters: {name: text}\nsteps: []\n"}


def heard(act: Callable[[Browser], Awaitable[Any]], *wanted: str) -> dict[str, Any]:
    """What a page hears of `wanted` (or more) while something is done."""

    async def story(browser: Browser) -> dict[str, Any]:
        newsroom: Newsroom = browser.editor.studio.newsroom
        found: dict[str, Any] = {}
        async with newsroom.listening() as listener:
            await newsroom.looked()
            await act(browser)
            while not set(wanted) <= set(found):
                found |= {news.name: news.data for news in await listener.heard()}
        return found

    return edit(story, HELLO)


def test_a_run_is_told() -> None:
    async def act(browser: Browser) -> None:
        seen = await browser.served.post("hello", {"name": "Ada"})
        assert seen.status == 200

    assert heard(act, "runs")["runs"] == {"env": "development"}


def test_a_changed_folder_is_told_with_its_issues() -> None:
    async def act(browser: Browser) -> None:
        file = browser.editor.studio.folder.path / "workflows" / "bad.yaml"
        file.write_text("auth: none\nsteps: [{do: nothing_known}]\n")
        await browser.served.reload()

    told = heard(act, "app")["app"]
    assert (told["errors"], told["warnings"]) == (1, 0)
    assert told["revision"]


def test_a_detected_sample_is_told_and_stands_in_the_file() -> None:
    async def act(browser: Browser) -> None:
        begun = await browser.post("/workflows/hello/detect")
        assert begun == {"listening": True, "url": "http://app.test/version-test/api/1.1/wf/hello/initialize"}
        path = "/api/1.1/wf/hello/initialize"
        seen = await browser.served.ask("POST", path, json={"name": "Ada", "items": [{"sku": "a"}]})
        assert seen.status == 200, seen.body
        file = await browser.get("/files/workflows/hello.yaml")
        assert file["content"]["request_data"]["sample"]["body"]["items"] == [{"sku": "a"}]
        assert (await browser.get("/workflows/hello/detect"))["listening"] is False

    told = heard(act, "detected")["detected"]
    assert told["workflow"] == "hello"
    assert told["sample"]["body"]["name"] == "Ada"


def test_a_curl_line_is_ready_to_paste() -> None:
    async def story(browser: Browser) -> Any:
        return await browser.get("/workflows/hello/curl")

    shown = edit(story, HELLO)
    assert shown["url"] == "http://app.test/version-test/api/1.1/wf/hello"
    assert shown["curl"] == (
        "curl -X POST -H 'Content-Type: application/json' -d '{\"name\": \"\"}'"
        " http://app.test/version-test/api/1.1/wf/hello"
    )


def test_the_stream_ends_when_the_server_stops(tmp_path: Path) -> None:
    folder = write_app(tmp_path / "app", HELLO)
    with serving(folder, tmp_path / "data", "--json") as server:
        root = f"http://127.0.0.1:{server.port}"
        link = editor_link(server)
        with httpx2.Client(base_url=root, timeout=30) as client:
            entered = client.post("/editor/api/session", json={"token": link.partition("#token=")[2]})
            assert entered.status_code == 200, entered.text
            with client.stream("GET", "/editor/api/events") as stream:
                lines = stream.iter_lines()
                assert next(lines) == "retry: 1000"
                client.post("/api/1.1/wf/hello", json={"name": "Ada"})
                assert next(line for line in lines if line.startswith("event: ")) == "event: runs"
                server.process.send_signal(signal.SIGTERM)
                for _ in lines:
                    pass
        assert server.process.wait(5) == 0


def test_a_stream_opens_when_all_that_changes_from_then_on_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(browser: Browser) -> tuple[int, int]:
        newsroom = browser.editor.studio.newsroom
        look, may_look = newsroom._state, asyncio.Event()

        async def slowly(runner: AppRunner) -> dict[str, Any]:
            await may_look.wait()
            return await look(runner)

        monkeypatch.setattr(newsroom, "_state", slowly)
        sent: list[Any] = []
        asked = asyncio.create_task(listen(browser, sent))
        await until(lambda: newsroom.is_looking)
        for _ in range(5):
            await asyncio.sleep(0)
        too_soon = len(sent)
        may_look.set()
        await until(lambda: sent)
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        return too_soon, sent[0]["status"]

    assert edit(story, HELLO) == (0, 200)


async def listen(browser: Browser, sent: list[Any]) -> None:
    """Open the stream of news; what comes is put into `sent`."""
    headers = [(b"host", b"app.test"), (b"cookie", browser.cookie.encode())]
    scope = {"type": "http", "method": "GET", "path": "/editor/api/events", "query_string": b"", "headers": headers}
    first = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Any:
        if not first:
            await asyncio.Event().wait()
        return first.pop()

    async def send(message: Any) -> None:
        sent.append(message)

    await browser.served.app({**scope, "client": ("203.0.113.7", 4711)}, receive, send)


def test_what_is_known_only_after_a_page_has_opened_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(browser: Browser) -> set[str]:
        newsroom, tries = browser.editor.studio.newsroom, 0
        look = newsroom._state

        async def away_at_first(runner: AppRunner) -> dict[str, Any]:
            nonlocal tries
            tries += 1
            if tries == 1:
                raise Busy
            return await look(runner)

        monkeypatch.setattr(newsroom, "_state", away_at_first)
        async with newsroom.listening() as listener:
            await newsroom.looked()
            return {news.name for news in await listener.heard()}

    assert {"runs", "scheduled", "mail"} <= edit(story, HELLO)


def test_what_keeps_news_from_coming_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(browser: Browser) -> list[str]:
        newsroom, tries, said = browser.editor.studio.newsroom, 0, list[str]()
        browser.served.host.events.listen(lambda name, fields: said.append(name))

        async def broken(runner: AppRunner) -> dict[str, Any]:
            nonlocal tries
            tries += 1
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(newsroom, "_state", broken)
        async with newsroom.listening():
            await until(lambda: tries > 2)
        return said

    assert edit(story, HELLO).count("news.failed") == 1


def test_nothing_is_looked_at_while_nobody_listens() -> None:
    async def story(browser: Browser) -> list[bool]:
        newsroom = browser.editor.studio.newsroom
        seen = [newsroom.is_looking]
        async with newsroom.listening():
            seen.append(newsroom.is_looking)
        await asyncio.sleep(0)
        return [*seen, newsroom.is_looking]

    assert edit(story, HELLO) == [False, True, False]
