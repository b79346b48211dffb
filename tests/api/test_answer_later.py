"""`Prefer: respond-async`: a 202 at once, and a place that tells what became of the run."""

from __future__ import annotations

import asyncio
from pathlib import Path

from offpage.store import pausing, queue
from tests.asgi import Seen
from tests.site import Served, play

APP = {
    "types/order.yaml": "fields: {name: {type: text, unique: yes}}\n",
    "workflows/create.yaml": """
        trigger: api
        auth: admin
        parameters: {name: text}
        only_when: =name != "skip"
        steps:
          - do: create_thing
            as: order
            with: {type: order, set: {name: =name}}
          - do: return_data
            with: {values: {name: =order.name}, status: 201}
        """,
    "workflows/other.yaml": "trigger: api\nauth: none\nsteps: []\n",
}


async def ended(served: Served, place: str, headers: dict[str, str]) -> Seen:
    """Ask until the run has ended. (The dispatcher has no signal for callers over HTTP.)"""
    async with asyncio.timeout(20):
        while True:
            seen = await served.ask("GET", place, headers=headers)
            assert seen.status == 200
            if seen.json["response"]["state"] not in ("waiting", "running"):
                return seen
            await asyncio.sleep(0)


def test_a_run_accepted_for_later_is_run_and_its_answer_can_be_asked_for(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        secret, _ = served.token()
        bearer = {"Authorization": f"Bearer {secret}"}
        later = {**bearer, "Prefer": "respond-async"}
        accepted = await served.post("create", {"name": "A"}, headers=later)
        assert accepted.status == 202
        assert accepted.headers["preference-applied"] == "respond-async"
        place = accepted.headers["location"]
        assert place == f"/api/1.1/wf/create/runs/{accepted.headers['run-id']}"

        done = (await ended(served, place, bearer)).json["response"]
        assert done == {
            "run_id": accepted.headers["run-id"],
            "state": "finished",
            "status": 201,
            "answer": {"status": "success", "response": {"name": "A"}},
        }

        twice = await served.post("create", {"name": "A"}, headers=later)
        failed = (await ended(served, twice.headers["location"], bearer)).json["response"]
        assert (failed["state"], failed["status"], failed["error"]["reason"]) == ("failed", 400, "NOT_UNIQUE")

        unmet = await served.post("create", {"name": "skip"}, headers=later)
        skipped = (await ended(served, unmet.headers["location"], bearer)).json["response"]
        assert (skipped["state"], skipped["status"]) == ("skipped", 400)
        assert skipped["error"]["body"]["status"] == "NOT_RUN"

        assert served.counts("order", "op_runs", "op_queue") == {"order": 1, "op_runs": 3, "op_queue": 0}
        assert (await served.ask("GET", place)).status == 401
        elsewhere = place.replace("/create/", "/other/")
        assert (await served.ask("GET", elsewhere)).status == 404

    play(tmp_path, APP, story)


BIG = {
    "workflows/big.yaml": """
        trigger: api
        auth: none
        parameters: {items: list of text}
        steps:
          - do: return_data
            with: {values: {all: =items, long: '=items.join("")', key: =secret.KEY}}
        """,
    ".env": "KEY=supersecretvalue\n",
}


def test_the_answer_of_an_accepted_run_is_exact(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        body = {"items": [f"{n} " + "x" * 60 for n in range(40)]}
        at_once = await served.post("big", body)
        later = await served.post("big", body, headers={"Prefer": "respond-async"})
        seen = await ended(served, later.headers["location"], {})
        assert seen.json["response"]["answer"] == at_once.json
        assert at_once.json["response"]["key"] == "supersecretvalue"

    play(tmp_path, BIG, story)


def test_a_key_counts_once_whether_the_answer_is_wanted_later_or_at_once(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        secret, _ = served.token()
        key = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "k1"}
        later = {**key, "Prefer": "respond-async"}
        accepted = await served.post("create", {"name": "A"}, headers=later)
        again = await served.post("create", {"name": "A"}, headers=later)
        assert again.headers["location"] == accepted.headers["location"]
        await ended(served, accepted.headers["location"], key)
        at_once = await served.post("create", {"name": "A"}, headers=key)
        assert (at_once.status, at_once.json["response"]) == (201, {"name": "A"})
        assert at_once.headers["idempotent-replayed"] == "true"
        assert at_once.headers["run-id"] == accepted.headers["run-id"]
        assert (await served.post("create", {"name": "B"}, headers=key)).status == 422

        other = {**key, "Idempotency-Key": "k2"}
        first = await served.post("create", {"name": "B"}, headers=other)
        place = (await served.post("create", {"name": "B"}, headers={**other, "Prefer": "respond-async"})).headers
        assert place["run-id"] == first.headers["run-id"]
        seen = (await ended(served, place["location"], key)).json["response"]
        assert seen["answer"] == first.json
        assert served.counts("order", "op_runs") == {"order": 2, "op_runs": 2}

    play(tmp_path, APP, story)


def test_a_key_whose_run_was_taken_out_of_the_queue_counts_anew(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        secret, _ = served.token()
        key = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "k1"}
        served.database.write_now(pausing.pause)
        accepted = await served.post("create", {"name": "A"}, headers={**key, "Prefer": "respond-async"})
        busy = await served.post("create", {"name": "A"}, headers=key)
        assert (busy.status, busy.json["body"]["status"]) == (409, "CONFLICT")
        assert busy.headers["run-id"] == accepted.headers["run-id"]
        served.database.write_now(queue.cancel_all)
        assert (await served.post("create", {"name": "A"}, headers=key)).status == 201

    play(tmp_path, APP, story)


FILES = {
    "types/order.yaml": "fields: {name: text}\n",
    "workflows/keep.yaml": """
        trigger: api
        auth: none
        parameters: {doc: file}
        steps:
          - do: return_data
            with: {values: {doc: =doc}}
        """,
}


def test_the_files_of_a_repeated_request_are_stored_once(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        body = {"doc": {"filename": "a.txt", "contents": "aGVsbG8="}}
        first = await served.post("keep", body, headers={"Idempotency-Key": "k"})
        again = await served.post("keep", body, headers={"Idempotency-Key": "k"})
        assert again.json == first.json
        later = await served.post("keep", body, headers={"Idempotency-Key": "k", "Prefer": "respond-async"})
        assert later.headers["run-id"] == first.headers["run-id"]
        assert len(list((served.host.place.data / "files").rglob("a.txt"))) == 1

    play(tmp_path, FILES, story)


def test_what_is_wrong_with_a_call_is_said_at_once(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        secret, _ = served.token()
        headers = {"Authorization": f"Bearer {secret}", "Prefer": "respond-async"}
        assert (await served.post("create", {}, headers=headers)).status == 400
        assert (await served.post("create", {"name": "A"}, headers={"Prefer": "respond-async"})).status == 401
        assert served.counts("order", "op_runs", "op_queue") == {"order": 0, "op_runs": 0, "op_queue": 0}

    play(tmp_path, APP, story)


def test_the_same_key_is_accepted_once(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        secret, _ = served.token()
        bearer = {"Authorization": f"Bearer {secret}"}
        headers = {**bearer, "Prefer": "respond-async", "Idempotency-Key": "k"}
        first = await served.post("create", {"name": "A"}, headers=headers)
        again = await served.post("create", {"name": "A"}, headers=headers)
        other = await served.post("create", {"name": "B"}, headers=headers)
        assert [first.status, again.status, other.status] == [202, 202, 422]
        assert again.headers["location"] == first.headers["location"]
        await ended(served, first.headers["location"], bearer)
        assert served.counts("order", "op_runs") == {"order": 1, "op_runs": 1}

    play(tmp_path, APP, story)
