"""A server that is told to stop while a run takes long: it ends in time, and says so to whoever waits."""

from __future__ import annotations

import json
import signal
import threading
import time
from pathlib import Path

import httpx2
import pytest

from tests.processes import Serving, serving

APP = {
    "app.yaml": "name: Slow\n",
    "types/note.yaml": "label: Note\nfields: {title: text}\n",
    "workflows/slow.yaml": """
auth: none
parameters: {a: list of text, b: list of text}
steps:
  - {do: create_thing, with: {type: note, set: {title: slow}}}
  - {do: return_data, with: {values: {n: "=a.where(b.where(this == 'x').is_empty).count"}}}
""",
    "workflows/count.yaml": """
auth: none
ignore_privacy: yes
method: GET
steps:
  - {do: return_data, with: {values: {n: =search(note).count}}}
""",
}

MANY = 12_000
"""So many items take the one run far longer than the server may take to stop."""


def is_busy(server: Serving) -> bool:
    """Whether a run holds the writer: another one gets no answer."""
    try:
        httpx2.get(f"{server.url}count", timeout=0.5)
    except httpx2.TimeoutException:
        return True
    return False


def test_a_stop_takes_no_longer_than_it_may_and_the_caller_gets_a_503(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFPAGE_STOP_SECONDS", "1")
    folder = tmp_path / "slow"
    for name, text in APP.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    body = json.dumps({"a": [f"a{n}" for n in range(MANY)], "b": [f"b{n}" for n in range(MANY)]})
    answers: list[httpx2.Response] = []
    with serving(folder, tmp_path / "data") as server:
        assert httpx2.get(f"{server.url}count", timeout=60).status_code == 200  # a port is there before its server
        slow = threading.Thread(
            target=lambda: answers.append(
                httpx2.post(f"{server.url}slow", content=body, headers={"content-type": "application/json"}, timeout=60)
            )
        )
        slow.start()
        give_up = time.monotonic() + 20
        while not is_busy(server):
            assert time.monotonic() < give_up
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(20) == 0
        took = time.monotonic() - began
        slow.join(20)
    assert took < 4
    assert [one.status_code for one in answers] == [503]
    assert answers[0].json()["body"]["status"] == "STOPPING"
    with serving(folder, tmp_path / "data") as server, server.client() as client:
        assert client.get("count").json()["response"] == {"n": 0}
