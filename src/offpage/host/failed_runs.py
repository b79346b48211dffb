"""Failed runs, tried again: one or many, with what that would repeat. For the command line, and for whoever has a server.

reruns = FailedRuns(runner)
plans = reruns.some(RunFilter(workflow="pay", since=…), "failed")     # what would happen; nothing has
told = reruns.retry(plans)                                            # queued; a server that runs takes it up
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import msgspec

from offpage.engine.repeating import Repeated
from offpage.engine.rerunning import Origin, Plan
from offpage.host.app_data import app_data
from offpage.host.app_runner import AppRunner
from offpage.host.compose import Name, Place
from offpage.host.one_run import address_of
from offpage.kernel.errors import CallerLeft, NotFound, OffpageError
from offpage.kernel.events import Events
from offpage.store import run_lists, runs
from offpage.store.run_lists import RunFilter
from offpage.store.tx import Database, Tx

MOST: Final = 1_000
"""How many runs are tried again at once, unless more are asked for."""

CHUNK: Final = 100
"""How many are read, or queued, in one transaction."""


@dataclass(frozen=True, slots=True)
class Retried:
    """What became of a plan: `new_id` is the run that waits now (of an item of a batch ""), or `error` says why none does."""

    run_id: str
    workflow: str
    new_id: str = ""
    error: str = ""


class FailedRuns:
    """The failed runs of an app. Blocks: a server calls it in a thread."""

    def __init__(self, runner: AppRunner) -> None:
        self._runner = runner
        self._addresses: dict[tuple[str, str], str] = {}
        """Those of workflows in the apps that runs belong to: each takes reading a whole app."""

    @property
    def database(self) -> Database:
        """Where their records are."""
        return self._runner.database

    def one(self, run_id: str, origin: Origin) -> Plan:
        """What trying a run again would be. Raises NotFound."""
        engine = self._runner.engine
        found = self._runner.database.read(lambda tx: engine.reruns.plan(tx, run_id, origin))
        if found is None:
            raise NotFound(f"There is no run {run_id} in {self._runner.name}. See them with: offpage runs list")
        return found

    def some(self, which: RunFilter, origin: Origin, most: int = MOST) -> list[Plan]:
        """What trying many again would be, the oldest of the latest `most` first.

        Without those that were tried again already, and those that only stopped because their caller had left.
        """
        wanted, plans = replace(which, state="failed", untried=True), list[Plan]()
        before: int | None = None
        while len(plans) < most:
            found, before = self._runner.database.read(partial(self._page, which=wanted, origin=origin, before=before))
            plans += [one for one in found if not one.settled]
            if before is None:
                break
        return plans[:most][::-1]

    def _page(self, tx: Tx, which: RunFilter, origin: Origin, before: int | None) -> tuple[list[Plan], int | None]:
        """Some plans, and from where to go on; None: there are no more."""
        lines = run_lists.lines(tx, which, limit=CHUNK, before=before)
        failed = [line for line in lines if msgspec.json.decode(line.error or "{}").get("code") != CallerLeft.code]
        found = [self._runner.engine.reruns.plan(tx, line.id, origin) for line in failed]
        return [one for one in found if one is not None], lines[-1].seq if len(lines) == CHUNK else None

    def retry(self, plans: Sequence[Plan]) -> list[Retried]:
        """Queue what was planned; what cannot be (any more) says why, and the others are queued all the same."""
        told: list[Retried] = []
        for start in range(0, len(plans), CHUNK):
            told += self._runner.database.write_now(partial(self._all_queued, plans=plans[start : start + CHUNK]))
        self._runner.engine.wake()
        return told

    def _all_queued(self, tx: Tx, plans: Sequence[Plan]) -> list[Retried]:
        return [self._queued(tx, one) for one in plans]

    def _queued(self, tx: Tx, plan: Plan) -> Retried:
        run = plan.run
        if plan.why_not:
            return Retried(run.id, run.workflow, error=plan.why_not)
        try:
            with tx.savepoint():
                return Retried(run.id, run.workflow, self._runner.engine.reruns.queue(tx, plan))
        except OffpageError as error:
            if error.transient:
                raise
            return Retried(run.id, run.workflow, error=error.message)

    def view(self, plan: Plan) -> dict[str, Any]:
        """A plan as plain data, with the addresses of the steps that it repeats."""
        run = plan.run
        return {
            "id": run.id,
            "workflow": run.workflow,
            "from": "item" if plan.item else plan.origin,
            "why_not": plan.why_not or None,
            "repeats": self.repeated(run, plan.repeats),
        }

    def repeated(self, run: runs.Run, repeats: Sequence[Repeated]) -> list[dict[str, Any]]:
        """Steps of a run that are done once more, as plain data."""
        return self._runner.database.read(lambda tx: [self._view(tx, run, one) for one in repeats])

    def _view(self, tx: Tx, run: runs.Run, one: Repeated) -> dict[str, Any]:
        address = self._address(tx, run.definition, run.workflow)
        for event, otherwise, index in one.place:
            around = self._address(tx, run.definition, event) if event else address
            address = f"{around}/{'else' if otherwise else 'steps'}/{index}"
        return {
            "address": address,
            "do": one.do,
            "kind": one.kind,
            "what": dict(one.what),
            "certain": one.certain,
            "times": one.times,
            "or_more": one.or_more,
            "same_key": one.same_key,
        }

    def _address(self, tx: Tx, definition: str, workflow: str) -> str:
        found = self._addresses.get((definition, workflow))
        if found is None:
            found = self._addresses[definition, workflow] = address_of(tx, definition, workflow)
        return found


@contextlib.contextmanager
def failed_runs(place: Place, name: Name, events: Events) -> Iterator[FailedRuns]:
    """The failed runs of an app, perhaps beside a server, which takes up within a second what is queued."""
    with app_data(place, name, events) as runner:
        yield FailedRuns(runner)
