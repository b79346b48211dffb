"""An app moves from SQLite to PostgreSQL and back, with real processes, and goes on where it stopped."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import psycopg
import pytest

from tests.deployed import LiveServer, app, command, live_server
from tests.postgres_server import fresh_database

ITEMS = 60
SECONDS = 60

FILES = {
    "types/job.yaml": "fields:\n  number: {type: number, index: yes}\n  times: {type: number, default: 0}\n"
    "  tags: list of text\n  code: {type: text, unique: yes}\n  hidden: text\n",
    "workflows/make.yaml": """
auth: none
ignore_privacy: yes
parameters: {number: number}
steps:
  - do: create_thing
    with: {type: job, set: {number: =number, code: "c{{ number }}", tags: "=['b', 'a', 'b']"}}
""",
    "workflows/work.yaml": """
auth: none
ignore_privacy: yes
parameters: {job: job}
steps:
  - {do: change_thing, with: {thing: =job, set: {times: {increase: 1}}}}
""",
    "workflows/all.yaml": """
auth: none
ignore_privacy: yes
steps:
  - do: schedule_on_list
    as: made
    with: {list: "=search(job, this.number > 0)", workflow: work, parameters: {job: =this}, interval: 0.1}
  - {do: return_data, with: {values: {id: =made.id}}}
""",
    "workflows/tell.yaml": """
auth: none
ignore_privacy: yes
parameters: {word: {type: text, secret: yes}}
steps:
  - {do: create_thing, with: {type: job, set: {number: -1, hidden: =word}}}
""",
    "workflows/later.yaml": """
auth: none
ignore_privacy: yes
parameters: {word: {type: text, secret: yes}}
steps:
  - {do: schedule_workflow, with: {workflow: tell, at: "=now + seconds(4)", parameters: {word: =word}}}
""",
    "workflows/join.yaml": """
auth: none
parameters: {email: text, password: {type: text, secret: yes}}
steps:
  - {do: sign_up, with: {email: =email, password: =password}}
""",
    "workflows/who.yaml": """
auth: user
ignore_privacy: yes
steps:
  - {do: return_data, with: {values: {email: =current_user.email}}}
""",
    "workflows/state.yaml": """
auth: none
ignore_privacy: yes
steps:
  - do: return_data
    with:
      values:
        jobs: =search(job, this.number > 0).count
        done: =search(job, this.times == 1).count
        told: =search(job, this.number == -1).first.hidden
        tags: =search(job, this.number == 7).first.tags
        last: =search(job, sort_by=this.number, descending=yes).first.code
""",
}


@pytest.fixture
def database(postgres_url: str) -> Iterator[str]:
    with fresh_database(postgres_url, urlsplit(postgres_url).path[1:] + "_copy") as url:
        yield url


def call(server: LiveServer, name: str, body: dict[str, Any] | None = None, **headers: str) -> dict[str, Any]:
    seen = httpx2.post(f"{server.url}/api/1.1/wf/{name}", json=body or {}, headers=headers, timeout=30)
    assert seen.status_code == 200, seen.text
    answer: dict[str, Any] = seen.json().get("response", {})
    return answer


def fill(server: LiveServer) -> None:
    """The jobs, numbered from 1."""
    for number in range(1, ITEMS + 1):
        call(server, "make", {"number": number})


def wait_for(server: LiveServer, **wanted: Any) -> dict[str, Any]:
    """Ask again and again until the state is this."""
    give_up = time.monotonic() + SECONDS
    while True:
        state = call(server, "state")
        if wanted.items() <= state.items():
            return state
        assert time.monotonic() < give_up, state


def refused(*arguments: object) -> str:
    said = command(*arguments, check=False)
    assert said[-1]["exit"] == 1
    return str(said[-2]["error"]["message"])


def sums(said: list[dict[str, Any]]) -> dict[tuple[str, str], tuple[int, str]]:
    return {(one["environment"], one["table"]): (one["rows"], one["checksum"]) for one in said if "checksum" in one}


def test_an_app_goes_on_on_postgresql_where_it_stopped_on_sqlite(database: str, tmp_path: Path) -> None:
    folder = app(tmp_path / "app", FILES)
    with live_server(folder) as server:
        fill(server)
        batch = call(server, "all")["id"]
        call(server, "later", {"word": "geheim"})
        token = call(server, "join", {"email": "ann@example.com", "password": "correct horse"})["token"]
        kept = server.say("once", headers={"Idempotency-Key": "k1"}).json()
        refused = command("copy", folder, "--to", database, check=False)
        assert "Stop it first" in refused[0]["error"]["message"]
        state = call(server, "state")
    assert state["done"] < ITEMS

    said = command("copy", folder, "--to", database)
    first = sums(said)
    assert first["live", "t_job"][0] == ITEMS
    assert first["live", "op_items"][0] > 0
    assert {name for name, _ in first} == {"live", "development"}
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM live.t_job").fetchone() == (ITEMS,)
        assert connection.execute("SELECT count(*) FROM development.t_job").fetchone() == (0,)

    with live_server(folder, "--database", database) as server:
        state = wait_for(server, done=ITEMS, told="geheim")
        assert (state["jobs"], state["tags"], state["last"]) == (ITEMS, ["b", "a", "b"], f"c{ITEMS}")
        assert call(server, "who", Authorization=f"Bearer {token}") == {"email": "ann@example.com"}
        assert server.say("once", headers={"Idempotency-Key": "k1"}).json() == kept
        shown = command("batches", "show", batch, folder, "--live", "--database", database)[0]
        assert (shown["done"], shown["failed"], shown["state"]) == (ITEMS, 0, "finished")
        running = command("copy", folder, "--from", database, "--to", f"sqlite:{tmp_path / 'back'}", check=False)
        assert "A server runs on the source" in running[0]["error"]["message"]

    back = command("copy", folder, "--from", database, "--to", f"sqlite:{tmp_path / 'back'}")
    (tmp_path / "back" / "key").write_bytes((folder / ".offpage" / "key").read_bytes())
    with live_server(folder, "--data", str(tmp_path / "back")) as server:
        assert call(server, "state") == state
        assert call(server, "who", Authorization=f"Bearer {token}") == {"email": "ann@example.com"}
        assert server.say("once", headers={"Idempotency-Key": "k1"}).json() == kept
    assert sums(back)["live", "t_job"][0] == ITEMS + 1


def test_there_and_back_the_checksums_are_the_same(database: str, tmp_path: Path) -> None:
    folder = app(tmp_path / "app", FILES)
    with live_server(folder) as server:
        fill(server)
    first = command("copy", folder, "--to", database)
    second = command("copy", folder, "--from", database, "--to", f"sqlite:{tmp_path / 'back'}")
    third = command("copy", folder, "--from", f"sqlite:{tmp_path / 'back'}", "--to", f"sqlite:{tmp_path / 'third'}")
    assert sums(first) == sums(second) == sums(third)
    assert sum(rows for rows, _ in sums(first).values()) > 2 * ITEMS
    left = refused("runs", "list", folder, "--live")
    assert urlsplit(database).path in left
    assert "--database postgresql://…" in left
    assert database not in left


def test_what_was_copied_elsewhere_is_not_served_any_more_until_somebody_says_so(tmp_path: Path) -> None:
    folder = app(tmp_path / "app", FILES)
    data, other = folder / ".offpage", tmp_path / "other"
    with live_server(folder) as server:
        fill(server)
    command("copy", folder, "--to", f"sqlite:{other}")
    for line in (
        ["serve", folder],
        ["dev", folder],
        ["runs", "list", folder],
        ["backup", folder, "--output", tmp_path / "b"],
    ):
        said = refused(*line, *(["--port", "0"] if line[0] in ("serve", "dev") else []))
        assert f"copied to {other}" in said
        assert f"--data {other}" in said
        assert ".moved" in said
    assert command("runs", "list", folder, "--live", "--data", other)[0]["workflow"]
    command(
        "copy", folder, "--env", "live", "--to", f"sqlite:{tmp_path / 'second'}"
    )  # copying from there is no mistake
    (data / "live.moved").unlink()
    assert command("runs", "list", folder, "--live")[0]["workflow"]
    (data / "live.db").unlink()
    command("copy", folder, "--env", "live", "--from", f"sqlite:{other}", "--to", "sqlite")
    assert command("runs", "list", folder, "--live")[0]["workflow"], "who comes back finds no mark"


def test_what_cannot_be_copied_says_why(database: str, tmp_path: Path) -> None:
    folder = app(tmp_path / "app", FILES)

    def refused(*arguments: object) -> str:
        said = command("copy", folder, *arguments, check=False)
        assert said[-1]["exit"] == 1
        return str(said[0]["error"]["message"])

    assert "There is nothing to copy" in refused("--to", database)
    assert "Say where to copy to" in refused()
    assert "are the same" in refused("--to", "sqlite")
    assert "begins with postgresql://" in refused("--to", "mysql://x")
    with live_server(folder):
        pass
    assert command("copy", folder, "--to", database, "--env", "live")[-1]["exit"] == 0
    assert "The target is not empty" in refused("--to", database)
    assert "The target is not empty" in refused("--to", database, "--again")
    assert command("copy", folder, "--to", database, "--env", "development")[-1]["exit"] == 0
