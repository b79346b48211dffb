"""offpage copy killed with kill -9 at any point: nothing starts on what it left, and copying again gives the whole."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from offpage.host.compose import Place, open_database
from offpage.host.copying import Store, opened
from offpage.kernel.errors import AppError
from offpage.store.tx import Tx
from tests.deployed import app, command, live_server
from tests.postgres_server import fresh_database
from tests.processes import offpage

ROWS = 12_000
"""Rows enough for several pages; what they are does not matter to a copy."""

COPY = """
import os, signal, sys
from pathlib import Path
from offpage.host.copying import Store, opened
folder, url, share = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
with opened(Store(folder), Store(url=url), ("live",)) as (move,):
    move.begin(again=len(sys.argv) > 4)
    def advance(done):
        if done >= share * 2 * move.rows:
            os.kill(os.getpid(), signal.SIGKILL)
    move.copy(advance)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def database(postgres_url: str) -> Iterator[str]:
    with fresh_database(postgres_url, urlsplit(postgres_url).path[1:] + "_killed") as url:
        yield url


def filled(folder: Path) -> Path:
    """An app that was served once, with many rows."""
    with live_server(app(folder)):
        pass
    database = open_database(Place(folder, folder / ".offpage"), "live")

    def segment(tx: Tx) -> None:
        for number in range(ROWS):
            tx.change("INSERT INTO op_changes VALUES (?, 'note', ?, ?, '{}')", (f"r{number}", f"n{number}", number))

    database.write_now(segment)
    database.close()
    return folder


def test_a_copy_that_was_killed_is_known_and_is_made_again(database: str, tmp_path: Path) -> None:
    folder = filled(tmp_path / "app")
    for number, share in enumerate((0.0, 0.3, 0.5, 0.8, 2.0)):
        arguments = [str(folder / ".offpage"), database, str(share), *(["again"] if number else [])]
        ended = subprocess.run([sys.executable, "-c", COPY, *arguments], capture_output=True, text=True, check=False)
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        with pytest.raises(AppError, match="did not end, so it is not whole"):
            open_database(Place(folder, folder / ".offpage", database), "live")
        refused = command("copy", folder, "--to", database, "--env", "live", check=False)
        assert "Repeat it with --again" in refused[0]["error"]["message"]
    started = subprocess.run(
        offpage("serve", str(folder), "--port", "0", "--database", database),
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert started.returncode == 1
    assert "Copy again with --again" in started.stderr

    said = command("copy", folder, "--to", database, "--again")
    rows = {(one["environment"], one["table"]): one["rows"] for one in said if "rows" in one}
    assert rows["live", "op_changes"] == ROWS
    with live_server(folder, "--database", database) as server:
        assert server.version() == 1
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM live.t_note").fetchone() == (1,)


def test_what_was_changed_on_the_way_is_found(database: str, tmp_path: Path) -> None:
    folder = filled(tmp_path / "app")
    with opened(Store(folder / ".offpage"), Store(url=database), ("live",)) as (move,):
        move.begin(again=False)

        def advance(done: int) -> None:
            if done == move.rows:  # all is written, nothing has been read again
                with psycopg.connect(database) as other:
                    other.execute("UPDATE live.op_changes SET number = number + 1 WHERE run_id = 'r77'")

        with pytest.raises(AppError, match=r"op_changes is not what the source has: 12,000 rows"):
            move.copy(advance)
    with pytest.raises(AppError, match="did not end"):
        open_database(Place(folder, folder / ".offpage", database), "live")


def test_two_copies_to_one_target_do_not_mix(database: str, tmp_path: Path) -> None:
    folder = filled(tmp_path / "app")
    with opened(Store(folder / ".offpage"), Store(url=database), ("live",)) as (move,):
        move.begin(again=False)
        move.copy(lambda done: None)
        with psycopg.connect(database) as other:  # what a second one with --again does first
            other.execute("UPDATE live.op_settings SET value = 'other' WHERE key = 'unfinished_copy'")
        with pytest.raises(AppError, match="Another copy"):
            move.end()
