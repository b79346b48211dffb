"""Runs that tell their callers something while they go on, over real HTTP."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import pytest

from tests.killing import rows
from tests.other_api import Asked, OtherApi, Told, other_api
from tests.processes import Serving, offpage, serving
from tests.site import Served, place_of, play, write_app
from tests.until import WAIT_SECONDS, wait_until

FILES = {
    "types/note.yaml": "fields: {text: text, told: yes_no}\n",
    # Three events, a thing for each of them, with another program asked in between.
    "workflows/count.yaml": """
        auth: none
        ignore_privacy: yes
        parameters: {words: list of text}
        steps:
          - do: for_each
            as: word
            with: {list: =words}
            steps:
              - {do: create_thing, as: note, with: {type: note, set: {text: =word}}}
              - {do: stream, as: told, with: {event: word, values: {word: =word, id: =note.id}}}
              - {do: change_thing, with: {thing: =note, set: {told: =told}}}
              - {do: call_api, with: {call: other.ask, parameters: {word: =word}}}
          - {do: return_data, with: {values: {count: =words.count}}}
        """,
    "workflows/stop.yaml": """
        auth: none
        ignore_privacy: yes
        when_caller_leaves: cancel
        on_failure: told_of_failure
        parameters: {words: list of text}
        steps:
          - do: for_each
            as: word
            with: {list: =words}
            steps:
              - {do: stream, with: {text: =word}}
              - {do: call_api, with: {call: other.ask, parameters: {word: =word}}, on_error: continue}
          - {do: create_thing, with: {type: note, set: {text: the end}}}
        """,
    "workflows/told_of_failure.yaml": """
        ignore_privacy: yes
        expose: no
        auth: admin
        steps:
          - {do: create_thing, with: {type: note, set: {text: failed}}}
        """,
    "workflows/fails.yaml": """
        auth: none
        parameters: {late: yes_no}
        steps:
          - {do: stream, only_when: =late, with: {text: here}}
          - {do: call_api, with: {call: other.ask, parameters: {word: bad}}}
        """,
    "workflows/lines.yaml": """
        auth: none
        method: GET
        steps:
          - {do: stream, with: {text: "one\\ntwo\\r\\nthree"}}
          - {do: return_data, with: {text: "first\\nsecond", status: 201}}
        """,
    "workflows/through_event.yaml": """
        auth: none
        steps:
          - {do: trigger_event, with: {event: says}}
        """,
    "workflows/says.yaml": """
        trigger: event
        steps:
          - {do: stream, with: {text: from the event}}
        """,
    "workflows/much.yaml": """
        auth: none
        ignore_privacy: yes
        steps:
          - do: while
            with: {condition: yes}
            steps:
              - {do: stream, as: told, with: {text: =random_text(1000)}}
              - {do: create_thing, with: {type: note, set: {told: =told}}}
        """,
}


class Event(NamedTuple):
    """One event of a stream."""

    name: str
    data: str

    @property
    def json(self) -> Any:
        return json.loads(self.data)


def events(response: httpx2.Response) -> Iterator[Event]:
    """The events of a stream, as a browser reads them."""
    name, data = "message", list[str]()
    for line in response.iter_lines():
        key, _, value = line.partition(": ")
        if key == "event":
            name = value
        elif key == "data":
            data.append(value)
        elif not line and data:
            yield Event(name, "\n".join(data))
            name, data = "message", []


@contextmanager
def served_with(tmp_path: Path, api: OtherApi, *more: str) -> Iterator[Serving]:
    """The app, served by a process, whose connector leads to `api`."""
    connector = (
        f"address: {api.url}\ncalls: {{ask: {{method: POST, parameters: {{word: text}}, json: {{word: =word}}}}}}\n"
    )
    folder = write_app(tmp_path / "app", {**FILES, "connectors/other.yaml": connector})
    with serving(folder, tmp_path / "data", *more) as server:
        yield server


@pytest.fixture
def api() -> Iterator[OtherApi]:
    with other_api() as one:
        yield one


def states(server: Serving) -> list[tuple[str, str]]:
    """The runs, and how they ended."""
    return [
        (str(name), str(state))
        for name, state in rows(place_of(server.folder, server.data), "SELECT workflow, state FROM op_runs ORDER BY id")
    ]


def test_events_arrive_while_the_run_goes_on_and_what_came_before_them_is_on_disk(
    tmp_path: Path, api: OtherApi
) -> None:
    gates = {word: threading.Event() for word in "abc"}

    def answer(asked: Asked) -> Told:
        assert gates[asked.json["word"]].wait(WAIT_SECONDS)
        return Told()

    api.answer = answer
    with served_with(tmp_path, api) as server, server.client() as client:
        place = place_of(server.folder, server.data)
        with client.stream("POST", "count", json={"words": list("abc")}) as response:
            assert response.status_code == 200
            assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
            assert response.headers["cache-control"] == "no-store"
            run_id = response.headers["run-id"]
            stream = events(response)
            for number, word in enumerate("abc", 1):
                one = next(stream)  # the other program has not answered for this word yet
                assert one.name == "word"
                assert one.json["word"] == word
                there = rows(place, "SELECT id FROM t_note ORDER BY id")
                assert len(there) == number
                assert one.json["id"] == there[-1][0]
                gates[word].set()
            last = next(stream)
            assert last == ("done", '{"status":"success","response":{"count":3}}')
            assert list(stream) == []
        assert rows(place, "SELECT DISTINCT told FROM t_note") == [(1,)]
        assert rows(place, "SELECT id, state FROM op_runs") == [(run_id, "finished")]


def test_what_goes_wrong_before_the_first_event_is_answered_as_ever_and_afterwards_as_an_event(
    tmp_path: Path, api: OtherApi
) -> None:
    api.answer = lambda asked: Told(418, {"no": "coffee"})
    with served_with(tmp_path, api) as server, server.client() as client:
        unread = client.post("fails", content="{", headers={"content-type": "application/json"})
        assert (unread.status_code, unread.json()["body"]["status"]) == (400, "INVALID_BODY")
        early = client.post("fails", json={"late": False})
        assert early.status_code == 400
        assert early.headers["content-type"] == "application/json"
        assert early.json()["reason"] == "OUTSIDE_FAILED"
        with client.stream("POST", "fails", json={"late": True}) as response:
            first, last = events(response)
            code = response.headers["run-id"]
        assert first == ("message", "here")
        assert last.name == "error"
        assert last.json == {**early.json(), "args": {"bubble_code": code}}


def test_lines_texts_events_and_answers_from_the_browser_s_point_of_view(tmp_path: Path, api: OtherApi) -> None:
    with served_with(tmp_path, api) as server, server.client() as client:
        with client.stream("GET", "lines", headers={"origin": "https://page.test"}) as response:
            assert response.headers["access-control-allow-origin"] == "*"
            assert "Run-Id" in response.headers["access-control-expose-headers"]
            assert list(events(response)) == [("message", "one\ntwo\nthree"), ("done", "first\nsecond")]
        with client.stream("POST", "through_event") as response:
            assert [one.name for one in events(response)] == ["message", "done"]
        head = client.head("lines")
        assert (head.status_code, head.headers["content-type"]) == (201, "text/plain; charset=utf-8")


def test_a_run_goes_on_without_its_caller(tmp_path: Path, api: OtherApi) -> None:
    gate = threading.Event()

    def answer(asked: Asked) -> Told:
        assert gate.wait(WAIT_SECONDS)
        return Told()

    api.answer = answer
    with served_with(tmp_path, api) as server, server.client() as client:
        with client.stream("POST", "count", json={"words": ["a", "b"]}) as response:
            next(events(response))
        # The caller has hung up; the run is held by the other program, and goes on when that answers.
        gate.set()
        wait_until(lambda: states(server) == [("count", "finished")])
        told = rows(place_of(server.folder, server.data), "SELECT text, told FROM t_note ORDER BY id")
        assert told[0] == ("a", 1)
        record = client.get(f"count/runs/{response.headers['run-id']}").json()["response"]
        assert record["answer"]["response"] == {"count": 2}


def test_a_caller_who_leaves_cancels_the_run_where_the_workflow_says_so(tmp_path: Path, api: OtherApi) -> None:
    gate, reached = threading.Event(), threading.Event()

    def answer(asked: Asked) -> Told:
        reached.set()
        assert gate.wait(WAIT_SECONDS)
        return Told()

    api.answer = answer
    with served_with(tmp_path, api) as server, server.client() as client:
        with client.stream("POST", "stop", json={"words": ["a", "b", "c"]}) as response:
            stream = events(response)  # (dropping it would hang up)
            assert next(stream).data == "a"
            assert reached.wait(WAIT_SECONDS)
        # A whole call after it: by then the server has seen the caller hang up.
        assert client.get("lines").status_code == 200
        gate.set()
        wait_until(lambda: ("stop", "failed") in states(server))
        run_id = response.headers["run-id"]
        said = client.get(f"stop/runs/{run_id}").json()["response"]
        assert said["error"]["body"]["status"] == "CALLER_LEFT"
        assert [asked.json["word"] for asked in api.asked] == ["a"]
        # Neither the end of the workflow, nor what follows failures: nothing has gone wrong.
        assert rows(place_of(server.folder, server.data), "SELECT text FROM t_note") == []

        # So it is not among those that are tried again; by its id it is, and goes on after what it had done.
        retry = offpage("runs", "retry", str(server.folder), "--data", str(server.data), "--yes")
        assert b"no such runs" in subprocess.run([*retry, "--since", "1h"], capture_output=True, check=True).stdout
        subprocess.run([*retry, run_id], capture_output=True, check=True)
        wait_until(lambda: ("stop", "finished") in states(server))
        assert [asked.json["word"] for asked in api.asked] == ["a", "b", "c"]
        assert len({asked.headers["idempotency-key"] for asked in api.asked}) == 3


def test_a_caller_who_reads_nothing_holds_the_run_and_not_the_memory(tmp_path: Path, api: OtherApi) -> None:
    with served_with(tmp_path, api) as server:
        place = place_of(server.folder, server.data)
        httpx2.get(f"http://127.0.0.1:{server.port}/health", timeout=WAIT_SECONDS)  # now its tables are made
        with socket.create_connection(("127.0.0.1", server.port), WAIT_SECONDS) as slow:
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            slow.sendall(b"POST /api/1.1/wf/much HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n")
            counts = [0]

            def stands_still() -> bool:
                time.sleep(0.3)
                counts.append(int(rows(place, "SELECT count(*) FROM t_note")[0][0]))
                return counts[-1] == counts[-2] > 0

            wait_until(stands_still)
        assert counts[-1] < 10_000  # events of a kilobyte: what fits into the buffers of the two sockets
        # Once the caller is gone the run goes on, with nobody to tell.
        wait_until(lambda: rows(place, "SELECT count(*) FROM t_note WHERE NOT told") > [(0,)])
        server.process.kill()


def test_streams_end_when_the_server_stops_and_the_run_goes_on_afterwards(tmp_path: Path, api: OtherApi) -> None:
    gate, reached = threading.Event(), threading.Event()

    def answer(asked: Asked) -> Told:
        reached.set()
        gate.wait(WAIT_SECONDS)
        return Told()

    api.answer = answer
    with served_with(tmp_path, api) as server, server.client() as client:
        with client.stream("POST", "count", json={"words": ["a"]}) as response:
            stream = events(response)
            assert next(stream).name == "word"
            assert reached.wait(WAIT_SECONDS)
            began = time.monotonic()
            server.process.terminate()
            (last,) = stream
            assert time.monotonic() - began < 15  # the grace time is 30 s
            assert last.name == "error"
            assert last.json["body"]["status"] == "STOPPING"
        gate.set()
        server.process.wait(WAIT_SECONDS)
    with served_with(tmp_path, api) as server:
        wait_until(lambda: states(server) == [("count", "finished")])


def test_a_run_that_nobody_called_sends_nothing_and_says_so(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        accepted = await served.post("through_event", headers={"Prefer": "respond-async"})
        assert accepted.status == 202
        run_id = accepted.headers["run-id"]
        while True:
            seen = (await served.ask("GET", f"through_event/runs/{run_id}")).json["response"]
            if seen["state"] == "finished":
                break
        ((journal,),) = served.database.read(lambda tx: tx.rows("SELECT journal FROM op_runs"))
        ((inner,),) = (entry["steps"] for entry in json.loads(journal))
        assert inner["result"] is False
        assert inner["note"].startswith("Nothing was sent: nobody listens.")

    files = {name: FILES[name] for name in ("workflows/through_event.yaml", "workflows/says.yaml")}
    play(tmp_path, files, story)


def test_the_same_key_gets_the_end_of_the_stream_once_more(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        key = {"Idempotency-Key": "k1"}
        first = await served.post("talk", headers=key)
        assert first.headers["content-type"].startswith("text/event-stream")
        assert first.body.startswith(b"data: 1\n\n")
        again = await served.post("talk", headers=key)
        assert again.headers["idempotent-replayed"] == "true"
        assert again.json == {"status": "success", "response": {"n": 1}}
        assert served.count("op_runs") == 1

    talk = "auth: none\nsteps:\n  - {do: stream, with: {text: '1'}}\n  - {do: return_data, with: {values: {n: 1}}}\n"
    play(tmp_path, {"workflows/talk.yaml": talk}, story)


def test_openapi_tells_of_the_stream(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        meta = (await served.ask("GET", "/api/1.1/meta/openapi.json")).json
        there = {
            path: "text/event-stream" in operation["responses"]["200"]["content"]
            for path, methods in meta["paths"].items()
            for operation in methods.values()
            if path.startswith("/wf/")
        }
        assert there == {"/wf/through_event": True, "/wf/plain": False}

    files = {name: FILES[name] for name in ("workflows/through_event.yaml", "workflows/says.yaml")}
    more = {"app.yaml": "name: Test\napi: {docs: yes}\n", "workflows/plain.yaml": "auth: none\nsteps: []\n"}
    play(tmp_path, {**files, **more}, story)
