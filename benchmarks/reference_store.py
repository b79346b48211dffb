"""The reference's database: the rows that Offpage writes for the same job, by hand, with group commit.

One thread owns the connection. It takes whatever is waiting, does each job inside a savepoint (without which one
failing job would take its neighbours with it), commits all with one fsync, and only then answers.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

import apsw

Job = Callable[[apsw.Cursor], bytes]
Done = Callable[[list[tuple[object, bytes]]], None]

SETTINGS: Final = """
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA temp_store = MEMORY;
"""

# The columns and indexes are those that Offpage gives the type `order` of examples/shop and its own tables.
TABLES: Final = """
    CREATE TABLE IF NOT EXISTS orders (
        id TEXT PRIMARY KEY NOT NULL, created_date INTEGER NOT NULL, modified_date INTEGER NOT NULL, created_by TEXT,
        slug TEXT, name TEXT, email TEXT, customer TEXT, status TEXT, amount REAL, total REAL, paid INTEGER,
        paid_at INTEGER, note TEXT
    );
    CREATE INDEX IF NOT EXISTS orders_created ON orders (created_date, id);
    CREATE UNIQUE INDEX IF NOT EXISTS orders_slug ON orders (slug);
    CREATE INDEX IF NOT EXISTS orders_customer ON orders (customer);
    CREATE TABLE IF NOT EXISTS runs (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL, workflow TEXT, definition TEXT, started_by TEXT, state TEXT,
        actor TEXT, started_at INTEGER, finished_at INTEGER, workload REAL, parameters TEXT, answer TEXT, journal TEXT
    );
    CREATE UNIQUE INDEX IF NOT EXISTS runs_id ON runs (id);
    CREATE TABLE IF NOT EXISTS queue (
        id TEXT PRIMARY KEY NOT NULL, due_at INTEGER NOT NULL, workflow TEXT, definition TEXT, actor TEXT,
        parameters TEXT, state TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS queue_due ON queue (due_at) WHERE state = 'waiting';
"""

INSERT_ORDER: Final = (
    "INSERT INTO orders (id, created_date, modified_date, name, email, status, amount, total, paid)"
    " VALUES (?, ?, ?, ?, ?, 'open', ?, ?, 0)"
)
PAY_ORDER: Final = "UPDATE orders SET status = 'paid', paid = 1, paid_at = ?, modified_date = ? WHERE id = ?"
INSERT_RUN: Final = (
    "INSERT INTO runs (id, workflow, definition, started_by, state, actor, started_at, finished_at, workload,"
    " parameters, answer, journal) VALUES (?, 'create_order', 'reference', ?, 'finished', 'nobody', ?, ?, 1.0, ?, ?, ?)"
)


def open_connection(path: str) -> apsw.Connection:
    """Open (and create) the reference's database."""
    connection = apsw.Connection(path)
    connection.execute(SETTINGS)
    connection.execute(TABLES)
    return connection


def now_ms() -> int:
    """The present moment in ms."""
    return time.time_ns() // 1_000_000


class Writer:
    """The thread that owns the write connection."""

    def __init__(self, path: str, done: Done) -> None:
        self.path = path
        self.done = done
        self.waiting: deque[tuple[object, Job]] = deque()
        self.wake = threading.Semaphore(0)
        self.thread = threading.Thread(target=self.work, name="writer", daemon=True)
        self.thread.start()

    def put(self, ticket: object, job: Job) -> None:
        """Queue a job; its answer comes with `ticket` once it is on disk."""
        self.waiting.append((ticket, job))
        self.wake.release()

    def work(self) -> None:
        """Take what waits, do it, commit once, answer all; for ever."""
        connection = open_connection(self.path)
        cursor = connection.cursor()
        while True:
            self.wake.acquire()
            answers: list[tuple[object, bytes]] = []
            cursor.execute("BEGIN IMMEDIATE")
            while self.waiting:
                ticket, job = self.waiting.popleft()
                cursor.execute("SAVEPOINT one")
                answers.append((ticket, job(cursor)))
                cursor.execute("RELEASE one")
            cursor.execute("COMMIT")
            while self.wake.acquire(blocking=False):
                pass
            if self.waiting:
                self.wake.release()
            self.done(answers)
