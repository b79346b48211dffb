"""An app made of a few texts, run on a real database without a server."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from textwrap import dedent
from typing import Any

import msgspec
import pytest

from offpage.accounts.actor import ADMIN
from offpage.data.schema import apply
from offpage.engine.calls import ApiCall, Outcome, RequestData
from offpage.engine.definitions import Definitions
from offpage.engine.dispatch import Dispatcher
from offpage.engine.dispatch.distributed import Distributed
from offpage.engine.dispatch.embedded import Embedded
from offpage.engine.engine import Engine
from offpage.engine.masking import masker
from offpage.engine.record import Recorder
from offpage.engine.run import Surroundings
from offpage.engine.segment import Executor
from offpage.kernel.clock import VirtualClock
from offpage.kernel.events import Events
from offpage.kernel.ids import id_maker
from offpage.model.data_type import HeldFields
from offpage.model.reader import read_files
from offpage.model.snapshot import freeze, thaw
from offpage.program.program import Program
from offpage.program.resolve import resolve
from offpage.services.sealing import Sealing
from offpage.store import definitions, runs
from offpage.store.holding import Alone, Lease
from offpage.store.job_queue import JobQueue
from offpage.store.postgres import PostgresDatabase
from offpage.store.tx import Database, Tx

ORDER = """
label: Order
fields:
  number: {type: text, unique: yes}
  total: number
  paid: {type: yes_no, default: no}
  tags: list of text
"""


class Bench:
    """An app on a database: called, looked into, changed."""

    def __init__(self, database: Database, files: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        self.database = database
        self.clock = VirtualClock()
        self.events = Events()
        self.said: list[tuple[str, dict[str, Any]]] = []
        self.events.listen(lambda name, fields: self.said.append((name, fields)))
        new_id = id_maker(random.Random(7))
        facts = {"app.name": "Test", "app.url": "http://app.test"}
        self.around = Surroundings(
            self.clock, new_id, random.Random(7), dict(secrets), facts, sealing=Sealing(b"k" * 32), lease=self._lease()
        )
        self.executor = Executor(self.around, Recorder(masker(secrets)), self.events)
        self.definitions = Definitions(self._bring_back)
        self.program = self.define(files)
        self.engine = Engine(database, self.program, self.around, self.executor, self.definitions, self.events)

    def _lease(self) -> Alone:
        """On PostgreSQL the process shares its database, and does all as processes do that share it."""
        if not isinstance(self.database, PostgresDatabase):
            return Alone()
        lease = Lease(self.database, "worker", self.events)
        lease.join()
        return lease

    def dispatcher(self) -> Dispatcher:
        """The dispatcher of such a process."""
        lease = self.around.lease
        if not isinstance(lease, Lease):
            return Embedded(self.engine, self.clock)
        assert isinstance(self.database, PostgresDatabase)
        jobs = JobQueue(self.database.url, self.database.schema, self.events)
        return Distributed(self.engine, self.clock, jobs, lease)

    def die(self) -> None:
        """Let the process be gone, as the others see it."""
        if isinstance(self.around.lease, Lease):
            self.around.lease.leave()

    def restart(self, **changed: Any) -> None:
        """Go on as another process would; `changed` are surroundings that it has instead."""
        self.die()
        self.around = replace(self.around, lease=self._lease(), **changed)
        self.executor = Executor(self.around, Recorder(masker(self.around.secrets)), self.events)
        self.engine = Engine(self.database, self.program, self.around, self.executor, self.definitions, self.events)

    def define(self, files: Mapping[str, str]) -> Program:
        """Make the app what the files say."""
        app, issues = read_files({name: dedent(text) for name, text in files.items()})
        snapshot = freeze(app)
        program, found = resolve(app, snapshot.hash, self.database.dialect)
        assert [str(one) for one in [*issues.errors, *found.errors]] == []

        def segment(tx: Tx) -> None:
            apply(tx, program.schema)
            definitions.put(tx, snapshot.hash, snapshot.content.hex(), self.clock.now())

        self.database.write_now(segment)
        self.definitions.forget()
        self.definitions.keep(program)
        if hasattr(self, "engine"):
            self.engine.program = program
        self.program = program
        return program

    def _bring_back(self, definition: str, content: str, held: HeldFields) -> Program:
        return resolve(thaw(bytes.fromhex(content)), definition, self.database.dialect, held=held)[0]

    def api_call(self, workflow: str, parameters: Mapping[str, Any], **more: Any) -> ApiCall:
        """A call with parameters in Python form."""
        ready = self.program.workflows[workflow]
        values = [parameters.get(one.name) for one in ready.parameters]
        request = RequestData(body=more.pop("body", None))
        return ApiCall(ready, values, ADMIN, request, **more)

    def call(self, workflow: str, /, **parameters: Any) -> Outcome:
        """Run a workflow and wait for its end."""
        return asyncio.run(self._called(self.api_call(workflow, parameters)))

    async def _called(self, call: ApiCall) -> Outcome:
        try:
            return await self.engine.call(call)
        finally:
            await self.around.services.http.close()

    def journal(self, run_id: str) -> list[dict[str, Any]]:
        """What is kept of a run's steps."""
        found: list[dict[str, Any]] = msgspec.json.decode(self.run(run_id).journal)
        return found

    def queued(self) -> int:
        """How many runs are in the queue, waiting or claimed."""
        return int(self.database.read(lambda tx: tx.rows("SELECT count(*) FROM op_queue"))[0][0])

    def run(self, run_id: str) -> runs.Run:
        """The record of a run."""
        row = self.database.read(lambda tx: runs.get(tx, run_id))
        assert row is not None
        return row

    def count(self, type_id: str) -> int:
        """How many things of a type there are."""
        return int(self.database.read(lambda tx: tx.rows(f'SELECT count(*) FROM "t_{type_id}"'))[0][0])

    def values(self, type_id: str, field: str) -> list[Any]:
        """One field of all things of a type, oldest first."""
        text = f'SELECT "{field}" FROM "t_{type_id}" ORDER BY created_date, id'
        return [row[0] for row in self.database.read(lambda tx: tx.rows(text))]


@pytest.fixture
def bench(database: Database) -> Iterator[Callable[..., Bench]]:
    """Make a bench: `bench({"workflows/x.yaml": …}, secrets={…})`; the type order is always there."""
    made: list[Bench] = []

    def make(files: Mapping[str, str], secrets: Mapping[str, str] | None = None) -> Bench:
        made.append(Bench(database, {"app.yaml": "name: Test", "types/order.yaml": ORDER, **files}, secrets or {}))
        return made[-1]

    yield make
    for one in made:
        one.die()
