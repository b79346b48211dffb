"""Deliveries that come again: what has run is answered and does not run again, what came to nothing may."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from offpage.store import answers
from tests.site import Served, play

MADE = "{do: create_thing, with: {type: event, set: {name: =request.body.id.to_text}}}"
APP = {
    "types/event.yaml": "fields: {name: text}\n",
    "types/switch.yaml": "fields: {name: text}\n",
    "workflows/once.yaml": f"""
        auth: none
        ignore_privacy: yes
        dedupe: =request.body.id
        steps:
          - {MADE}
          - {{do: return_data, with: {{values: {{id: =request.body.id}}, status: 202}}}}
        """,
    "workflows/refused.yaml": f"""
        auth: none
        ignore_privacy: yes
        dedupe: {{key: =request.body.id, keep: 1 hour}}
        only_when: =request.body.ok == yes
        steps:
          - {MADE}
          - do: return_data
            only_when: =request.body.status.to_number > 0
            with: {{values: {{}}, status: =request.body.status.to_number}}
        """,
    "workflows/first.yaml": f"""
        auth: none
        ignore_privacy: yes
        ack: first
        dedupe: =request.body.id
        parameters: {{n: {{type: number, optional: yes}}}}
        steps:
          - {MADE}
        """,
}


async def eventually(count: Callable[[], int], wanted: int) -> None:
    """Wait until the queue has done something."""
    async with asyncio.timeout(20):
        while count() != wanted:
            await asyncio.sleep(0.01)


def test_a_repeated_delivery_is_answered_and_runs_once(tmp_path: Path, database_url: str) -> None:
    async def story(served: Served) -> None:
        first = await served.post("once", {"id": "e1", "attempt": 1})
        again = await served.post("once", {"id": "e1", "attempt": 2})
        assert (first.status, again.status, again.json) == (202, 202, first.json)
        assert served.counts("event", "op_runs") == {"event": 1, "op_runs": 1}
        for other in ({"id": "e2"}, {"id": 1}, {"id": None}, {}, {}):
            assert (await served.post("once", other)).status == 202
        assert served.count("event") == 6, "what has no key runs each time"
        many = await asyncio.gather(*(served.post("once", {"id": "e9"}) for _ in range(8)))
        assert {one.status for one in many} <= {202, 409}
        assert served.count("event") == 7

    play(tmp_path, APP, story, database_url)


def test_a_delivery_that_came_to_nothing_runs_when_it_is_repeated(tmp_path: Path, database_url: str) -> None:
    async def story(served: Served) -> None:
        async def send(**body: Any) -> int:
            return (await served.post("refused", {"id": "e", **body})).status

        assert await send(ok=False) == 400
        assert await send(ok=True, status=503) == 503
        assert [await send(ok=True, status=200), await send(ok=True, status=200), await send(ok=False)] == [200] * 3
        assert served.count("event") == 2, "one for the 503, one for the first 200"

    play(tmp_path, APP, story, database_url)


def test_it_is_forgotten_after_the_time_that_the_file_says(tmp_path: Path, database_url: str) -> None:
    async def story(served: Served) -> None:
        body = {"id": "e", "ok": True, "status": 200}
        await served.post("refused", body)
        (until, created) = served.database.read(lambda tx: tx.rows("SELECT until, created_at FROM op_answers"))[0]
        assert until - created == 3_600_000
        assert served.database.write_now(lambda tx: answers.sweep(tx, until)) == 0
        served.database.write_now(lambda tx: tx.change(f"UPDATE op_answers SET until = {created}"))
        await served.post("refused", body)
        assert served.count("event") == 2
        assert served.count("op_answers") == 1
        assert served.database.write_now(lambda tx: answers.sweep_over(tx, until + 3_600_000)) == 1

    play(tmp_path, APP, story, database_url)


def test_ack_first_answers_before_the_run_and_runs_once(tmp_path: Path, database_url: str) -> None:
    async def story(served: Served) -> None:
        first = await served.post("first", {"id": "e1"})
        again = await served.post("first", {"id": "e1"})
        assert (first.status, first.json) == (200, {"status": "success", "response": {}})
        assert (again.status, again.headers["run-id"]) == (200, first.headers["run-id"])
        await eventually(lambda: served.count("op_runs"), 1)
        assert (await served.post("first", {"id": "e1"})).headers["run-id"] == first.headers["run-id"]
        assert (await served.post("first", {"id": "e2", "n": "no number"})).status == 400
        assert served.counts("event", "op_queue") == {"event": 1, "op_queue": 0}

    play(tmp_path, APP, story, database_url)
