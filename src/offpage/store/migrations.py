"""Numbered changes of the system tables; a database remembers which it has had.

Each has two parts, so that processes of the version before it and of its own can run side by side: `before` adds, and is
done by the first process that knows it; `after` removes and tightens, and is done when no process is left that
does not know it (`upgrading`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from offpage.kernel.errors import StoreError
from offpage.store.ddl import AddColumn, AddIndex, Column, CreateTable, Index, Operation, Table, after, statements
from offpage.store.editors import EDITOR_SESSIONS, EDITORS
from offpage.store.run_tables import (
    CHANGES,
    COSTS,
    DELIVERIES,
    DEPLOYS,
    GATES,
    IMPORTS,
    LEASES,
    LINES,
    LOOPS,
    PLACES,
    RECURRING,
    STARTS,
    UNCOUNTED,
    WORKLOAD,
)
from offpage.store.statement import HOLE, prepared
from offpage.store.tables import BATCHES, CREDENTIALS, FIRST, ITEMS, LINKS
from offpage.store.tx import Tx
from offpage.store.upgrade_tables import FINISHED, RUNNING


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered change. Once released it is never edited: databases exist that have had it.

    `before` must leave everything working that processes of the former version do: new tables, new columns that may
    stay empty, new indexes. `after` is for what would disturb them: what goes, and what is unique from now on.
    """

    number: int
    title: str
    before: tuple[Operation, ...]
    after: tuple[Operation, ...] = ()


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
    Migration(11, "Upgrades while others run", (CreateTable(RUNNING), CreateTable(FINISHED))),
    Migration(
        12,
        "Runs of one user",
        (AddIndex("op_runs", Index("op_runs_user", ("user_id", "seq"), where="user_id IS NOT NULL")),),
    ),
    Migration(13, "Failed runs that were begun anew", (AddColumn("op_runs", Column("again_as", "text")),)),
    Migration(14, "Imports by steps", (CreateTable(IMPORTS),)),
    Migration(15, "What runs cost, by the hour", (CreateTable(WORKLOAD),)),
    Migration(16, "Accounts of the web editor", (CreateTable(EDITORS), CreateTable(EDITOR_SESSIONS))),
    Migration(
        17, "Processes that share a database", (CreateTable(LEASES), AddColumn("op_runs", Column("owner", "text")))
    ),
    Migration(18, "Deliveries that are begun anew", (AddColumn("op_queue", Column("delivery", "text")),)),
    Migration(19, "What is spent is added up exactly", (CreateTable(COSTS), CreateTable(UNCOUNTED))),
)

HAD: Final = Table(
    "op_migrations",
    (Column("number", "integer", required=True), Column("title", "text", required=True)),
    key=("number",),
)
_HIGHEST: Final = prepared("SELECT coalesce(max(number), 0) FROM op_migrations")
_RECORD: Final = prepared("INSERT INTO op_migrations (number, title) VALUES ({}, {})", HOLE, HOLE)


_FINISHED: Final = prepared("SELECT coalesce(max(number), 0) FROM op_finished")
_FINISH: Final = prepared("INSERT INTO op_finished (number) VALUES ({})", HOLE)
_SINCE: Final = next(one.number for one in MIGRATIONS if CreateTable(FINISHED) in one.before)
"""Since this migration, databases remember which of them are finished; none before it has a part to finish."""


def current_tables(migrations: Sequence[Migration] = MIGRATIONS) -> dict[str, Table]:
    """The system tables after all migrations, finished, by name."""
    tables: dict[str, Table] = {}
    for migration in migrations:
        tables = after(tables, (*migration.before, *migration.after))
    return tables


def migrate(tx: Tx, migrations: Sequence[Migration] = MIGRATIONS) -> int:
    """Do the `before` part of what the database has not had; returns how many migrations that were.

    A database that has had the `before` of later ones is left as it is: this Offpage still works on it. Raises
    StoreError if the `after` of one has been done that this Offpage does not know.
    """
    for statement in statements(CreateTable(HAD, if_absent=True), tx.dialect):
        tx.run(statement)
    highest, known = version(tx), migrations[-1].number
    newest = tx.row(_FINISHED.of(tx)) if highest >= _SINCE else None
    if newest is not None and newest[0] > known:
        raise StoreError(
            f"This database was brought up to date by a newer Offpage (its tables are at version {newest[0]}, this one"
            f" knows {known}), and what this one needs is gone. Install the newer version, or use another data folder."
        )
    missing = [migration for migration in migrations if migration.number > highest]
    for migration in missing:
        _do(tx, migration.before)
        tx.change(_RECORD.of(tx), (migration.number, migration.title))
    return len(missing)


def unfinished(tx: Tx, migrations: Sequence[Migration] = MIGRATIONS) -> list[Migration]:
    """The migrations whose `before` the database has had and whose `after` it has not, in order."""
    (newest,) = tx.row(_FINISHED.of(tx)) or (0,)
    highest = version(tx)
    return [one for one in migrations if one.after and newest < one.number <= highest]


def finish(tx: Tx, migrations: Sequence[Migration] = MIGRATIONS) -> int:
    """Do the `after` part of what was begun; returns of how many. No process may run any more that does not know them."""
    pending = unfinished(tx, migrations)
    for migration in pending:
        _do(tx, migration.after)
        tx.change(_FINISH.of(tx), (migration.number,))
    return len(pending)


def version(tx: Tx) -> int:
    """Number of the last migration that the database has had, finished or not."""
    found = tx.row(_HIGHEST.of(tx))
    return int(found[0]) if found else 0


def _do(tx: Tx, operations: Sequence[Operation]) -> None:
    for operation in operations:
        for statement in statements(operation, tx.dialect):
            tx.run(statement)
