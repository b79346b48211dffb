"""What SQLite's planner knows about the tables: measured at the start, and again as the data grows.

Without it SQLite guesses how many rows a value has, and may walk through half of a large table where another index
would have led to fifty rows. (PostgreSQL measures by itself.)
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Final

import apsw

FIRST: Final = 2_000
"""After how many changed rows it is measured again; then after twice as many, and so on."""

SAMPLE: Final = 10_000
"""How many rows of an index are looked at, in about a millisecond. With fewer, SQLite takes a value that half of the
rows have for a rare one."""

_TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 2) IN ('t_', 'l_')"
"""The makers' tables. Offpage's own are left alone: what a queue holds at one moment says nothing about the next."""


class Statistics:
    """Watches how much the write connection changes; `measured` is called when other connections should look again."""

    def __init__(self, connection: apsw.Connection, measured: Callable[[], None]) -> None:
        self._connection = connection
        self._measured = measured
        self._next = FIRST
        connection.pragma("analysis_limit", SAMPLE)

    def after_commit(self) -> None:
        """Measure when enough has changed. It must be called outside transactions."""
        changes = self._connection.total_changes()
        if changes >= self._next:
            self._next = max(2 * self._next, changes + FIRST)
            self.measure()

    def measure(self) -> None:
        """Measure all tables of things. Whoever is in the way (another process, a full disk) stops nothing else."""
        connection = self._connection
        with contextlib.suppress(apsw.Error):
            tables = [str(name) for (name,) in connection.execute(_TABLES)]
            with connection:
                for table in tables:
                    connection.execute('ANALYZE "' + table.replace('"', '""') + '"')
            self._measured()
