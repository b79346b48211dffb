"""The live environment of a server: it runs what was deployed last, from the moment that it is."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final, Protocol

from offpage.host.app_runner import AppRunner, Machine
from offpage.host.compose import Place, app_runner
from offpage.host.deploying import LOOK_SECONDS, deploy
from offpage.host.proposing import Proposal, propose_folder
from offpage.kernel.errors import AppError, StoreError
from offpage.store import deploys
from offpage.store.deploys import Deploy
from offpage.store.holding import Lease
from offpage.store.leases import Kind
from offpage.store.opening import lease_of
from offpage.store.tx import Database, Tx

AGAIN_SECONDS: Final = 2.0
"""How long it rests after a deploy that could not be taken up."""

FIRST: Final = "The folder as it was when it was first served"

Deployed = Callable[[AppRunner], None]
"""Hears that another deploy runs; called in the loop's thread."""


class Gate(Protocol):
    """What requests to live come through."""

    def hold(self) -> None:
        """Let requests wait."""
        ...

    def release(self) -> None:
        """Let them go on."""
        ...


class Live:
    """Follows the deploys of a live database. `runner` is None as long as nothing has been deployed."""

    def __init__(
        self,
        place: Place,
        machine: Machine,
        database: Database,
        *,
        kind: Kind = "serve",
        allow_data_loss: bool = False,
    ) -> None:
        """Find what is deployed. Where nothing ever was, a server deploys the folder, if it has no issues."""
        self._place = place
        self._machine = machine
        self.database = database
        self.runner: AppRunner | None = None
        self._lease = lease_of(database, kind, machine.events.within(environment="live"))
        self.refused: str = ""
        """Why the folder was not deployed when it was first served."""
        self.is_first = False
        """Whether the folder was deployed when this server started."""
        self._is_held = False
        self._said = 0
        self._purges: int | None = None
        if kind == "serve" and database.read(deploys.current) is None:
            self._deploy_first(allow_data_loss=allow_data_loss)
        if database.read(deploys.current) is not None:
            self.runner = self._open()

    async def start(self) -> None:
        """Take up waiting runs, and say what is served."""
        await asyncio.to_thread(self._lease.join)
        if self.runner is not None:
            await self.runner.start()
        await self._say()

    async def stop(self, seconds: float) -> None:
        """Let what is running end for so long; close the database."""
        with contextlib.suppress(Exception):  # it is only what a deploy waits for
            if not isinstance(self._lease, Lease):
                await self.database.written(lambda tx: deploys.set_serving(tx, None))
        if self.runner is not None:
            await self.runner.stop(seconds)
        else:
            with contextlib.suppress(StoreError):
                await asyncio.to_thread(self._lease.leave)
            await asyncio.to_thread(self.database.close)

    async def follow(self, gate: Gate, began: Deployed, changed: Deployed, stop: asyncio.Event) -> None:
        """Run each deploy from the moment that it is seen. `began` hears of the first one, `changed` of each later."""
        while not await _is_set(stop, LOOK_SECONDS):
            try:
                await self._look(gate, began, changed)
            except Exception as error:  # noqa: BLE001 - told at once; what ran before goes on running
                self._machine.events.say("deploy.failed", environment="live", error=error)
                self._go_on(gate)
                await _is_set(stop, AGAIN_SECONDS)

    async def _look(self, gate: Gate, began: Deployed, changed: Deployed) -> None:
        state = await self.database.reading(deploys.state)
        if state.number > self._number:
            await self._take_up(began, changed)
        if self._purges != state.purges:
            self._purges = state.purges
            if self.runner is not None:
                await asyncio.to_thread(self.runner.make_anew)
        if self._said != self._number:
            await self._say()
        if state.held_until > self._machine.clock.now():
            self._hold(gate)
        elif self._is_held and state.number == self._number and not await self._is_over():
            pass  # whoever asked for the hold is still at it, longer than it foresaw
        else:
            self._go_on(gate)

    async def _is_over(self) -> bool:
        """Take back a hold whose time is over; whether nothing came of it, so that all may go on as before.

        While a deploy is changing the tables this waits for it: on SQLite it has the lock, on PostgreSQL the hold.
        """
        number, now = self._number, self._machine.clock.now()

        def segment(tx: Tx) -> bool:
            state = deploys.state(tx)
            if state.held_until > now:
                return False
            deploys.release(tx)
            return state.number == number

        return await self.database.written(segment)

    async def _take_up(self, began: Deployed, changed: Deployed) -> None:
        if self.runner is None:
            self.runner = await asyncio.to_thread(self._open)
            await self.runner.start()
            began(self.runner)
        else:
            before = self._number
            issues = await asyncio.to_thread(self.runner.reload)
            if self._number == before:
                raise AppError("\n".join(str(one) for one in issues.errors) or "The deploy could not be read.")
            changed(self.runner)

    @property
    def _number(self) -> int:
        made: Deploy | None = None if self.runner is None else self.runner.deploy
        return 0 if made is None else made.number

    def _hold(self, gate: Gate) -> None:
        if self.runner is not None and not self._is_held:
            self._is_held = True
            gate.hold()
            self.runner.dispatcher.hold()

    def _go_on(self, gate: Gate) -> None:
        if self.runner is not None and self._is_held:
            self._is_held = False
            self.runner.dispatcher.release()
            gate.release()

    async def _say(self) -> None:
        """Whoever deploys waits for this."""
        number = self._number
        if isinstance(self._lease, Lease):
            await asyncio.to_thread(self._lease.set_serving, number)
        else:
            await self.database.written(lambda tx: deploys.set_serving(tx, number))
        self._said = number

    def _open(self) -> AppRunner:
        return app_runner(self._place, "live", self.database, self._machine, lease=self._lease)

    def _deploy_first(self, *, allow_data_loss: bool) -> None:
        proposal: Proposal = propose_folder(self._place, self.database)
        try:
            deploy(self.database, proposal, self._machine.clock, message=FIRST, allow_data_loss=allow_data_loss)
            self.is_first = True
        except AppError as error:
            # Another server, started at the same time, may have been first.
            self.refused = error.message


async def _is_set(stop: asyncio.Event, seconds: float) -> bool:
    """Wait so long, or until it is set; whether it is."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return stop.is_set()
