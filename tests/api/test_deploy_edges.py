"""What deploys, rollbacks and purges leave without its columns: refused, or failed with a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2

from offpage.host.compose import open_database
from tests.api.test_deploy import error, of, rewrite
from tests.deployed import NOTE, LiveServer, app, command, live_server
from tests.site import place_of
from tests.until import wait_until

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


def make_one_due(folder: Path) -> None:
    """Let the moment of the first that waits have come."""
    first = "UPDATE op_queue SET due_at = 0 WHERE id = (SELECT min(id) FROM op_queue)"
    database = open_database(place_of(folder, folder / ".offpage"), "live", shared=True)
    try:
        assert database.write_now(lambda tx: tx.change(first)) == 1
    finally:
        database.close()


def ended(folder: Path, state: str) -> dict[str, Any]:
    """The run of `keep` that has ended so, once it has."""

    def found() -> list[dict[str, Any]]:
        runs = command("runs", "list", folder, "--live")[:-1]
        return [one for one in runs if (one.get("workflow"), one.get("state")) == ("keep", state)]

    wait_until(found)
    return found()[0]


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
        later(server, 3600)
        rewrite(folder, 2, NOTE.replace("total: text", "total: list of date"))
        for one in FILES:
            (folder / one).unlink()
        assert "1 run will fail" in error(command("deploy", folder, check=False))
        command("deploy", folder, "--yes")
        make_one_due(folder)
        run = ended(folder, "failed")
        assert "former version of the app, and keep cannot run as it was then" in str(run["error"])
        assert server.version() == 2


def test_a_server_notices_that_values_were_purged_beside_it(tmp_path: Path) -> None:
    folder = app(tmp_path / "app", FILES)
    with live_server(folder) as server:
        for _ in range(2):
            later(server, 3600)
        without_total(folder)
        make_one_due(folder)
        ended(folder, "finished")  # the former version is in the server's memory now
        command("purge", folder, "--live", "--yes")
        make_one_due(folder)
        run = ended(folder, "failed")
        assert "former version of the app, and keep cannot run as it was then" in str(run["error"])
