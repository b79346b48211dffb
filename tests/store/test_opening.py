"""Opening a database by its address, and who may open it beside whom."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from offpage.kernel.errors import StoreError
from offpage.store import settings
from offpage.store.opening import open_database
from offpage.store.sqlite import SqliteDatabase
from offpage.store.tx import Tx

HOLD = """
import sys
from offpage.store.sqlite import SqliteDatabase
database = SqliteDatabase(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
database.close()
"""


def test_a_path_is_an_sqlite_file(tmp_path: Path) -> None:
    database = open_database(tmp_path / "folder" / "app.db")
    assert database.dialect.name == "sqlite"
    database.close()
    assert (tmp_path / "folder" / "app.db").exists()


def test_what_is_made_is_its_owners_alone_and_what_was_there_stays_as_it_is(tmp_path: Path) -> None:
    def mode(path: Path) -> int:
        return path.stat().st_mode & 0o777

    database = SqliteDatabase(tmp_path / "data" / "app.db")
    try:
        assert mode(tmp_path / "data") == 0o700
        modes = {path.name: mode(path) for path in (tmp_path / "data").iterdir()}
        assert modes == dict.fromkeys(("app.db", "app.db-wal", "app.db-shm", "app.db.lock"), 0o600)
    finally:
        database.close()
    for path, given in ((tmp_path / "data", 0o750), (tmp_path / "data" / "app.db", 0o640)):
        path.chmod(given)
        SqliteDatabase(tmp_path / "data" / "app.db").close()
        assert mode(path) == given


def test_what_was_deleted_is_not_left_in_the_file(tmp_path: Path) -> None:
    path, words = tmp_path / "app.db", "nobody shall find these words " * 4
    database = SqliteDatabase(path)
    database.write_now(lambda tx: settings.put(tx, "said", words))
    database.close()
    assert words.encode() in path.read_bytes()
    database = SqliteDatabase(path)
    database.write_now(lambda tx: tx.rows("DELETE FROM op_settings WHERE key = 'said'"))
    database.close()
    assert words.encode() not in path.read_bytes()


def test_a_postgresql_address_is_a_schema_there(postgres_url: str, postgres_schema: str) -> None:
    database = open_database(postgres_url, schema=postgres_schema)
    assert database.dialect.name == "postgres"
    assert database.read(lambda tx: tx.row("SELECT current_schema()")) == (postgres_schema,)
    database.close()


def test_another_kind_of_address_is_refused() -> None:
    with pytest.raises(StoreError, match="begins with postgresql://"):
        open_database("mysql://localhost/x")


def test_a_server_that_cannot_be_reached_is_named_without_the_password() -> None:
    with pytest.raises(StoreError, match=r"Cannot reach PostgreSQL at 127\.0\.0\.1:1/shop") as caught:
        open_database("postgresql://me:geheim@127.0.0.1:1/shop")
    assert "geheim" not in str(caught.value)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "app.db").write_text("This is a letter, not a database. " * 100)
    with pytest.raises(StoreError, match=r"app\.db is not an SQLite database"):
        open_database(tmp_path / "app.db")


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "app.db").mkdir()
    with pytest.raises(StoreError, match="Cannot open the database"):
        open_database(tmp_path / "app.db")


def test_a_second_server_on_the_same_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(StoreError, match=f"Another Offpage process \\(pid {other.pid}\\) has app.db"):
            SqliteDatabase(path)

        command = SqliteDatabase(path, shared=True)
        command.write_now(lambda tx: settings.put(tx, "colour", "red"))
        command.close()
        other.communicate("")
    assert other.returncode == 0
    database = SqliteDatabase(path)  # free again
    assert database.read(lambda tx: settings.get(tx, "colour")) == "red"
    database.close()


def test_a_command_opens_beside_a_server_that_is_writing(tmp_path: Path) -> None:
    server = SqliteDatabase(tmp_path / "app.db")

    def segment(tx: Tx) -> str | None:
        settings.put(tx, "colour", "red")
        began = time.monotonic()
        command = SqliteDatabase(tmp_path / "app.db", shared=True)  # the lock for writing is taken
        try:
            assert time.monotonic() - began < 2
            return command.read(lambda other: settings.get(other, "colour"))
        finally:
            command.close()

    try:
        assert server.write_now(segment) is None
    finally:
        server.close()


def test_the_lock_does_not_outlive_a_killed_process(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        other.kill()
    SqliteDatabase(path).close()


def test_a_schema_may_have_any_name(postgres_url: str) -> None:
    name = 'a "quoted" schema, 100 %'
    database = open_database(postgres_url, schema=name)
    try:
        assert database.read(lambda tx: tx.row("SELECT current_schema()")) == (name,)
    finally:
        database.write_now(lambda tx: tx.change('DROP SCHEMA "a ""quoted"" schema, 100 %%" CASCADE'))
        database.close()
