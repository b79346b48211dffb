"""kill -9 while a run tells its caller something: what was told stands, and nothing is told twice."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

import httpx2
import pytest

from tests.api.test_streaming import events, served_with, states
from tests.killing import rows
from tests.other_api import Asked, Told, other_api
from tests.site import place_of
from tests.until import WAIT_SECONDS, wait_until


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("workflow", "end", "told"),
    [("count", "finished", [("a", 1), ("b", 0)]), ("stop", "failed", [])],
    ids=["continue", "cancel"],
)
def test_what_a_caller_was_told_is_true_after_the_crash(
    tmp_path: Path, workflow: str, end: str, told: list[tuple[str, int]]
) -> None:
    killed, reached = threading.Event(), threading.Event()

    def answer(asked: Asked) -> Told:
        reached.set()
        killed.wait(WAIT_SECONDS)
        return Told()

    with other_api() as api:
        api.answer = answer
        with served_with(tmp_path, api) as server, server.client() as client:
            place = place_of(server.folder, server.data)
            with (
                contextlib.suppress(httpx2.TransportError),
                client.stream("POST", workflow, json={"words": ["a", "b"]}) as response,
            ):
                stream = events(response)
                first = next(stream)
                assert reached.wait(WAIT_SECONDS)
                server.kill()
                assert list(stream) == []
            if workflow == "count":
                assert rows(place, "SELECT id FROM t_note") == [(first.json["id"],)]
            killed.set()
        with served_with(tmp_path, api) as server:
            wait_until(lambda: states(server) == [(workflow, end)])
    assert rows(place, "SELECT text, told FROM t_note ORDER BY id") == told
