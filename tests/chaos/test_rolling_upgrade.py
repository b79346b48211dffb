"""A rolling upgrade with real processes: the version of this source and a later one serve one PostgreSQL side by side.

The later version is a copy of the source in which a column of `op_runs` has another name: its migration first adds the new
one, and drops the former, which this version writes with every run, once no process of this version is left.
"""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from offpage.store.migrations import MIGRATIONS
from tests.deployed import LiveServer, app, command, live_server
from tests.postgres_server import fresh_database
from tests.processes import ROOT, offpage

NUMBER = MIGRATIONS[-1].number + 1
MIGRATION = f"""
    Migration(
        {NUMBER},
        "Runs say who asked under another name",
        (AddColumn("op_runs", Column("asker_id", "text")),),
        (DropColumn("op_runs", "user_id"),),
    ),
)

HAD: Final"""
PATCHES = {
    "store/migrations.py": (
        ("import AddColumn,", "import DropColumn, AddColumn,"),
        ("\n)\n\nHAD: Final", MIGRATION),
    ),
    "store/runs.py": (("names(Run._fields)", 'names("asker_id" if one == "user_id" else one for one in Run._fields)'),),
}
FINISHED_SECONDS = 30


def later_version(into: Path) -> Path:
    """A copy of the source that is one migration ahead."""
    shutil.copytree(ROOT / "src" / "offpage", into / "offpage", ignore=shutil.ignore_patterns("__pycache__"))
    for name, changes in PATCHES.items():
        path = into / "offpage" / name
        text = path.read_text("utf-8")
        for before, after in changes:
            assert before in text
            text = text.replace(before, after)
        path.write_text(text, "utf-8")
    return into


class Crowd:
    """Calls servers without a pause, and keeps what was not answered with 200."""

    def __init__(self) -> None:
        self.answered = 0
        self.wrong: list[str] = []
        self._counting = threading.Condition()

    @contextmanager
    def calling(self, server: LiveServer) -> Iterator[None]:
        """Call a server while the block lasts."""
        stop = threading.Event()

        def call() -> None:
            while not stop.is_set():
                seen = server.say()
                with self._counting:
                    self.answered += seen.status_code == 200
                    if seen.status_code != 200:
                        self.wrong.append(seen.text)
                    self._counting.notify_all()

        thread = threading.Thread(target=call)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def more(self, number: int = 50) -> None:
        """Wait until so many more requests have been answered, well or not."""
        with self._counting:
            goal = self.answered + len(self.wrong) + number
            assert self._counting.wait_for(lambda: self.answered + len(self.wrong) >= goal, 60)


@pytest.fixture
def database(postgres_url: str) -> Iterator[str]:
    with fresh_database(postgres_url, urlsplit(postgres_url).path[1:] + "_rolling") as url:
        yield url


def columns(database: str) -> set[str]:
    with psycopg.connect(database) as connection:
        found = connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'live' AND table_name = 'op_runs'"
        ).fetchall()
    return {name for (name,) in found} & {"user_id", "asker_id"}


def wait_until_finished(folder: Path, database: str) -> None:
    """Return once no environment has anything pending."""
    give_up = time.monotonic() + FINISHED_SECONDS
    while any(one.get("pending") for one in command("migrate", folder, "--database", database)):
        assert time.monotonic() < give_up


def test_old_and_new_serve_side_by_side_and_the_upgrade_ends_when_the_old_one_has(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, crowd = app(tmp_path / "app"), Crowd()
    later = later_version(tmp_path / "later")
    with live_server(folder, "--database", database) as old:
        with crowd.calling(old):
            crowd.more()
        monkeypatch.setenv("PYTHONPATH", str(later))
        with crowd.calling(old), live_server(folder, "--database", database) as new, crowd.calling(new):
            crowd.more()
            assert columns(database) == {"user_id", "asker_id"}
            (_, live, _) = command("migrate", folder, "--database", database)
            assert [one["number"] for one in live["pending"]] == [NUMBER]
            assert [one["pid"] for one in live["older"]] == [old.process.pid]
        monkeypatch.delenv("PYTHONPATH")
        with live_server(folder, "--database", database) as again, crowd.calling(again):  # the former version may start
            crowd.more()
    monkeypatch.setenv("PYTHONPATH", str(later))
    with live_server(folder, "--database", database) as new, crowd.calling(new):
        wait_until_finished(folder, database)
        crowd.more()
        assert columns(database) == {"asker_id"}
    assert crowd.wrong == []
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM live.op_runs").fetchone() == (crowd.answered,)

    monkeypatch.delenv("PYTHONPATH")
    refused = subprocess.run(
        offpage("serve", str(folder), "--port", "0", "--database", database),
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert refused.returncode == 1
    assert f"by a newer Offpage (its tables are at version {NUMBER}, this one knows {NUMBER - 1})" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_running_new_process_finishes_the_upgrade_when_the_old_one_ends(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, crowd = app(tmp_path / "app"), Crowd()
    later = later_version(tmp_path / "later")
    with live_server(folder, "--database", database) as old:
        monkeypatch.setenv("PYTHONPATH", str(later))
        with live_server(folder, "--database", database) as new, crowd.calling(new):
            crowd.more()
            assert columns(database) == {"user_id", "asker_id"}
            old.process.terminate()
            assert old.process.wait(20) == 0
            wait_until_finished(folder, database)
            crowd.more()
            assert columns(database) == {"asker_id"}
    assert crowd.wrong == []


def test_an_operator_need_not_wait_for_an_old_process_that_was_killed(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, crowd = app(tmp_path / "app"), Crowd()
    with live_server(folder, "--database", database) as old:
        assert old.version() == 1
        old.process.kill()
        old.process.wait()
    monkeypatch.setenv("PYTHONPATH", str(later_version(tmp_path / "later")))
    (_, waiting, _) = command("migrate", folder, "--database", database)
    assert [one["pid"] for one in waiting["older"]] == [old.process.pid]
    assert columns(database) == {"user_id", "asker_id"}
    finished = command("migrate", folder, "--finish", "--database", database)
    assert [one["pending"] for one in finished[:-1]] == [[], []]
    assert columns(database) == {"asker_id"}
    with live_server(folder, "--database", database) as new, crowd.calling(new):
        crowd.more()
    assert crowd.wrong == []
