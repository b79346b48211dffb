"""Limits of workflows over HTTP, and what the command line says of those that wait."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import pytest

from offpage.cli.main import run
from tests.processes import Serving, serving
from tests.site import Served, play, write_app
from tests.until import until

LOG = {"types/log.yaml": "fields: {text: text}\n"}

STEPS = """
steps:
  - {do: create_thing, with: {type: log, set: {text: =text}}}
  - {do: return_data, with: {values: {text: =text}}}
"""


def go(limits: str) -> dict[str, str]:
    """An app whose workflow `go` has these limits."""
    return LOG | {"workflows/go.yaml": "auth: none\nparameters: {text: text}\n" + limits + STEPS}


def test_calls_that_become_one_get_202_and_one_place_to_ask_why_it_waits(tmp_path: Path, database_url: str) -> None:
    async def story(served: Served) -> None:
        seen = [await served.post("go", {"text": text}) for text in "abc"]
        assert [one.status for one in seen] == [202] * 3
        assert len({one.headers["location"] for one in seen}) == 1
        body = seen[0].json["response"]
        assert body == {"run_id": seen[0].headers["run-id"], "status_url": seen[0].headers["location"]}
        status = await served.ask("GET", body["status_url"])
        assert status.headers["retry-after"] == "1"
        assert status.json["response"]["state"] == "waiting"
        assert status.json["response"]["why"].startswith("waits for further calls, until ")
        assert served.counts("log", "op_queue") == {"log": 0, "op_queue": 1}

    play(tmp_path, go("debounce: 1 hour"), story, database_url)


def test_a_call_that_the_rate_has_no_room_for_in_time_gets_429_and_when_to_try_again(
    tmp_path: Path, database_url: str
) -> None:
    files = go("rate: 1 per 100 seconds") | {"app.yaml": "name: Test\nlimits: {run_seconds: 0.2}\n"}

    async def story(served: Served) -> None:
        assert (await served.post("go", {"text": "a"})).status == 200
        refused = await served.post("go", {"text": "b"})
        assert refused.status == 429
        assert 90 <= int(refused.headers["retry-after"]) <= 100
        assert refused.json["body"]["status"] == "RATE_LIMITED"
        assert "1 per 100 seconds have begun" in refused.json["body"]["message"]
        assert served.counts("log", "op_runs", "op_queue") == {"log": 1, "op_runs": 1, "op_queue": 0}

        later = await served.post("go", {"text": "c"}, headers={"Prefer": "respond-async"})
        await until(lambda: served.count("op_lines") == 1)
        status = (await served.ask("GET", later.headers["location"])).json["response"]
        assert status["why"].startswith("waits for its turn: 1 per 100 seconds have begun, until ")

    play(tmp_path, files, story, database_url)


def test_a_skipped_call_is_told_to_try_again_and_sent_on_where_the_workflow_redirects(
    tmp_path: Path, database_url: str
) -> None:
    redirect = "response: redirect\nredirect: {success: https://shop.test/ok, error: https://shop.test/sorry}\n"
    files = go("rate: 1 per hour\nwhen_busy: skip")
    there = files["workflows/go.yaml"]
    files["workflows/sent.yaml"] = there.replace("auth: none\n", "auth: none\n" + redirect)
    files["workflows/quiet.yaml"] = there.replace("auth: none\n", "auth: none\nreturn_200_if_skipped: yes\n")

    async def story(served: Served) -> None:
        for name in ("go", "quiet"):
            assert (await served.post(name, {"text": "a"})).status == 200
        skipped = await served.post("go", {"text": "b"})
        assert (skipped.status, skipped.headers["retry-after"]) == (503, "1")
        assert skipped.json["body"] == {
            "status": "BUSY",
            "message": "Not run: 1 per hour have begun, and go says `when_busy: skip`.",
        }
        quiet = await served.post("quiet", {"text": "b"})
        assert (quiet.status, quiet.json["status"]) == (200, "NOT_RUN")

        assert (await served.post("sent", {"text": "a"})).headers["location"] == "https://shop.test/ok?text=a"
        sent = await served.post("sent", {"text": "b"})
        assert sent.status == 302
        assert sent.headers["location"].startswith("https://shop.test/sorry?statusCode=503&message=Not+run")
        assert served.counts("log", "op_runs") == {"log": 3, "op_runs": 6}

        later = await served.post("go", {"text": "c"}, headers={"Prefer": "respond-async"})
        await until(lambda: served.count("op_runs") == 7)
        status = (await served.ask("GET", later.headers["location"])).json["response"]
        assert (status["state"], status["status"]) == ("skipped", 503)
        assert status["error"]["body"]["status"] == "BUSY"
        later = await served.post("quiet", {"text": "c"}, headers={"Prefer": "respond-async"})
        await until(lambda: served.count("op_runs") == 8)
        status = (await served.ask("GET", later.headers["location"])).json["response"]
        assert (status["status"], status["answer"]["status"]) == (200, "NOT_RUN")

    play(tmp_path, files, story, database_url)


def test_a_caller_in_whose_place_a_later_one_waits_gets_409(tmp_path: Path, database_url: str) -> None:
    async def story(served: Served) -> None:
        assert (await served.post("go", {"text": "a"})).status == 200
        early = asyncio.ensure_future(served.post("go", {"text": "b"}))
        await asyncio.sleep(0.2)
        late = asyncio.ensure_future(served.post("go", {"text": "c"}))
        refused = await early
        assert (refused.status, refused.json["body"]["status"]) == (409, "REPLACED")
        answered = await late
        assert (answered.status, answered.json["response"]) == (200, {"text": "c"})
        assert served.counts("log", "op_queue") == {"log": 2, "op_queue": 0}

    play(tmp_path, go("rate: 1 per 2 seconds\nwhen_busy: replace"), story, database_url)


def test_the_command_line_says_why_a_run_waits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_app(tmp_path / "app", go("rate: 1 per hour"))

    def printed(*arguments: str) -> str:
        capsys.readouterr()
        assert run([*arguments, str(folder), "--data", str(tmp_path / "data")]) == 0
        return capsys.readouterr().out

    with serving(folder, tmp_path / "data") as served:
        run_id = _two_calls(served)
        for command in ("scheduled", "runs"):
            shown = json.loads(printed(command, "show", run_id, "--json"))
            assert shown["state"] == "parked"
            assert shown["why"].startswith("waits for its turn: 1 per hour have begun, until ")
            assert shown["parameters"] == {"text": "b"}
        assert "This run has not begun." in printed("runs", "show", run_id)
        (line,) = [json.loads(one) for one in printed("scheduled", "list", "--json").splitlines()]
        assert (line["id"], line["why"]) == (run_id, shown["why"])
    assert run(["runs", "show", "unknown", str(folder), "--data", str(tmp_path / "data")]) == 1


def _two_calls(served: Serving) -> str:
    """Call twice, the second time for later; returns the id of that run once it waits for its turn."""
    with served.client() as client:
        assert client.post("go", json={"text": "a"}).status_code == 200
        later = client.post("go", json={"text": "b"}, headers={"Prefer": "respond-async"})
        place = whole(served, later.headers["location"])
        for _ in range(100):
            if "its turn" in client.get(place).json()["response"].get("why", ""):
                return later.headers["run-id"]
            time.sleep(0.05)
    pytest.fail("it does not wait for its turn")


def whole(served: Serving, path: str) -> str:
    """The whole address of a path."""
    return f"http://127.0.0.1:{served.port}{path}"
