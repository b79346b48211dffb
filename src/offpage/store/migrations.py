"""Numbered changes of the system tables; a database remembers which it has had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from offpage.kernel.errors import StoreError
from offpage.store.ddl import AddColumn, AddIndex, Column, CreateTable, Index, Operation, Table, after, statements
from offpage.store.run_tables import CHANGES, DELIVERIES, DEPLOYS, GATES, LINES, LOOPS, PLACES, RECURRING, STARTS
from offpage.store.statement import HOLE, prepared
from offpage.store.tables import BATCHES, CREDENTIALS, FIRST, ITEMS, LINKS
from offpage.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered change. Once released it is never edited: databases exist that have had it."""

    number: int
    title: str
    operations: tuple[Operation, ...]


MIGRATIONS: Final = (
    Migration(1, "The system tables", tuple(CreateTable(table) for table in FIRST)),
    Migration(
        2,
        "Accounts",
        (
            CreateTable(CREDENTIALS),
            CreateTable(LINKS),
            AddColumn("op_tokens", Column("ends", "integer")),
            AddIndex("op_tokens", Index("op_tokens_user", ("user_id",), where="kind = 'user'")),
            AddIndex("op_tokens", Index("op_tokens_expires", ("expires",), where="kind = 'user'")),
        ),
    ),
    Migration(
        3,
        "Scheduling and batches",
        (
            AddColumn("op_queue", Column("key", "text")),
            AddColumn("op_queue", Column("ends_with", "text")),
            AddIndex(
                "op_queue",
                Index("op_queue_key", ("workflow", "key"), unique=True, where="key IS NOT NULL AND state <> 'running'"),
            ),
            AddIndex("op_queue", Index("op_queue_ends_with", ("ends_with",), where="ends_with IS NOT NULL")),
            AddIndex("op_queue", Index("op_queue_paused", ("workflow", "due_at"), where="state = 'paused'")),
            CreateTable(BATCHES),
            CreateTable(ITEMS),
        ),
    ),
    Migration(
        4, "Loops, triggers, recurring workflows", (CreateTable(LOOPS), CreateTable(CHANGES), CreateTable(RECURRING))
    ),
    Migration(5, "Whence a waiting run was called", (AddColumn("op_queue", Column("ip", "text")),)),
    Migration(6, "Whence a batch was begun", (AddColumn("op_batches", Column("ip", "text")),)),
    Migration(7, "Deploys", (CreateTable(DEPLOYS),)),
    Migration(
        8,
        "Flow control",
        (
            AddColumn("op_queue", Column("line", "text")),
            AddColumn("op_queue", Column("settle_by", "integer")),
            AddIndex(
                "op_queue", Index("op_queue_line", ("workflow", "line", "due_at", "id"), where="state = 'parked'")
            ),
            AddIndex(
                "op_queue",
                Index(
                    "op_queue_settling",
                    ("workflow", "line"),
                    unique=True,
                    where="settle_by IS NOT NULL AND state <> 'running'",
                ),
            ),
            CreateTable(PLACES),
            CreateTable(STARTS),
            CreateTable(LINES),
            CreateTable(GATES),
        ),
    ),
    Migration(
        9,
        "Deliveries that are repeated",
        (
            AddColumn("op_answers", Column("until", "integer")),
            AddIndex("op_answers", Index("op_answers_until", ("until",), where="until IS NOT NULL")),
        ),
    ),
    Migration(10, "Deliveries of webhooks", (CreateTable(DELIVERIES),)),
)

HAD: Final = Table(
    "op_migrations",
    (Column("number", "integer", required=True), Column("title", "text", required=True)),
    key=("number",),
)
_HIGHEST: Final = prepared("SELECT coalesce(max(number), 0) FROM op_migrations")
_RECORD: Final = prepared("INSERT INTO op_migrations (number, title) VALUES ({}, {})", HOLE, HOLE)


def current_tables(migrations: Sequence[Migration] = MIGRATIONS) -> dict[str, Table]:
    """The system tables after all migrations, by name."""
    tables: dict[str, Table] = {}
    for migration in migrations:
        tables = after(tables, migration.operations)
    return tables


def migrate(tx: Tx, migrations: Sequence[Migration] = MIGRATIONS) -> int:
    """Bring the system tables up to date; returns how many migrations were needed.

    Raises StoreError if the database has had a migration that this Offpage does not know.
    """
    for statement in statements(CreateTable(HAD, if_absent=True), tx.dialect):
        tx.run(statement)
    highest = version(tx)
    known = migrations[-1].number
    if highest > known:
        raise StoreError(
            f"This database was written by a newer Offpage (its tables are at version {highest}, this one knows {known}). "
            "Install the newer version, or use another data folder."
        )
    missing = [migration for migration in migrations if migration.number > highest]
    for migration in missing:
        for operation in migration.operations:
            for statement in statements(operation, tx.dialect):
                tx.run(statement)
        tx.change(_RECORD.of(tx), (migration.number, migration.title))
    return len(missing)


def version(tx: Tx) -> int:
    """Number of the last migration that the database has had."""
    found = tx.row(_HIGHEST.of(tx))
    return int(found[0]) if found else 0
