"""Slow searches of strangers: bounded, stopped when nobody waits for them, and never in the way of who has a token."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest

from tests.data_caller import admin, shape_a
from tests.processes import Serving, offpage, serving
from tests.site import Served, play, write_app

NOTE = "api: yes\nfields: {body: text, number: {type: number}}\nprivacy:\n  everyone: {find: yes, view: all}\n"
SECONDS = 2
ROWS = 12_000
WORDS = [f"word{number}ing" for number in range(200)]


def app_files(seconds: float) -> dict[str, str]:
    return {
        "app.yaml": f"name: Notes\napi: {{data: yes}}\nlimits: {{search_seconds: {seconds}}}\n",
        "types/note.yaml": NOTE,
    }


def slow_query() -> str:
    """Looks for words that every note has, and for one at the end that none has."""
    wanted = [{"key": "body", "constraint_type": "text contains", "value": word} for word in WORDS[:9]]
    wanted.append({"key": "body", "constraint_type": "not text contains", "value": WORDS[0]})
    return urlencode({"constraints": json.dumps(wanted)})


def lines(count: int) -> str:
    body = " ".join(WORDS)
    return "\n".join(json.dumps({"body": body, "number": number}) for number in range(count))


@dataclass
class Notes:
    """A server with many notes: where its Data API is, an administrator's headers, and the id of a note."""

    server: Serving
    url: str
    admin: dict[str, str]
    note: str

    def client(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.url, timeout=60)


@pytest.fixture(scope="module")
def notes(kept_in: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notes]:
    folder = write_app(tmp_path_factory.mktemp("app"), app_files(SECONDS))
    data = tmp_path_factory.mktemp("data")
    token = _filled(folder, data, *kept_in)
    headers = {"authorization": f"Bearer {token}"}
    with serving(folder, data, *kept_in) as server:
        url = f"http://127.0.0.1:{server.port}/api/1.1/obj/"
        with httpx2.Client(base_url=url, timeout=60) as client:
            note = ""
            for _ in range(ROWS // 1_000):
                sent = client.post("note/bulk", content=lines(1_000), headers=headers | {"content-type": "text/plain"})
                note = json.loads(sent.text.splitlines()[0])["id"]
        yield Notes(server, url, headers, note)


def _filled(folder: Path, data: Path, *more: str) -> str:
    """An API token, made by the command."""
    command = offpage("token", "create", str(folder), "--data", str(data), *more, "--label", "test", "--json")
    return str(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["token"])


class Strangers:
    """So many callers without a token, who search slowly, again and again, until told to stop."""

    def __init__(self, notes: Notes, count: int) -> None:
        self._notes = notes
        self._over = threading.Event()
        self.answers: list[tuple[int, str]] = []
        self._threads = [threading.Thread(target=self._search) for _ in range(count)]

    def __enter__(self) -> Strangers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _search(self) -> None:
        with self._notes.client() as client:
            while not self._over.is_set():
                seen = client.get("note?" + slow_query())
                body = seen.json()
                self.answers.append((seen.status_code, body.get("body", {}).get("status", "")))


def took(notes: Notes, path: str, headers: dict[str, str]) -> float:
    began = time.monotonic()
    with notes.client() as client:
        seen = client.get(path, headers=headers)
    assert seen.status_code == 200, seen.text
    return time.monotonic() - began


def test_who_has_a_token_is_answered_while_strangers_search(notes: Notes) -> None:
    with Strangers(notes, 6) as strangers:
        while not strangers.answers:  # they fill all the places they may, and more of them wait
            time.sleep(0.05)
        gets = [took(notes, f"note/{notes.note}", notes.admin) for _ in range(20)]
        searches = [took(notes, "note?limit=1&exclude_remaining=yes", notes.admin) for _ in range(20)]
    assert max(gets) < 1.5, gets
    assert max(searches) < 1.5, searches
    assert set(strangers.answers) <= {(400, "SEARCH_TOO_LONG"), (503, "OVERLOADED")}
    assert (400, "SEARCH_TOO_LONG") in strangers.answers


def test_a_search_is_stopped_when_its_caller_hangs_up(notes: Notes) -> None:
    callers = [socket.create_connection(("127.0.0.1", notes.server.port)) for _ in range(6)]
    for one in callers:
        one.sendall(f"GET /api/1.1/obj/note?{slow_query()} HTTP/1.1\r\nhost: x\r\n\r\n".encode())
    time.sleep(0.5)  # they have begun, or wait; what is waited for is that nothing happens
    began = time.monotonic()
    for one in callers:
        one.close()
    assert took(notes, "note?limit=1&exclude_remaining=yes", {}) < SECONDS * 0.75
    assert time.monotonic() - began < SECONDS * 0.75


def test_a_search_that_takes_too_long_says_so(tmp_path: Path, database_url: str) -> None:
    async def story(app: Served) -> Any:
        caller = admin(app)
        for _ in range(2):
            sent = await app.ask(
                "POST", "/api/1.1/obj/note/bulk", body=lines(1_000).encode(),
                headers=caller.headers | {"content-type": "text/plain"},
            )  # fmt: skip
            assert sent.status == 200
        late = await app.ask("GET", "/api/1.1/obj/note?" + slow_query())
        assert shape_a(late)[:2] == (400, "SEARCH_TOO_LONG")
        assert "limits.search_seconds" in shape_a(late)[2]
        assert "0.1 s" in shape_a(late)[2]
        one = await app.ask("GET", "/api/1.1/obj/note?limit=1&exclude_remaining=yes")
        assert one.status == 200
        return len(one.json["response"]["results"])

    assert play(tmp_path, app_files(0.1), story, database_url) == 1
