"""kill -9 right after `ack: first` has answered 200: the delivery runs, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.killing import rows
from tests.processes import serving
from tests.site import place_of, write_app

FILES = {
    "types/event.yaml": "fields: {name: text}\n",
    "workflows/go.yaml": """
        auth: none
        ignore_privacy: yes
        ack: first
        dedupe: =request.body.id
        steps:
          - {do: create_thing, with: {type: event, set: {name: =request.body.id.to_text}}}
        """,
}


@pytest.mark.timeout(120)
def test_what_was_acknowledged_runs_once_after_a_kill(tmp_path: Path) -> None:
    folder, data = write_app(tmp_path / "app", FILES), tmp_path / "data"
    names = [f"e{number}" for number in range(20)]
    with serving(folder, data) as server, server.client() as client:
        for name in names:
            assert client.post("go", json={"id": name}).status_code == 200
        server.kill()
    with serving(folder, data) as server, server.client() as client:
        for name in names:
            assert client.post("go", json={"id": name}).status_code == 200
        assert client.post("go", json={"id": "last"}).status_code == 200
        run_id = client.post("go", json={"id": "last"}).headers["run-id"]
        while client.get(f"go/runs/{run_id}").json()["response"]["state"] != "finished":
            pass
    kept = rows(place_of(folder, data), "SELECT name FROM t_event")
    assert sorted(name for (name,) in kept) == sorted([*names, "last"])
