"""offpage backup beside a server that is being written to; what it made is served, and holds what was answered before it."""

from __future__ import annotations

import threading
from pathlib import Path

import httpx2

from tests.deployed import app, command, live_server

FILES = {
    "workflows/keep.yaml": """
auth: none
ignore_privacy: yes
parameters: {photo: file}
steps:
  - {do: return_data, with: {values: {photo: =photo}}}
""",
    "workflows/count.yaml": """
auth: none
ignore_privacy: yes
steps:
  - {do: return_data, with: {values: {notes: =search(note).count}}}
""",
}


def test_a_backup_of_a_busy_server_is_served_with_all_that_was_answered_before_it(tmp_path: Path) -> None:
    folder, backup = app(tmp_path / "app", FILES), tmp_path / "backups" / "monday"
    answered, stop, enough = [0], threading.Event(), threading.Condition()
    with live_server(folder) as server:
        seen = httpx2.post(f"{server.url}/api/1.1/wf/keep", files={"photo": ("a.txt", b"hello")}, timeout=30)
        photo = seen.json()["response"]["photo"]

        def write() -> None:
            while not stop.is_set():
                assert server.say().status_code == 200
                with enough:
                    answered[0] += 1
                    enough.notify_all()

        threads = [threading.Thread(target=write) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            with enough:
                assert enough.wait_for(lambda: answered[0] >= 100, 30)
            before = answered[0]
            said = command("backup", folder, "--output", backup)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
    assert said[0]["holds"] == ["development.db", "live.db", "files"]
    assert (backup / "live.db").stat().st_mode & 0o777 == 0o600
    assert not (backup / "key").exists()

    (backup / "key").write_bytes((folder / ".offpage" / "key").read_bytes())
    with live_server(folder, "--data", str(backup)) as server:
        count = httpx2.post(f"{server.url}/api/1.1/wf/count", json={}, timeout=30).json()["response"]["notes"]
        assert before <= count <= answered[0]
        path = photo[photo.index("/fileupload/") :]
        assert httpx2.get(f"{server.url}{path}", timeout=30).content == b"hello"


def test_what_cannot_be_backed_up_says_why(tmp_path: Path) -> None:
    folder = app(tmp_path / "app")

    def refused(*arguments: object) -> str:
        said = command("backup", folder, *arguments, check=False)
        assert said[-1]["exit"] == 1
        return str(said[0]["error"]["message"])

    assert "There is nothing to back up" in refused("--output", tmp_path / "b")
    assert "pg_dump" in refused("--output", tmp_path / "b", "--database", "postgresql://localhost/x")
    with live_server(folder):
        pass
    assert "is there already" in refused("--output", tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["app"]
