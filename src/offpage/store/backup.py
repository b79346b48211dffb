"""A copy of an SQLite database as it is at one moment, taken while a server writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import apsw

from offpage.kernel.errors import StoreError
from offpage.store.sqlite_tx import translated

PAGES: Final = 2_000
"""How much is copied between two looks at the progress: about 8 MB."""


def back_up(source: Path, target: Path, advance: Callable[[int, int], None]) -> None:
    """Write `source` to a new file and check that. `advance` takes the pages done and all of them.

    The source is read in one transaction, which holds up no writer; it is not brought up to date. Raises StoreError.
    """
    try:
        reading, writing = apsw.Connection(str(source)), apsw.Connection(str(target))
        try:
            reading.pragma("query_only", True)
            # The moment: with a transaction open, the copy does not begin anew when somebody writes.
            reading.execute("BEGIN; SELECT count(*) FROM sqlite_schema").fetchall()
            with writing.backup("main", reading, "main") as backup:
                while not backup.done:
                    backup.step(PAGES)
                    advance(backup.page_count - backup.remaining, backup.page_count)
            wrong = writing.execute("PRAGMA integrity_check(1)").fetchall()
        finally:
            reading.close()
            writing.close()
    except apsw.Error as error:
        raise translated(error) from error
    if wrong != [("ok",)]:
        raise StoreError(f"The copy of {source} is damaged, or {source} itself is: {wrong[0][0]}")
