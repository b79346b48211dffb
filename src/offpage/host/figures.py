"""What /metrics tells of an environment that runs."""

from __future__ import annotations

from offpage.host.app_runner import AppRunner
from offpage.store import queue, runs
from offpage.store.holding import Lease
from offpage.store.tx import Tx
from offpage.web.figures import Figures


async def figures_of(runner: AppRunner) -> Figures:
    """The figures of an environment. Raises StoreError where its database is away."""
    now, lease = runner.machine.clock.now(), runner.around.lease

    def look(tx: Tx) -> Figures:
        first = queue.next_due(tx)
        return Figures(
            dict(runner.engine.ended),
            dict(runner.database.retries),
            runs.count_open(tx),
            queue.count(tx),
            queue.count_due(tx, now),
            queue.count_parked(tx),
            0.0 if first is None else max(now - first, 0) / 1000,
            len(lease.others) if isinstance(lease, Lease) else 1,
        )

    return await runner.database.reading(look)
