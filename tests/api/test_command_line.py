"""The command line on real folders: what it prints, what it leaves behind, and what a served app answers."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import httpx2
import pytest

from offpage.cli.main import run
from tests.ports import free_port
from tests.postgres_server import fresh_database
from tests.site import complaints

OFFPAGE = Path(sys.executable).with_name("offpage")


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """The app that `offpage new` makes."""
    folder = tmp_path / "tasks"
    assert run(["new", str(folder)]) == 0
    return folder


class Said:
    """Runs a command in this process and keeps what it said."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: object) -> tuple[int, str, str]:
        self._capsys.readouterr()
        code = run([str(one) for one in arguments])
        captured = self._capsys.readouterr()
        return code, captured.out, captured.err

    def json(self, *arguments: object) -> tuple[int, list[Any]]:
        code, out, err = self(*arguments, "--json")
        assert complaints(err) == []
        return code, [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    return Said(capsys)


class Served:
    """A server process, its address, and the events that it prints."""

    def __init__(self, process: subprocess.Popen[str], out: IO[str]) -> None:
        self.process = process
        self._out = out
        self.started = self.event("serving")
        self.url: str = self.started["url"]

    @property
    def lines(self) -> IO[str]:
        """What it prints from now on."""
        return self._out

    def event(self, name: str) -> dict[str, Any]:
        """Wait for the next event of a name."""
        for line in self._out:
            event: dict[str, Any] = json.loads(line)
            if event["event"] == name:
                return event
        raise AssertionError(f"The server ended without saying {name!r}.")

    def post(self, name: str, data: Any, prefix: str = "", **more: Any) -> httpx2.Response:
        return httpx2.post(f"{self.url}{prefix}/api/1.1/wf/{name}", json=data, **more)

    def get(self, name: str, prefix: str = "") -> httpx2.Response:
        return httpx2.get(f"{self.url}{prefix}/api/1.1/wf/{name}")


@contextmanager
def served(command: str, folder: Path, *more: str) -> Iterator[Served]:
    """A real `offpage dev` or `offpage serve` on a free port, stopped with SIGTERM."""
    with subprocess.Popen(
        [OFFPAGE, command, folder, "--port", "0", "--json", *more], stdout=subprocess.PIPE, text=True, env=os.environ
    ) as process:
        try:
            assert process.stdout is not None
            yield Served(process, process.stdout)
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
        finally:
            process.kill()


def test_a_new_app_has_no_issues(app: Path, said: Said) -> None:
    assert said("check", app) == (0, "No issues.\n", "")
    assert said.json("check", app) == (0, [])


def test_check_prints_every_issue_with_its_place_and_exits_with_1(app: Path, said: Said) -> None:
    task = app / "types" / "task.yaml"
    task.write_text(task.read_text().replace("due: date", "due: dat"))
    steps = app / "workflows" / "tasks" / "add_task.yaml"
    steps.write_text(steps.read_text().replace("=title.trimmed", "=titel.trimmed"))
    code, out, _ = said("check", app)
    assert code == 1
    assert f"{task}:6:" in out
    assert f"{steps}:" in out
    assert "did you mean" in out.lower()
    assert "(workflows/tasks/add_task/steps/0/with/set/title)" in out
    assert out.splitlines()[-1].endswith("errors.")
    code, issues = said.json("check", app)
    assert code == 1
    assert {issue["file"] for issue in issues} >= {"types/task.yaml", "workflows/tasks/add_task.yaml"}
    assert all(issue["line"] >= 1 and issue["message"] for issue in issues)


def test_run_prints_what_each_step_did(app: Path, said: Said) -> None:
    code, out, err = said("run", app, "add_task", "--param", "title=Water", "--param", 'tags=["a","b"]')
    assert (code, complaints(err)) == (0, [])
    for words in (
        "add_task  finished",
        "workflows/tasks/add_task/steps/0  create_thing  done",
        "title:  Water",
        "workflows/tasks/add_task/steps/1  return_data  done",
        "message:  Noted Water as Normal.",
    ):
        assert words in out, out


def test_run_gives_programs_the_whole_record(app: Path, said: Said) -> None:
    code, [record] = said.json("run", app, "add_task", "--param", "title=Water", "--param", "due=2030-01-31")
    assert code == 0
    assert record["state"] == "finished"
    assert record["parameters"] == {"title": "Water", "due": "2030-01-31T00:00:00.000Z"}
    assert [entry["do"] for entry in record["journal"]] == ["create_thing", "return_data"]
    first = record["journal"][0]
    assert first["state"] == "done"
    assert first["result"] == record["answer"]["values"]["id"]
    assert first["ms"] > 0
    assert first["workload"] > 0


def test_a_run_whose_condition_does_not_hold_is_skipped(app: Path, said: Said) -> None:
    _, [made] = said.json("run", app, "add_task", "--param", "title=Water")
    task = f"task={made['answer']['values']['id']}"
    assert said.json("run", app, "finish_task", "--param", task)[1][0]["state"] == "finished"
    code, out, _ = said("run", app, "finish_task", "--param", task)
    assert code == 0
    assert "finish_task  skipped" in out
    code, [tasks] = said.json("run", app, "list_tasks", "--param", "done=yes")
    [shown] = tasks["answer"]["values"]["tasks"]
    assert shown["done"] is True
    assert shown["tags"] == ["finished"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["add_task"], ["The parameter title (text) is missing"]),
        (["add_task", "--param", "titel=x"], ["There is no parameter titel", "The parameter title (text) is missing"]),
        (["add_task", "--param", "title=x", "--param", "due=soon"], ["Invalid data for field due", "as a date"]),
        (["add_task", "--param", "title=x", "--user", "1x2"], ["There is no user 1x2", "e-mail"]),
        (["add_tasks", "--param", "title=x"], ["There is no workflow add_tasks. Did you mean add_task?"]),
        (["finish_task", "--param", "task=1671702337369x488321592367327900"], ["does not exist"]),
    ],
)
def test_what_cannot_be_run_is_said_and_leaves_no_run(
    arguments: list[str], words: list[str], app: Path, said: Said
) -> None:
    code, out, err = said("run", app, *arguments)
    assert (code, out) == (1, "")
    assert all(word in err for word in words), err
    assert said.json("runs", "list", app) == (0, [])


def test_a_workflow_with_issues_is_not_run_and_its_issues_are_said(app: Path, said: Said) -> None:
    steps = app / "workflows" / "tasks" / "add_task.yaml"
    steps.write_text(steps.read_text().replace("=title.trimmed", "=titel.trimmed"))
    code, _, err = said("run", app, "add_task", "--param", "title=x")
    assert code == 1
    assert "titel" in err
    assert said("run", app, "list_tasks")[0] == 0


def test_runs_are_listed_newest_first_and_shown(app: Path, said: Said) -> None:
    for title in ("one", "two", "three"):
        said("run", app, "add_task", "--param", f"title={title}")
    said("run", app, "list_tasks")
    _, listed = said.json("runs", "list", app, "--workflow", "add_task", "--limit", "2")
    assert [line["workflow"] for line in listed] == ["add_task", "add_task"]
    assert listed[0]["seq"] > listed[1]["seq"]
    _, [oldest] = said.json("runs", "list", app, "--before", listed[1]["seq"])
    _, [record] = said.json("runs", "show", oldest["id"], app)
    assert record["parameters"] == {"title": "one"}
    code, out, _ = said("runs", "show", oldest["id"], app)
    assert code == 0
    assert "workflows/tasks/add_task/steps/0  create_thing  done" in out
    code, out, _ = said("runs", "list", app)
    assert oldest["id"] in out
    assert said("runs", "list", app, "--state", "failed")[1] == "There are no such runs.\n"


def test_a_run_that_is_not_there_is_said(app: Path, said: Said) -> None:
    code, _, err = said("runs", "show", "1x2", app)
    assert code == 1
    assert "There is no run 1x2 in development" in err


def test_a_token_is_shown_once_and_kept_as_a_hash(app: Path, said: Said) -> None:
    code, secret, hint = said("token", "create", app, "--label", "billing [x]")
    secret = secret.strip()
    assert code == 0
    assert len(secret) == 32
    assert "not shown again" in hint
    _, [listed] = said.json("token", "list", app)
    assert listed["label"] == "billing [x]"
    assert secret not in json.dumps(listed)
    assert "billing [x]" in said("token", "list", app)[1]
    for file in (app / ".offpage").rglob("*"):
        assert not file.is_file() or secret.encode() not in file.read_bytes(), file
    assert said("token", "revoke", listed["id"], app)[0] == 0
    assert said.json("token", "list", app) == (0, [])
    code, _, err = said("token", "revoke", listed["id"], app)
    assert code == 1
    assert "There is no token" in err


def test_dev_serves_what_the_folder_says_and_follows_its_changes(app: Path) -> None:
    with served("dev", app) as server:
        assert server.started["app"] == "Tasks"
        assert {one["name"] for one in server.started["workflows"]} == {"add_task", "finish_task", "list_tasks"}
        assert server.event("issues")["issues"] == []
        made = server.post("add_task", {"title": "Water"})
        assert made.json()["response"]["message"] == "Noted Water as Normal."
        assert server.get("list_tasks", "/version-test").json()["response"]["count"] == 1

        steps = app / "workflows" / "tasks" / "add_task.yaml"
        steps.write_text(steps.read_text().replace("Noted {{", "Kept {{"))
        assert server.event("reloaded")["issues"] == []
        assert server.post("add_task", {"title": "Water"}).json()["response"]["message"] == "Kept Water as Normal."

        steps.write_text(steps.read_text().replace("=title.trimmed", "=titel.trimmed"))
        issues = server.event("reloaded")["issues"]
        assert [one["file"] for one in issues] == ["workflows/tasks/add_task.yaml"]  # one mistake, one issue
        assert "titel" in issues[0]["message"]
        assert server.get("list_tasks").json()["response"]["count"] == 2


def test_dev_tells_of_every_call_and_why_it_did_not_work(app: Path, said: Said) -> None:
    with served("dev", app) as server:
        server.post("add_task", {"title": "Water"})
        told = server.event("called")
        assert (told["method"], told["path"], told["status"], told["reason"]) == (
            "POST", "/api/1.1/wf/add_task", 200, "",
        )  # fmt: skip
        assert told["ms"] > 0
        server.post("add_task", {})
        assert server.event("called")["reason"] == "Missing parameter for workflow add_task: parameter title"
        httpx2.get(server.url + "/api/1.1/wf/nothing?api_token=hidden-token")
        told = server.event("called")
        assert "hidden-token" not in json.dumps(told)
        assert said("runs", "list", app)[1].count("started (UTC)") == 1
        code, _, err = said("runs", "list", app, "--workflow", "add_tsk")
        assert (code, "Did you mean `add_task`?" in err) == (1, True)
    with served("dev", app, "--quiet") as server:
        server.post("add_task", {"title": "Water"})
        (app / "app.yaml").write_text("name: Other\n")
        assert (
            next(
                one["event"]
                for one in map(json.loads, server.lines)
                if one["event"] not in ("issues", "editor", "mail")
            )
            == "reloaded"
        )


def test_commands_work_beside_a_server(app: Path, said: Said) -> None:
    add = app / "workflows" / "tasks" / "add_task.yaml"
    add.write_text(add.read_text().replace("auth: none", "auth: admin"))
    with served("dev", app) as server:
        assert server.post("add_task", {"title": "Water"}).status_code == 401
        _, [token] = said.json("token", "create", app, "--label", "test")
        bearer = {"Authorization": f"Bearer {token['token']}"}
        answer = server.post("add_task", {"title": "Water"}, headers=bearer)
        assert answer.status_code == 200
        assert said("run", app, "add_task", "--param", "title=More")[0] == 0
        assert server.get("list_tasks").json()["response"]["count"] == 2
        _, listed = said.json("runs", "list", app)
        assert answer.headers["Run-Id"] in {line["id"] for line in listed}


def test_detect_keeps_the_sample_that_is_sent(app: Path) -> None:
    with served("dev", app) as server:
        address = "/version-test/api/1.1/wf/add_task/initialize"
        assert httpx2.post(server.url + address, json={}).status_code == 404
        port = server.url.rpartition(":")[2]
        with subprocess.Popen(
            [OFFPAGE, "detect", app, "add_task", "--port", port, "--json"], stdout=subprocess.PIPE, text=True
        ) as waiting:
            assert waiting.stdout is not None
            listening = json.loads(waiting.stdout.readline())
            assert listening["url"] == server.url + address
            assert httpx2.post(listening["url"], json={"title": "x", "nested": {"n": [1]}}).status_code == 200
            detected = json.loads(waiting.stdout.readline())
            assert waiting.wait(10) == 0
        assert detected["sample"]["body"] == {"title": "x", "nested": {"n": [1]}}
    assert "nested" in (app / "workflows" / "tasks" / "add_task.yaml").read_text()
    assert not list((app / ".offpage" / "listening").iterdir())


def test_tokens_is_another_name_of_token(app: Path, said: Said) -> None:
    _, [made] = said.json("token", "create", app, "--label", "test")
    code, [listed] = said.json("tokens", "list", app)
    assert (code, listed["id"]) == (0, made["id"])
    assert "\n  tokens " not in said("--help")[1], "one name is enough for people"


@pytest.fixture
def nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands look for a server where none is, whatever listens on the usual port of this machine."""
    monkeypatch.setenv("OFFPAGE_PORT", str(free_port()))


@pytest.mark.usefixtures("nobody_there")
def test_detect_finds_the_server_of_the_folder_by_itself(app: Path, said: Said) -> None:
    with served("dev", app) as server:
        code, out, err = said("detect", app, "add_task", "--seconds", "0")
        assert code == 1
        assert f"{server.url}/version-test/api/1.1/wf/add_task/initialize" in out
        assert "No server answers" not in err
        elsewhere = said("detect", app, "add_task", "--seconds", "0", "--url", "http://127.0.0.1:1")
        assert "http://127.0.0.1:1/version-test/" in elsewhere[1]
        assert "No server answers at http://127.0.0.1:1 " in elsewhere[2]
    # A stopped server is not where a sample goes.
    assert "No server answers" in said("detect", app, "add_task", "--seconds", "0")[2]


@pytest.mark.usefixtures("nobody_there")
def test_detect_gives_up_in_time_and_refuses_what_is_no_workflow(app: Path, said: Said) -> None:
    code, _, err = said("detect", app, "add_task", "--seconds", "0")
    assert code == 1
    assert "Is the server running" in err
    assert "No server answers at " in err
    add = app / "workflows" / "tasks" / "add_task.yaml"
    text = add.read_text()
    add.write_text(text.replace("=title.trimmed", "=titel.trimmed"))
    code, _, err = said("detect", app, "add_task")
    assert code == 1
    assert "cannot run before its issues are mended" in err
    assert "titel" in err
    add.write_text(text)
    code, _, err = said("detect", app, "../../x")
    assert code == 1
    assert "There is no workflow" in err
    assert not list((app / ".offpage" / "listening").iterdir())


def test_serve_keeps_live_and_development_apart(app: Path) -> None:
    with served("serve", app) as server:
        assert server.post("add_task", {"title": "live"}).status_code == 200
        assert server.get("list_tasks").json()["response"]["count"] == 1
        assert server.get("list_tasks", "/version-test").json()["response"]["count"] == 0


def test_a_port_or_a_database_in_use_is_said_in_a_sentence(app: Path, said: Said) -> None:
    with served("dev", app) as server:
        port = server.url.rpartition(":")[2]
        code, _, err = said("dev", app, "--port", port)
        assert code == 1
        assert f"Port {port} of 127.0.0.1 cannot be used" in err
        code, _, err = said("dev", app, "--port", "0")
        assert code == 1
        assert re.match("Error: Another (Offpage )?process ", err)  # PostgreSQL knows which


def test_what_a_stopped_server_kept_is_there_when_it_starts_again(app: Path) -> None:
    for count in (1, 2):
        with served("dev", app) as server:
            assert server.post("add_task", {"title": "Water"}).status_code == 200
            assert server.get("list_tasks").json()["response"]["count"] == count


def test_everything_may_live_in_postgresql(app: Path, said: Said, postgres_url: str) -> None:
    with fresh_database(postgres_url, f"command_line_{os.getpid()}") as url:
        with served("serve", app, "--database", url) as server:
            assert server.post("add_task", {"title": "live"}).status_code == 200
            assert server.get("list_tasks").json()["response"]["count"] == 1
            assert server.get("list_tasks", "/version-test").json()["response"]["count"] == 0
            _, [token] = said.json("token", "create", app, "--live", "--label", "test", "--database", url)
            bearer = {"Authorization": f"Bearer {token['token']}"}
            assert server.post("add_task", {"title": "more"}, headers=bearer).status_code == 200
        assert said("run", app, "add_task", "--param", "title=dev", "--database", url)[0] == 0
        assert len(said.json("runs", "list", app, "--env", "live", "--workflow", "add_task", "--database", url)[1]) == 2
        assert len(said.json("runs", "list", app, "--database", url, "--workflow", "add_task")[1]) == 1
    # The key never lies with what it opens, and what helps editors is no data.
    assert sorted(one.name for one in (app / ".offpage").iterdir()) == ["key", "schemas"]


def test_the_calls_of_the_starters_readme_work(app: Path) -> None:
    commands = re.findall(r"^curl .*?[^\\]$", (app / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    assert len(commands) == 2
    with served("dev", app) as server:
        for command in commands:
            answer = curl(command.replace("http://127.0.0.1:8080", server.url).replace("\\\n", " "))
            assert (answer.status_code, answer.json()["status"]) == (200, "success")
        assert answer.json()["response"]["tasks"][0]["title"] == "Water the plants"


def curl(command: str) -> httpx2.Response:
    """Do what a `curl ADDRESS -H HEADER -d BODY` of a README does (the machine may have no curl)."""
    _, address, *options = shlex.split(command)
    given = dict(zip(options[::2], options[1::2], strict=True))
    if "-d" not in given:
        return httpx2.get(address)
    name, value = given["-H"].split(": ")
    return httpx2.post(address, content=given["-d"], headers={name: value})


def test_a_workflow_may_run_for_a_user(app: Path, said: Said) -> None:
    (app / "workflows" / "join.yaml").write_text(
        "auth: none\nsteps:\n"
        "  - {do: create_thing, as: who, with: {type: user, set: {email: ada@example.com}}}\n"
        "  - {do: return_data, with: {values: {id: =who.id}}}\n"
    )
    (app / "workflows" / "me.yaml").write_text(
        "ignore_privacy: yes\nsteps:\n  - {do: return_data, with: {values: {email: =current_user.email}}}\n"
    )
    code, [joined] = said.json("run", app, "join")
    assert code == 0, joined
    code, [me] = said.json("run", app, "me", "--user", joined["answer"]["values"]["id"])
    assert code == 0
    assert me["actor"] == "user"
    assert me["answer"]["values"] == {"email": "ada@example.com"}
