"""What is spent without a run: by requests of the Data API, by imports and exports, by what their changes are looked at for.

It is kept in memory for a few seconds and written as one row: a request that reads writes nothing of its own. Whoever is
killed loses what was spent in these seconds from the sums, and nothing else.
"""

from __future__ import annotations

import threading
from typing import Final

from offpage.engine.adding_up import Sums
from offpage.store import workload
from offpage.store.tx import Database
from offpage.store.workload import HOUR_MS, Cost

OF_TYPE: Final = "obj/"
KEPT_MS: Final = 5_000
"""How long it may stay in memory."""


class Unrecorded:
    """The costs of one process that are not in the database yet. Threads may note at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sums = Sums()
        self._since: int | None = None

    def note(self, now: int, workflow: str, do: str, units: float, *, times: int = 1, ms: float = 0.0) -> None:
        """Note what was spent: `workflow` is a workflow's name, or `obj/TYPE` for the things of a type."""
        cost = Cost(now // HOUR_MS * HOUR_MS, workflow, "", do, times, units, ms)
        with self._lock:
            self._sums.add(cost)
            if self._since is None:
                self._since = now

    def is_due(self, now: int) -> bool:
        """Whether it is time to write."""
        return self._since is not None and now - self._since >= KEPT_MS

    async def write(self, database: Database) -> None:
        """Write what there is. Raises StoreError, and keeps it, where the database does not take it."""
        with self._lock:
            costs, since = self._sums.costs(), self._since
            self._sums, self._since = Sums(), None
        if not costs:
            return
        try:
            await database.written(lambda tx: workload.keep(tx, costs))
        except BaseException:
            with self._lock:
                for one in costs:
                    self._sums.add(one)
                self._since = since
            raise


def of_type(type_id: str) -> str:
    """Under which name is summed what the things of a type cost without a run; no workflow has one like it."""
    return f"{OF_TYPE}{type_id}"


def is_of_type(name: str) -> bool:
    """Whether it is such a name."""
    return name.startswith(OF_TYPE)
