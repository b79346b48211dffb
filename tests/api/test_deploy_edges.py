"""What deploys, rollbacks and purges leave without its columns: refused, or failed with a sentence."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx2

from tests.api.test_deploy import error, of, rewrite
from tests.deployed import NOTE, LiveServer, app, command, live_server

LATER = """
auth: none
parameters: {seconds: number}
steps:
  - {do: schedule_workflow, with: {workflow: keep, at: =now + seconds(seconds)}}
"""
KEEP = 'auth: none\nsteps: [{do: create_thing, with: {type: note, set: {total: ="a lot"}}}]\n'
FILES = {"workflows/later.yaml": LATER, "workflows/keep.yaml": KEEP}


def later(server: LiveServer, seconds: float) -> None:
    """Schedule `keep`."""
    answer = httpx2.post(f"{server.url}/api/1.1/wf/later", json={"seconds": seconds})
    assert answer.status_code == 200, answer.text


def ended(folder: Path, state: str) -> dict[str, Any]:
    """The run of `keep` that has ended so, once it has."""
    for _ in range(100):
        found = [
            one
            for one in command("runs", "list", folder, "--live")[:-1]
            if (one.get("workflow"), one.get("state")) == ("keep", state)
        ]
        if found:
            return found[0]
        time.sleep(0.2)
    raise AssertionError("the run has not ended")


def without_total(folder: Path) -> None:
    """Deploy a version that neither has the field nor speaks of it."""
    rewrite(folder, 2, NOTE.replace("  total: text\n", ""))
    for one in FILES:
        (folder / one).unlink(missing_ok=True)
    command("deploy", folder, "--yes")


def test_going_back_to_a_field_that_was_purged_is_refused(tmp_path: Path) -> None:
    folder = app(tmp_path / "app")
    with live_server(folder) as server:
        without_total(folder)
        assert command("purge", folder, "--live", "--yes")[0]["purged"] == "Dropped the column total of t_note."
        refused = error(command("deploy", folder, "--rollback", check=False))
        assert "The values of note.total have been purged; the field would be empty." in refused
        assert "--allow-data-loss" in refused
        assert server.version() == 2
        made = of(command("deploy", folder, "--rollback", "--allow-data-loss", "--yes"), "deployed")
        assert made["back_to"] == 1
        assert server.version() == 1


def test_a_waiting_run_that_a_forced_deploy_strands_fails_with_a_sentence_when_it_is_due(tmp_path: Path) -> None:
    folder = app(tmp_path / "app", FILES)
    with live_server(folder) as server:
        later(server, 9)
        rewrite(folder, 2, NOTE.replace("total: text", "total: list of date"))
        for one in FILES:
            (folder / one).unlink()
        assert "1 run will fail" in error(command("deploy", folder, check=False))
        command("deploy", folder, "--yes")
        run = ended(folder, "failed")
        assert "former version of the app, and keep cannot run as it was then" in str(run["error"])
        assert server.version() == 2


def test_a_server_notices_that_values_were_purged_beside_it(tmp_path: Path) -> None:
    folder = app(tmp_path / "app", FILES)
    with live_server(folder) as server:
        later(server, 2)
        later(server, 10)
        without_total(folder)
        ended(folder, "finished")  # the former version is in the server's memory now
        command("purge", folder, "--live", "--yes")
        run = ended(folder, "failed")
        assert "former version of the app, and keep cannot run as it was then" in str(run["error"])
