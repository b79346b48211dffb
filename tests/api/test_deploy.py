"""`offpage deploy` on real folders, beside real servers: live and development apart, no restart, and back again."""

from __future__ import annotations

import re
import shlex
import threading
from pathlib import Path
from typing import Any

import httpx2

from tests.deployed import NOTE, LiveServer, app, command, live_server, script, version
from tests.house.source import ROOT


def rewrite(folder: Path, number: int, note: str = NOTE) -> None:
    """Make the folder another version."""
    (folder / "types/note.yaml").write_text(note)
    (folder / "workflows/say.yaml").write_text(version(number))


def of(said: list[dict[str, Any]], event: str) -> dict[str, Any]:
    """The one event of a name."""
    (found,) = [one for one in said if one.get("event") == event]
    return found


def error(said: list[dict[str, Any]]) -> str:
    """What a command complained about."""
    assert said[-1]["exit"] == 1, said
    return str(said[-2]["error"]["message"])


def test_what_is_changed_is_seen_in_development_and_live_only_once_it_is_deployed(tmp_path: Path) -> None:
    folder = app(tmp_path / "app")
    with live_server(folder) as server:
        assert server.started["deploy"]["kind"] == "first"
        assert server.version() == server.version("/version-test") == 1
        rewrite(folder, 2, NOTE + "  extra: number\n")
        server.event("reloaded")
        assert (server.version(), server.version("/version-test")) == (1, 2)
        dry = command("deploy", folder, "--dry-run")
        changes = {(one["how"], one["kind"], one["id"], *one["parts"]) for one in of(dry, "proposal")["changes"]}
        assert changes == {
            ("changed", "data type", "note", "fields/extra"),
            ("changed", "workflow", "say", "steps"),
        }
        assert of(dry, "proposal")["tables"] == ["note: add the field extra (number)."]
        assert server.version() == 1
        made = of(command("deploy", folder, "--message", "Two"), "deployed")
        assert (made["deploy"], made["message"], made["served"]) == (2, "Two", True)
        assert server.version() == 2  # at once: the deploy waits until the server has taken it up
        assert server.event("deployed")["deploy"] == 2
        assert of(command("deploy", folder), "proposal")["is_live"] is True


def test_live_answers_with_what_was_deployed_after_a_restart_whatever_became_of_the_folder(tmp_path: Path) -> None:
    folder = app(tmp_path / "app")
    with live_server(folder) as server:
        assert server.version() == 1
    rewrite(folder, 2)
    with live_server(folder) as server:
        assert (server.version(), server.version("/version-test")) == (1, 2)
    (folder / "app.yaml").write_text("name: [\n")
    with live_server(folder) as server:
        assert server.version() == 1
        assert "app.yaml" in server.event("unserved")["message"]
        assert server.say(prefix="/version-test").status_code == 404
        (folder / "app.yaml").write_text("name: Test\n")
        assert server.event("reloaded")["issues"] == []
        assert server.version("/version-test") == 2
    for file in folder.rglob("*.yaml"):
        file.unlink()
    with live_server(folder) as server:
        assert server.version() == 1


def test_a_folder_with_issues_is_not_deployed_and_a_first_one_becomes_live_without_a_restart(tmp_path: Path) -> None:
    folder = app(tmp_path / "app")
    say = folder / "workflows/say.yaml"
    say.write_text(version(1).replace("=name}", "=nam}"))
    assert "nam" in error(command("deploy", folder, check=False))
    with live_server(folder) as server:
        assert server.started["environments"] == ["development"]
        seen = server.say()
        assert (seen.status_code, "Nothing has been deployed yet" in seen.text) == (404, True)
        say.write_text(version(1))
        assert of(command("deploy", folder), "deployed")["served"] is True
        assert server.version() == 1
        say.write_text(version(2).replace("=name}", "=nam}"))
        assert "nam" in error(command("deploy", folder, "--dry-run", check=False))
        assert server.version() == 1


def test_going_back_brings_back_workflows_and_types_and_keeps_the_data(tmp_path: Path) -> None:
    folder = app(tmp_path / "app")
    with live_server(folder) as server:
        rewrite(folder, 2, NOTE + "  extra: {type: text, default: kept}\n")
        command("deploy", folder)
        assert server.version() == 2
        made = of(command("deploy", folder, "--rollback"), "deployed")
        assert (made["deploy"], made["back_to"], made["kind"]) == (3, 1, "rollback")
        assert server.version() == 1
        assert of(command("deploy", folder, "--rollback", "2"), "deployed")["deploy"] == 4
        assert server.version() == 2
        listed = command("deploy", folder, "--list")[:-1]
        assert [(one["deploy"], one["back_to"], one["live"]) for one in listed] == [
            (4, 2, True), (3, 1, False), (2, None, False), (1, None, False),
        ]  # fmt: skip
        things = command("export", folder, "note", "--live", "--output", tmp_path / "out.jsonl")
        assert things[0]["exported"] == 3
        assert '"extra":"kept"' in (tmp_path / "out.jsonl").read_text()
        assert "There is no deploy 9" in error(command("deploy", folder, "--rollback", "9", check=False))


def test_a_change_that_loses_values_must_be_allowed_and_is_not_gone_back_over(tmp_path: Path) -> None:
    folder = app(tmp_path / "app")
    text = "auth: none\nsteps: [{do: create_thing, with: {type: note, set: {total: a lot}}}]\n"
    (folder / "workflows/lot.yaml").write_text(text)
    with live_server(folder) as server:
        assert httpx2.post(f"{server.url}/api/1.1/wf/lot").status_code == 200
        (folder / "workflows/lot.yaml").write_text(text.replace("a lot", "3"))
        rewrite(folder, 2, NOTE.replace("total: text", "total: number"))
        refused = error(command("deploy", folder, check=False))
        assert "cannot be read as that" in refused
        assert "--allow-data-loss" in refused
        assert server.version() == 1
        assert "--yes" in error(command("deploy", folder, "--allow-data-loss", check=False))
        assert of(command("deploy", folder, "--allow-data-loss", "--yes"), "deployed")["served"] is True
        assert server.version() == 2
        refused = error(command("deploy", folder, "--rollback", check=False))
        assert "Deploy 2 has put aside the values of note.total" in refused
        assert server.version() == 2
        assert httpx2.post(f"{server.url}/api/1.1/wf/lot").status_code == 200


def test_waiting_runs_stay_with_their_definition_and_those_that_cannot_run_are_shown_first(tmp_path: Path) -> None:
    later = """
        auth: none
        steps:
          - {do: schedule_workflow, with: {workflow: keep, at: =now + days(1)}}
        """
    keep = 'auth: none\nsteps: [{do: create_thing, with: {type: note, set: {total: ="a lot"}}}]\n'
    folder = app(tmp_path / "app", {"workflows/later.yaml": later, "workflows/keep.yaml": keep})
    with live_server(folder) as server:
        assert httpx2.post(f"{server.url}/api/1.1/wf/later").status_code == 200
        rewrite(folder, 2)
        (run,) = of(command("deploy", folder, "--dry-run"), "proposal")["runs"]
        assert (run["workflow"], run["what"], run["count"], run["why_not"]) == ("keep", "waiting", 1, "")
        command("deploy", folder)
        rewrite(folder, 3, NOTE.replace("total: text", "total: list of date"))
        (folder / "workflows/keep.yaml").unlink()
        (folder / "workflows/later.yaml").unlink()
        (run,) = of(command("deploy", folder, "--dry-run"), "proposal")["runs"]
        assert "a list of date is needed" in run["why_not"]
        refused = error(command("deploy", folder, check=False))
        assert "1 run will fail" in refused
        assert "--yes" in refused
        assert server.version() == 2
        command("deploy", folder, "--yes")
        assert server.version() == 3
        (shown, _) = command("scheduled", "list", folder, "--live")
        assert shown["workflow"] == "keep"


def test_tokens_accounts_and_secrets_of_one_environment_are_no_good_in_the_other(tmp_path: Path) -> None:
    files = {
        "workflows/guarded.yaml": "auth: admin\nsteps: [{do: return_data, with: {values: {env: =env, url: =app.url}}}]\n",
        "workflows/secret.yaml": "auth: none\nsteps: [{do: return_data, with: {text: =secret.KEY.md5}}]\n",
        "workflows/join.yaml": "auth: none\nsteps:\n  - {do: sign_up, with: {email: a@example.com, password: long-enough}}\n",
        "workflows/me.yaml": "auth: user\nsteps: [{do: return_data, with: {values: {me: =current_user.email}}}]\n",
        ".env": "KEY=general\n",
        ".env.live": "KEY=of-live\n",
    }
    folder = app(tmp_path / "app", files)
    with live_server(folder) as server:
        tokens = {
            env: command("token", "create", folder, "--label", "x", "--env", env)[0]["token"]
            for env in ("live", "development")
        }
        places = {"live": "", "development": "/version-test"}
        for env, token in tokens.items():
            for other, prefix in places.items():
                bearer = {"Authorization": f"Bearer {token}"}
                seen = httpx2.post(f"{server.url}{prefix}/api/1.1/wf/guarded", headers=bearer)
                assert seen.status_code == (200 if env == other else 401), (env, other)
                if env == other:
                    assert seen.json()["response"] == {"env": env, "url": server.url + prefix}
        said = {env: httpx2.post(f"{server.url}{prefix}/api/1.1/wf/secret").text for env, prefix in places.items()}
        assert said["live"] != said["development"]
        assert [len(command("token", "list", folder, "--env", env)) for env in places] == [2, 2]
        joined = httpx2.post(f"{server.url}/api/1.1/wf/join").json()["response"]["token"]
        bearer = {"Authorization": f"Bearer {joined}"}
        assert httpx2.post(f"{server.url}/api/1.1/wf/me", headers=bearer).status_code == 200
        assert httpx2.post(f"{server.url}/version-test/api/1.1/wf/me", headers=bearer).status_code == 401
        (folder / ".env.live").write_text("KEY=of-live-anew\n")
        server.event("reloaded")
        assert httpx2.post(f"{server.url}/api/1.1/wf/secret").text not in said.values()


def test_no_request_fails_while_deploys_and_rollbacks_go_live(tmp_path: Path, database_url: str) -> None:
    folder = app(tmp_path / "app")
    more = ("--database", database_url) if database_url else ()
    check_under_load(folder, tmp_path / "out.jsonl", *more)


def check_under_load(folder: Path, out: Path, *more: str) -> None:
    """Deploy, and go back, while callers come one after the other: each gets one of the versions, none an error."""
    seen: list[tuple[int, int]] = []
    with live_server(folder, *more) as server:
        over = threading.Event()
        callers = [threading.Thread(target=call_until, args=(server, over, seen)) for _ in range(3)]
        for one in callers:
            one.start()
        rewrite(folder, 2, NOTE + "  extra: number\n  more: list of text\n")
        command("deploy", folder, *more)
        # `total` has no values: it changes its place, and nothing made for the former tables fits any more.
        rewrite(folder, 3, NOTE.replace("total: text", "total: list of number"))
        assert of(command("deploy", folder, *more), "proposal")["requests_wait"] is True
        command("deploy", folder, "--rollback", *more)
        command("deploy", folder, "--rollback", "1", *more)
        over.set()
        for one in callers:
            one.join()
        count = command("export", folder, "note", "--live", "--output", out, *more)[0]["exported"]
    assert {status for status, _ in seen} == {200}
    assert {number for _, number in seen} == {1, 2, 3}
    assert count == len(seen)


SLOW = """
import sys, time
from offpage.host import deploying

applied = deploying.apply

def slowly(*arguments, **named):
    done = applied(*arguments, **named)
    time.sleep(3)
    return done

deploying.apply = slowly
deploying.LONGEST_HOLD_MS = 1_500

from offpage.cli.main import run
run(["deploy", *sys.argv[1:], "--json"])
"""
"""A deploy that takes longer than its hold lasts."""


def test_requests_wait_for_a_deploy_that_takes_longer_than_it_foresaw(tmp_path: Path, database_url: str) -> None:
    folder = app(tmp_path / "app")
    more = ("--database", database_url) if database_url else ()
    check_slow(folder, *more)


def check_slow(folder: Path, *more: str) -> None:
    seen: list[tuple[int, int]] = []
    with live_server(folder, *more) as server:
        over = threading.Event()
        caller = threading.Thread(target=call_until, args=(server, over, seen))
        caller.start()
        rewrite(folder, 2, NOTE.replace("total: text", "total: list of number"))
        assert script(SLOW, folder, *more) == 0
        over.set()
        caller.join()
        assert server.version() == 2
    assert {status for status, _ in seen} == {200}


def call_until(server: LiveServer, over: threading.Event, seen: list[tuple[int, int]]) -> None:
    """Call one after the other until it is over."""
    with httpx2.Client(timeout=30) as client:
        while not over.is_set():
            answer = client.post(f"{server.url}/api/1.1/wf/say", json={"name": "load"})
            number = answer.json()["response"]["version"] if answer.status_code == 200 else 0
            seen.append((answer.status_code, number))


def test_the_walk_of_the_guide_goes_as_it_says(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "guides" / "deploy.md").read_text("utf-8")
    lines = [line for block in re.findall(r"```sh\n(.*?)```", guide, re.DOTALL) for line in block.splitlines()]
    new, serve, *deploys = [shlex.split(line)[1:] for line in lines]
    assert (new, serve) == (["new", "shop"], ["serve", "shop"])
    (kind,) = re.findall(r"```yaml\n# types/task.yaml\n(.*?)```", guide, re.DOTALL)
    folder = tmp_path / "shop"
    command("new", folder)
    with live_server(folder) as server:
        (folder / "types/task.yaml").write_text(kind)
        said = [command(*(folder if one == "shop" else one for one in line)) for line in deploys]
        assert of(said[0], "proposal")["tables"] == ["Task: add the field note (text)."]
        made = [one["deploy"] for each in said for one in each if one.get("event") == "deployed"]
        assert made == [2, 3, 4]
        assert [one["deploy"] for one in said[3][:-1]] == [3, 2, 1]
        fields = httpx2.get(f"{server.url}/api/1.1/wf/list_tasks")
        assert fields.status_code == 200
