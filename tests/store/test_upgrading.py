"""An upgrade in two parts: what adds comes first, what removes waits for the last process of the former version."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from offpage.kernel.errors import StoreError
from offpage.store import settings
from offpage.store.ddl import AddColumn, AddIndex, Column, CreateTable, DropColumn, DropIndex, DropTable, Index, Table
from offpage.store.migrations import MIGRATIONS, Migration, current_tables, finish, migrate, unfinished, version
from offpage.store.postgres import PostgresDatabase
from offpage.store.presence import now_ms
from offpage.store.running_versions import ALIVE_MS, Running, alive, leave, say, this_process
from offpage.store.tx import Database, Tx
from offpage.store.upgrading import check_served, prepare, state

KNOWN = MIGRATIONS[-1].number
ADDING = Migration(
    KNOWN + 1,
    "A column, and a table that goes again",
    (AddColumn("op_settings", Column("note", "text")), CreateTable(Table("op_extra", (Column("seq", "identity"),)))),
    (DropTable("op_extra"),),
)
TIGHTENING = Migration(
    KNOWN + 2,
    "An index in place of another, a column less",
    (AddIndex("op_settings", Index("op_settings_note", ("note",), unique=True, where="note <> ''")),),
    (DropIndex("op_recurring", "op_recurring_run"), DropColumn("op_deploys", "back_to")),
)
NEWER = [*MIGRATIONS, ADDING, TIGHTENING]
NOW = 1_800_000_000_000


def old_process(tx: Tx, now: int = NOW) -> Running:
    process = this_process(KNOWN, now)
    say(tx, process, now)
    return process


def test_what_adds_is_done_and_what_removes_waits_while_an_older_process_is_there(database: Database) -> None:
    old = database.write_now(old_process)
    new = this_process(KNOWN + 2, NOW)
    database.write_now(lambda tx: prepare(tx, new, NOW, NEWER))
    assert database.read(version) == KNOWN + 2
    found = database.read(lambda tx: state(tx, NOW, NEWER))
    assert (found.pending, found.older) == ([ADDING, TIGHTENING], [old])
    # The former version goes on, and may be started again.
    database.write_now(lambda tx: prepare(tx, this_process(KNOWN, NOW), NOW))
    database.write_now(lambda tx: settings.put(tx, "colour", "red"))
    database.read(lambda tx: tx.rows("SELECT back_to FROM op_deploys"))


def test_what_removes_is_done_once_the_older_process_has_ended(database: Database) -> None:
    old = database.write_now(old_process)
    new = this_process(KNOWN + 2, NOW)
    database.write_now(lambda tx: prepare(tx, new, NOW, NEWER))
    database.write_now(lambda tx: leave(tx, old))
    database.write_now(lambda tx: prepare(tx, new, NOW, NEWER))
    assert database.read(lambda tx: unfinished(tx, NEWER)) == []
    with pytest.raises(StoreError):
        database.read(lambda tx: tx.rows("SELECT back_to FROM op_deploys"))
    tables = current_tables(NEWER)
    assert "op_extra" not in tables
    assert "back_to" not in [column.name for column in tables["op_deploys"].columns]
    assert tables["op_recurring"].indexes == ()


def test_a_process_that_is_silent_is_not_waited_for(database: Database) -> None:
    database.write_now(old_process)
    for moment, left in ((NOW + ALIVE_MS - 1, 2), (NOW + ALIVE_MS, 0)):
        database.write_now(partial(prepare, process=None, now=moment, migrations=NEWER))
        assert len(database.read(lambda tx: unfinished(tx, NEWER))) == left


def test_a_process_that_is_too_old_is_refused_and_says_why(open_database: Callable[[], Database]) -> None:
    first = open_database()
    first.write_now(lambda tx: migrate(tx, NEWER))
    first.close()
    between = open_database()  # only what adds has been done
    between.write_now(lambda tx: finish(tx, NEWER))
    with pytest.raises(StoreError, match=f"at version {KNOWN + 2}, this one knows {KNOWN}"):
        between.write_now(migrate)
    with pytest.raises(StoreError, match="newer Offpage has finished"):
        between.read(lambda tx: check_served(tx, KNOWN))
    between.close()
    with pytest.raises(StoreError, match="Install the newer version"):
        open_database()


def test_who_serves_postgresql_is_known_and_a_short_command_is_not_counted(
    postgres_url: str, postgres_schema: str
) -> None:
    server = PostgresDatabase(postgres_url, postgres_schema, threads=1)
    command = PostgresDatabase(postgres_url, postgres_schema, threads=1, shared=True)
    try:
        (one,) = command.read(lambda tx: alive(tx, now_ms()))
        assert one.version == KNOWN
        server.close()
        assert command.read(lambda tx: alive(tx, now_ms())) == []
    finally:
        command.close()
        server.close()
