"""Callers whose runs other processes take up: they get the whole answer, with a token if they log in, and events as far as they can."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from tests.api.test_streaming import Event, events
from tests.cluster import Cluster, cluster, own_postgres
from tests.other_api import Asked, OtherApi, Told
from tests.site import write_app
from tests.until import WAIT_SECONDS, wait_until

ADA = {"email": "ada@example.test", "password": "correct horse battery"}
ASK = "{do: call_api, with: {call: other.ask, parameters: {word: =word}}, retry: {attempts: 5, first: 100 ms}}"
FILES = {
    "types/user.yaml": "fields: {name: text}\nprivacy: {self: {when: =this == current_user, find: yes, view: all}}\n",
    "types/note.yaml": "fields: {text: text, told: yes_no}\n",
    "workflows/sign_up.yaml": """
        auth: none
        parameters: {email: text, password: text}
        steps:
          - {do: sign_up, with: {email: =email, password: =password}}
        """,
    "workflows/log_in.yaml": f"""
        auth: none
        parameters: {{email: text, password: text, word: text}}
        steps:
          - {{do: log_in, with: {{email: =email, password: =password}}}}
          - {ASK}
          - {{do: return_data, with: {{values: {{word: =word}}}}}}
        """,
    "workflows/who.yaml": """
        auth: user
        steps:
          - {do: return_data, with: {values: {id: =current_user.id}}}
        """,
    "workflows/count.yaml": f"""
        auth: none
        ignore_privacy: yes
        parameters: {{words: list of text}}
        steps:
          - do: for_each
            as: word
            with: {{list: =words}}
            steps:
              - {{do: stream, as: told, with: {{event: word, text: =word}}}}
              - {{do: create_thing, with: {{type: note, set: {{text: =word, told: =told}}}}}}
              - {ASK}
          - {{do: return_data, with: {{values: {{count: =words.count}}}}}}
        """,
}


class Other:
    """The other program: it holds those who come with a word until that is let go, and refuses each first attempt on demand."""

    def __init__(self, api: OtherApi) -> None:
        self.refuses_first = False
        self.held = threading.Event()
        self.opens = threading.Event()
        self._keys: set[str] = set()
        api.answer = self._answer

    def _answer(self, asked: Asked) -> Told:
        key = asked.headers["idempotency-key"]
        is_first = key not in self._keys
        self._keys.add(key)
        if asked.json["word"] == "held" and is_first:
            self.held.set()
            self.opens.wait(WAIT_SECONDS)
        return Told(503 if self.refuses_first and is_first else 200, {"ok": True})


@pytest.fixture(scope="module")
def found(api: OtherApi, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A server, and a worker that takes up what it can."""
    place = tmp_path_factory.mktemp("callers")
    connector = (
        f"address: {api.url}\ncalls: {{ask: {{method: POST, parameters: {{word: text}}, json: {{word: =word}}}}}}\n"
    )
    folder = write_app(place / "app", FILES | {"connectors/other.yaml": connector})
    with own_postgres() as postgres, cluster(folder, place, postgres.url, workers=1) as started:
        started.wait_until_it_says("worker-1", "this worker runs")
        answer(started, "sign_up", **ADA)
        yield started


@pytest.fixture
def other(api: OtherApi) -> Iterator[Other]:
    other = Other(api)
    yield other
    other.opens.set()


def answer(found: Cluster, workflow: str, token: str = "", **body: object) -> Any:
    """What a call is answered with."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    seen = httpx2.post(found.api + workflow, json=body, headers=headers, timeout=2 * WAIT_SECONDS)
    assert seen.status_code == 200, seen.text
    return seen.json().get("response")


def stream(found: Cluster, words: list[str], heard: list[Event]) -> None:
    """Call `count`, and listen until the stream ends, or breaks off."""
    try:
        with httpx2.stream("POST", found.api + "count", json={"words": words}, timeout=2 * WAIT_SECONDS) as response:
            heard.extend(events(response))
    except httpx2.TransportError:
        heard.append(Event("broken", ""))


def check_token(found: Cluster, got: dict[str, Any]) -> None:
    """The token is one with which the caller is that user, and there is only one for this log-in."""
    assert list(got) == ["word", "token", "user_id", "expires"]
    assert got["token"].startswith("usr_")
    assert answer(found, "who", got["token"]) == {"id": got["user_id"]}


def test_who_logs_in_gets_a_token_though_a_later_step_is_tried_again(found: Cluster, other: Other) -> None:
    other.refuses_first = True
    got = [answer(found, "log_in", **ADA, word=f"w{n}") for n in range(3)]
    for one in got:
        check_token(found, one)
    assert len({one["token"] for one in got}) == 3


def test_a_listener_hears_every_event_though_steps_in_between_are_tried_again(found: Cluster, other: Other) -> None:
    """The attempts are made where the caller is, whoever else is free."""
    other.refuses_first = True
    words, heard = [f"w{n}" for n in range(4)], list[Event]()
    stream(found, words, heard)
    assert [(one.name, one.data) for one in heard[:-1]] == [("word", word) for word in words]
    assert (heard[-1].name, heard[-1].json["response"]) == ("done", {"count": 4})


def test_who_logs_in_gets_a_token_though_another_process_has_ended_the_run(found: Cluster, other: Other) -> None:
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(answer, found, "log_in", **ADA, word="held")
        assert other.held.wait(WAIT_SECONDS)
        found.pause("serve-0")
        wait_until(
            lambda: found.rows("SELECT state FROM op_runs WHERE workflow = 'log_in' AND state = 'outside'") == []
        )
        found.go_on("serve-0")
        check_token(found, asked.result())


def test_a_listener_gets_the_end_though_another_process_has_done_the_rest(found: Cluster, other: Other) -> None:
    heard = list[Event]()
    listening = threading.Thread(target=stream, args=(found, ["held", "b"], heard))
    listening.start()
    assert other.held.wait(WAIT_SECONDS)
    found.pause("serve-0")
    wait_until(lambda: found.rows("SELECT state FROM op_runs WHERE workflow = 'count' AND state = 'outside'") == [])
    found.go_on("serve-0")
    listening.join()
    assert [one.name for one in heard] == ["word", "done"]  # what the worker did, nobody could hear
    assert heard[-1].json["response"] == {"count": 2}
    assert found.rows("SELECT text, told FROM t_note ORDER BY id DESC LIMIT 2") == [("b", False), ("held", True)]
    ((journal,),) = found.rows("SELECT journal FROM op_runs WHERE workflow = 'count' ORDER BY seq DESC LIMIT 1")
    assert "nobody" in journal


def test_a_stream_breaks_off_when_its_server_is_killed_and_the_run_goes_on_elsewhere(
    found: Cluster, other: Other
) -> None:
    heard = list[Event]()
    listening = threading.Thread(target=stream, args=(found, ["held", "c"], heard))
    listening.start()
    assert other.held.wait(WAIT_SECONDS)
    found.kill("serve-0")
    listening.join()
    assert [one.name for one in heard] == ["word", "broken"]
    wait_until(found.is_over)
    assert found.rows("SELECT text, told FROM t_note ORDER BY id DESC LIMIT 2") == [("c", False), ("held", True)]
