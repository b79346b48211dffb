"""Which dispatcher an environment has: the one inside the process, or the one of processes that share a database."""

from __future__ import annotations

from offpage.engine.dispatch import Dispatcher
from offpage.engine.dispatch.embedded import Embedded
from offpage.engine.engine import Engine
from offpage.kernel.clock import Clock
from offpage.store.holding import Alone, Lease
from offpage.store.tx import Database


def dispatcher_of(engine: Engine, clock: Clock, database: Database, lease: Alone) -> Dispatcher:
    """The dispatcher for an engine on a database, of which this process has such a lease."""
    if not isinstance(lease, Lease):
        return Embedded(engine, clock)
    # Only here: these imports take a while, and are not there without the extra `postgres`.
    from offpage.engine.dispatch.distributed import Distributed
    from offpage.store.job_queue import JobQueue
    from offpage.store.postgres import PostgresDatabase

    assert isinstance(database, PostgresDatabase)
    return Distributed(engine, clock, JobQueue(database.url, database.schema, engine.events), lease)
