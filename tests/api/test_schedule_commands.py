"""offpage scheduled, batches and bulk: on a folder alone, and beside a server, which notices within a second."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from offpage.cli.main import run
from tests.other_api import Asked, OtherApi, Told, other_api
from tests.processes import Serving, offpage, serving
from tests.site import place_of, write_app
from tests.until import WAIT_SECONDS, wait_until

FILES = {
    "app.yaml": "name: Jobs\n",
    "types/job.yaml": "fields:\n  number: number\n  times: {type: number, default: 0}\n  code: {type: text, unique: yes}\n",
    "workflows/seed.yaml": """
auth: none
ignore_privacy: yes
parameters: {count: number}
steps:
  - do: while
    with: {condition: =search(job).count < count, at_most: 100000}
    steps:
      - {do: create_thing, with: {type: job, set: {number: =search(job).count}}}
""",
    "workflows/work.yaml": """
auth: none
ignore_privacy: yes
parameters: {job: job, by: number}
steps:
  - {do: change_thing, with: {thing: =job, set: {times: {increase: =by}}}}
  - {do: change_thing, only_when: =job.number == 3, with: {thing: =job, set: {code: taken}}}
""",
    "workflows/later.yaml": """
auth: none
parameters: {at: date, word: {type: text, secret: yes}}
steps:
  - {do: schedule_workflow, as: made, with: {workflow: note, at: =at, parameters: {word: =word, number: 7}, key: k}}
  - {do: return_data, with: {values: {id: =made.id}}}
""",
    "workflows/note.yaml": """
auth: none
parameters: {word: {type: text, secret: yes}, number: number}
steps:
  - {do: create_thing, with: {type: job, set: {number: =number}}}
""",
}


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Processes hear SIGINT, though the tests were started in the background, where a shell lets it be ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


CALL = "  - {do: call_api, only_when: =job.number == 7, with: {call: gate.pass}}\n"


def gate_of(api: OtherApi) -> dict[str, str]:
    """The connector of a program that `work` asks."""
    return {"connectors/gate.yaml": f"address: {api.url}\ncalls: {{pass: {{method: POST, path: /pass}}}}\n"}


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """An app folder; its data is in `data` beside it."""
    for name, text in FILES.items():
        path = tmp_path / "app" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip())
    return tmp_path / "app"


Ask = Callable[..., tuple[int, list[Any]]]


@pytest.fixture
def ask(app: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run a command on the app and return its exit code and the lines of JSON that it printed."""

    def asked(*arguments: object) -> tuple[int, list[Any]]:
        capsys.readouterr()
        given = [str(one) for one in arguments]
        code = run([*given, "--data", str(app.parent / "data"), "--json"])
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return asked


def rows(app: Path, ask: Ask, path: str) -> Any:
    """One figure of the app's database."""
    from offpage.host.compose import open_database

    database = open_database(place_of(app, app.parent / "data"), "development", shared=True)
    try:
        return database.read(lambda tx: tx.rows(path))
    finally:
        database.close()


@pytest.fixture
def server(app: Path) -> Iterator[Serving]:
    """A server of the app."""
    with serving(app, app.parent / "data") as one:
        yield one


def test_what_is_scheduled_is_listed_and_shown_without_secrets_and_cancelled(app: Path, ask: Ask) -> None:
    code, _ = ask("run", app, "later", "--param", "at=2090-01-01", "--param", "word=hush-hush")
    assert code == 0
    _, (line,) = ask("scheduled", "list", app)
    assert (line["workflow"], line["state"], line["key"], line["depth"]) == ("note", "waiting", "k", 1)
    assert line["due_at"].startswith("2090-01-01")
    _, (shown,) = ask("scheduled", "show", line["id"], app)
    assert shown["parameters"] == {"word": "•••", "number": 7}
    assert shown["can_run"]
    assert ask("scheduled", "cancel", line["id"], "unknown", "--folder", app) == (0, [{"cancelled": 1}])
    assert ask("scheduled", "list", app) == (0, [])
    assert ask("scheduled", "show", line["id"], app)[0] == 1


def test_cancel_wants_to_know_which(app: Path, ask: Ask) -> None:
    assert ask("scheduled", "cancel", "--folder", app)[0] == 2
    assert ask("scheduled", "cancel", "--all", "--folder", app) == (0, [{"cancelled": 0}])
    ask("run", app, "later", "--param", "at=2090-01-01", "--param", "word=x")
    assert ask("scheduled", "cancel", "--workflow", "note", "--folder", app) == (0, [{"cancelled": 1}])


def test_pausing_beside_a_server_holds_up_what_is_scheduled_until_it_is_resumed(
    app: Path, ask: Ask, server: Serving
) -> None:
    assert ask("scheduled", "pause", app) == (0, [{"paused": True, "paused_workflows": []}])
    with server.client() as client:
        assert client.post("later", json={"at": "2001-01-01", "word": "x"}).status_code == 200
    _, (line,) = ask("scheduled", "list", app)
    assert line["state"] == "paused"
    assert rows(app, ask, "SELECT count(*) FROM t_job") == [(0,)]
    ask("scheduled", "resume", app)
    wait_until(lambda: bool(rows(app, ask, "SELECT count(*) FROM t_job") == [(1,)]))


def test_a_pause_of_one_workflow_is_seen_by_a_running_server(app: Path, ask: Ask, server: Serving) -> None:
    assert ask("scheduled", "pause", app, "--workflow", "note")[1] == [{"paused": False, "paused_workflows": ["note"]}]
    with server.client() as client:
        client.post("later", json={"at": "2001-01-01", "word": "x"})
    wait_until(lambda: bool(rows(app, ask, "SELECT count(*) FROM op_queue WHERE state = 'paused'") == [(1,)]))
    assert rows(app, ask, "SELECT count(*) FROM t_job") == [(0,)]
    ask("scheduled", "resume", app, "--workflow", "note")
    wait_until(lambda: bool(rows(app, ask, "SELECT count(*) FROM t_job") == [(1,)]))


def test_bulk_runs_a_workflow_over_the_things_that_are_meant(app: Path, ask: Ask) -> None:
    ask("run", app, "seed", "--param", "count=10")
    where = ("--type", "job", "--where", "this.number != 5", "--param", "by=2")
    code, (begun, ended) = ask("bulk", app, "work", *where)
    assert code == 0
    assert begun == {"event": "begun", "batch": begun["batch"], "total": 9}
    assert (ended["state"], ended["done"], ended["failed"], ended["progress"]) == ("finished", 9, 0, 1)
    times = rows(app, ask, "SELECT CAST(number AS INTEGER), times FROM t_job ORDER BY number")
    assert times == [(number, 0.0 if number == 5 else 2.0) for number in range(10)]
    _, (line,) = ask("batches", "list", app)
    assert (line["id"], line["done"], line["left"]) == (begun["batch"], 9, 0)


def test_bulk_tells_what_failed_and_it_can_be_tried_again(app: Path, ask: Ask) -> None:
    ask("run", app, "seed", "--param", "count=10")
    ask("bulk", app, "work", "--type", "job", "--where", "this.number == 3", "--param", "by=1")
    rows_of = "SELECT count(*) FROM t_job WHERE code = 'taken'"
    assert rows(app, ask, rows_of) == [(1,)]
    ask("run", app, "note", "--param", "word=x", "--param", "number=3")
    code, (begun, ended) = ask("bulk", app, "work", "--type", "job", "--param", "by=1")
    assert (code, ended["done"], ended["failed"]) == (1, 10, 1)
    _, (shown,) = ask("batches", "show", begun["batch"], app)
    assert len(shown["failed_items"]) == 1
    _, (record,) = ask("runs", "show", shown["failed_items"][0]["run"], app)
    assert "already" in record["error"]["message"] or "taken" in record["error"]["message"]
    assert ask("batches", "retry", begun["batch"], app)[1] == [{"id": begun["batch"], "state": "running", "left": 1}]
    assert ask("bulk", app, "--resume", begun["batch"])[0] == 1
    assert ask("batches", "cancel", begun["batch"], app)[0] == 1
    assert ask("batches", "pause", "unknown", app)[0] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("work", "--type", "job", "--where", "this.nmber == 1", "--param", "by=1"),
        ("work", "--type", "jb", "--param", "by=1"),
        ("work", "--type", "user", "--param", "by=1"),
        ("wrk", "--type", "job"),
        ("work", "--type", "job"),
        ("--resume", "unknown"),
    ],
)
def test_bulk_refuses_what_it_cannot_do_before_anything_is_written(
    app: Path, ask: Ask, arguments: tuple[str, ...]
) -> None:
    assert ask("bulk", app, *arguments)[0] == 1
    assert ask("batches", "list", app) == (0, [])


def test_bulk_that_is_interrupted_goes_on_where_it_was(app: Path, ask: Ask, interruptible: None) -> None:
    ask("run", app, "seed", "--param", "count=300")
    reached, interrupted = threading.Event(), threading.Event()

    def answer(asked: Asked) -> Told:
        reached.set()
        assert interrupted.wait(WAIT_SECONDS)
        return Told()

    with other_api() as gate:  # the work cannot be over before it is interrupted: it stands at a call
        gate.answer = answer
        write_app(app, {**FILES, "workflows/work.yaml": FILES["workflows/work.yaml"] + CALL, **gate_of(gate)})
        arguments = ("--where", "this.number != 3", "--param", "by=1", "--at-once", "1", "--data", app.parent / "data")
        command = offpage("bulk", str(app), "work", "--type", "job", *map(str, arguments), "--json")
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            begun = json.loads(process.stdout.readline())
            assert reached.wait(WAIT_SECONDS)
            process.send_signal(signal.SIGINT)
            interrupted.set()
            said = process.stdout.read()
    assert process.returncode == 130
    assert json.loads(said.splitlines()[-1]) == {"event": "interrupted", "batch": begun["batch"]}
    _, (paused,) = ask("batches", "show", begun["batch"], app)
    assert paused["state"] == "paused"
    assert paused["left"] > 0
    code, (_, ended) = ask("bulk", app, "--resume", begun["batch"])
    assert (code, ended["done"], ended["left"]) == (0, 299, 0)
    assert rows(app, ask, "SELECT times, count(*) FROM t_job GROUP BY times ORDER BY times") == [(0.0, 1), (1.0, 299)]


def test_beside_a_server_bulk_leaves_the_work_to_it(app: Path, ask: Ask, server: Serving) -> None:
    with server.client() as client:
        assert client.post("seed", json={"count": 20}).status_code == 200
    code, (_, ended) = ask("bulk", app, "work", "--type", "job", "--param", "by=1")
    assert (code, ended["done"]) == (0, 20)
    assert rows(app, ask, "SELECT DISTINCT times FROM t_job") == [(1.0,)]


def test_bulk_takes_this_folder_if_none_is_named(app: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    ask("run", app, "seed", "--param", "count=2")
    monkeypatch.chdir(app)
    code, (begun, ended) = ask("bulk", "work", "--type", "job", "--param", "by=1")
    assert (code, begun["total"], ended["done"]) == (0, 2, 2)
    assert ask("bulk", "--resume", begun["batch"])[0] == 0  # all of it is done
    assert ask("bulk", "work", "more", "--type", "job")[0] == 2
