"""Deliveries that come again: what has run is answered and does not run again, what came to nothing may."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from offpage.cli.main import run
from offpage.engine.masking import MASK
from offpage.services.sealing import MARK as SEALED
from offpage.store import answers, deliveries
from offpage.store.tx import Database, Tx
from tests.site import Served, play
from tests.until import until

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
        await until(lambda: served.count("op_runs") == 1)
        assert (await served.post("first", {"id": "e1"})).headers["run-id"] == first.headers["run-id"]
        assert (await served.post("first", {"id": "e2", "n": "no number"})).status == 400
        assert served.counts("event", "op_queue") == {"event": 1, "op_queue": 0}

    play(tmp_path, APP, story, database_url)


def test_every_delivery_is_kept_shown_masked_and_replayed(
    tmp_path: Path, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(*arguments: str, code: int = 0) -> list[Any]:
        where = ["--data", str(tmp_path / ".offpage"), *(["--database", database_url] if database_url else [])]
        capsys.readouterr()
        assert run([*arguments, *where, "--json"]) == code, capsys.readouterr().err
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    odd = b'{"id" : "e1",\r\n "key": "very-secret-value"}'
    here = str(tmp_path)

    async def story(served: Served) -> None:
        secret, _ = served.token()
        headers = {"x-event": "paid", "authorization": f"Bearer {secret}"}
        first = await served.ask("POST", "once?a=1&a=b%20c", body=odd, headers=headers)
        assert (await served.ask("POST", f"once?api_token={secret}", body=odd)).status == first.status == 202
        assert (await served.post("first", {"id": "e2", "n": "not yet a number"})).status == 400
        kept = served.database.read(lambda tx: tx.rows("SELECT content FROM op_deliveries"))
        assert len(kept) == 3
        assert all(content.startswith(SEALED) for (content,) in kept), "nobody says what in it is a secret"
        opened = [served.runner.around.sealing.open(content) for (content,) in kept]
        assert not any(secret in content for content in opened)

        lines = await asyncio.to_thread(said, "deliveries", "list", here)
        assert [(one["workflow"], one["state"]) for one in lines] == [("first", ""), ("once", ""), ("once", "finished")]
        assert lines[2]["id"] == first.headers["run-id"]
        (shown,) = await asyncio.to_thread(said, "deliveries", "show", lines[2]["id"], here)
        assert (shown["query"], shown["headers"]["x-event"], shown["bytes"]) == ("a=1&a=b+c", "paid", len(odd))
        assert shown["body"] == odd.decode().replace("very-secret-value", MASK)

        ids = [lines[1]["id"], lines[2]["id"]]
        told = await asyncio.to_thread(said, "deliveries", "replay", *ids, "--folder", here)
        assert [one["id"] for one in told] == ids[::-1], "the first that came comes first"
        await until(lambda: served.count("event") == 3)
        of_all_time = ["deliveries", "replay", here, "--since", "2001-01-01"]
        assert await asyncio.to_thread(said, *of_all_time, "--yes") == [], (
            "those that finished, or began no run, are not"
        )
        unread = [*of_all_time, "--state", "none", "--workflow", "first"]
        planned, refused = await asyncio.to_thread(said, *unread, code=1)
        assert (planned["event"], planned["workflow"]) == ("planned", "first")
        assert refused == {"event": "not_confirmed", "count": 1}
        _, told = await asyncio.to_thread(said, *unread, "--yes", code=1)
        assert (told["run_id"], "n" in told["error"]) == (None, True)
        assert served.count("event") == 3
        assert (await asyncio.to_thread(run, ["deliveries", "replay", "--folder", here])) == 2

    play(tmp_path, {**APP, ".env": "VERY=very-secret-value\n"}, story, database_url)


def test_a_workflow_without_these_keys_keeps_nothing(tmp_path: Path) -> None:
    files = {
        "workflows/plain.yaml": "auth: none\nsteps: []\n",
        "workflows/hidden.yaml": "auth: none\nack: first\nparameters: {p: {type: text, secret: yes}}\nsteps: []\n",
    }

    async def story(served: Served) -> None:
        assert (await served.post("plain", {})).status == 200
        assert (await served.post("hidden", {"p": "x"})).status == 200
        assert served.count("op_deliveries") == 0, "nor one with a secret parameter: its body would show it"

    play(tmp_path, files, story)


def test_deliveries_are_forgotten_when_their_time_is_over(database: Database) -> None:
    def fill(tx: Tx) -> None:
        for number in range(5):
            deliveries.keep(tx, deliveries.KeptDelivery(f"d{number}", "go", number, 2, "{}"))

    database.write_now(fill)
    assert database.write_now(lambda tx: deliveries.forget(tx, 4, 3)) == 3
    assert database.write_now(lambda tx: deliveries.forget(tx, 4, 3)) == 1
    left = database.read(lambda tx: deliveries.lines(tx, workflow="", since=0, before=99, limit=9))
    assert [one.id for one in left] == ["d4"]
