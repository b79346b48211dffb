"""The environments of one process, and the site that the web layer serves from them."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from offpage.engine.outside import LAST_WORDS_SECONDS
from offpage.host.app_runner import AppRunner, Machine, this_machine
from offpage.host.compose import Name, Place, environment_of, open_database, open_runner
from offpage.host.live import Live
from offpage.host.watching import fingerprint
from offpage.kernel.clock import SystemClock
from offpage.kernel.errors import AppError
from offpage.kernel.events import Events
from offpage.kernel.issues import Issue, Issues
from offpage.model.reader import SETTINGS
from offpage.model.writer import set_value, write_file
from offpage.store.failures import Taken
from offpage.store.holding import LAPSE_SECONDS, Lease
from offpage.store.leases import Kind
from offpage.store.tx import Database
from offpage.web.serving import Site

CLOSING_SECONDS: Final = 1.0
"""How long closing the databases may take once everything has ended, or was given up."""

TEST_PREFIX: Final = "/version-test"


class Host:
    """What one server serves. `live` is None for `offpage dev`.

    `development` is None as long as the folder cannot be served beside a live version: `unserved` says why.
    """

    def __init__(
        self, place: Place, machine: Machine, names: tuple[Name, ...], *, kind: Kind = "serve", allow_data_loss: bool
    ) -> None:
        """Open everything. Raises AppError, StoreError where there is nothing to serve."""
        self.place = place
        self.seen = fingerprint(place.folder)
        """What the folder was like before it was read first."""
        self.events = machine.events
        self.live: Live | None = None
        self.development: AppRunner | None = None
        self.unserved = ""
        self.left: Callable[[], None] = lambda: None
        """Called in the loop when nothing is left to serve: another process has the only environment by now."""
        self._leaving: asyncio.Task[None] | None = None
        self._machine = machine
        self._stop_following = asyncio.Event()
        self._following: asyncio.Task[None] | None = None
        self._taking_over: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._reloading = threading.Lock()
        """Held while the folder is read again: its watcher and whoever waits for the development version may come together."""
        self.writing = threading.Lock()
        """Held between the reading of a file of the app and its writing: by who edits, and for a sample that comes."""
        self.site = Site(None, None, machine.events)
        self.reloaded: list[Callable[[Issues], None]] = []
        """Who hears, in a thread, that the folder was read again."""
        self.detected: list[Callable[[str, dict[str, Any]], None]] = []
        """Who hears, in a thread, of a sample request: a workflow's name and what was sent."""
        try:
            if "live" in names:
                database = open_database(place, "live", machine.events.within(environment="live"))
                self.live = _live(place, machine, database, kind, allow_data_loss=allow_data_loss)
                if self.live.runner is not None:
                    self._serve_live(self.live.runner)
            if "development" in names:
                self._open_development(allow_data_loss=allow_data_loss)
        except BaseException:
            self._close()
            raise

    @property
    def runners(self) -> dict[Name, AppRunner]:
        """The environments that run."""
        found: dict[Name, AppRunner] = {}
        if self.live is not None and self.live.runner is not None:
            found["live"] = self.live.runner
        if self.development is not None:
            found["development"] = self.development
        return found

    @property
    def main_database(self) -> Database:
        """Where what belongs to the server as a whole is kept: the live one's, with `offpage dev` the only one."""
        if self.live is not None:
            return self.live.database
        assert self.development is not None  # one of the two is there, or the host would not be
        return self.development.database

    async def start(self, deployed: Callable[[AppRunner], None] = lambda runner: None) -> None:
        """Take up waiting runs; follow the deploys, of which `deployed` hears."""
        self._loop = asyncio.get_running_loop()
        if self.development is not None:
            await self.development.start()
        if self.live is not None:
            await self.live.start()

            def began(runner: AppRunner) -> None:
                self._serve_live(runner)
                deployed(runner)

            following = self.live.follow(self.site, began, deployed, self._stop_following)
            self._following = asyncio.create_task(following, name="offpage-deploys")
        self._taking_over = asyncio.create_task(self._take_over_development(), name="offpage-development")

    async def stop(self, seconds: float = LAST_WORDS_SECONDS) -> bool:
        """Let what is running end for so long, and close everything; returns whether everything has ended."""
        self._stop_following.set()
        self.site.release()
        following = {task for task in (self._following, self._taking_over, self._leaving) if task is not None}
        if following:
            await asyncio.wait(following, timeout=CLOSING_SECONDS)
        running = [one for one in (self.live, self.development) if one is not None]
        stopping = [asyncio.create_task(one.stop(seconds)) for one in running]
        if not stopping:
            return True
        _, late = await asyncio.wait(stopping, timeout=seconds + CLOSING_SECONDS)
        if late:
            self.events.say("server.abandoned", environments=len(late))
            return False
        for task in stopping:
            task.result()
        return True

    async def _take_over_development(self) -> None:
        """Serve the folder as the development version once no other process does so with its own."""
        while not self._stop_following.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop_following.wait(), LAPSE_SECONDS)
                return
            if self.site.elsewhere:
                try:
                    await asyncio.to_thread(self.look_for_development)
                except Exception as error:  # noqa: BLE001 - told at once; what runs goes on running
                    self.events.say("development.failed", error=error)
                if self.development is not None:
                    self.events.say("development.served", folder=str(self.place.folder))

    def _lose_development(self, why: str) -> None:
        """Serve the folder no more: another process serves its own, because this one was paused for long."""
        runner = self.development
        if runner is None or self._stop_following.is_set():
            return
        self.events.say("development.lost", folder=str(self.place.folder), message=why)
        if self.live is None:
            self.left()
            return
        self.development = self.site.development = None
        self.unserved, self.site.elsewhere = why, True
        self._leaving = asyncio.create_task(self._stop_development(runner), name="offpage-leaving")

    async def _stop_development(self, runner: AppRunner) -> None:
        try:
            await runner.stop(0)
        except Exception as error:  # noqa: BLE001 - told at once; live goes on
            self.events.say("development.failed", error=error)

    def reload(self, told: Callable[[Issues], None]) -> None:
        """Read the folder again for development, and the secrets for live; `told` gets the issues. Runs in a thread."""

        def all_told(issues: Issues) -> None:
            told(issues)
            self._tell_reloaded(issues)

        with self._reloading:
            self._reload(all_told)

    def look_for_development(self) -> None:
        """Serve the folder if it is free by now; as long as it is not, there is nothing to tell. Runs in a thread."""
        with self._reloading:
            if self.development is None:
                self._reload(lambda issues: None if self.development is None else self._tell_reloaded(issues))

    def _tell_reloaded(self, issues: Issues) -> None:
        for one in self.reloaded:
            one(issues)

    def _reload(self, told: Callable[[Issues], None]) -> None:
        if self.live is not None and self.live.runner is not None:
            self.live.runner.renew_secrets()
        if self.development is not None:
            told(self.development.reload())
            return
        issues = Issues()
        try:
            self._open_development(allow_data_loss=False)
        finally:
            if self.unserved:
                issues.add(Issue("app", self.unserved, SETTINGS, 1, 1))
        opened: AppRunner | None = self.development
        if opened is not None and self._loop is not None:
            asyncio.run_coroutine_threadsafe(opened.start(), self._loop).result()
            issues = opened.issues
        told(issues)

    def _open_development(self, *, allow_data_loss: bool) -> None:
        place = self.place if self.live is None else replace(self.place, url=self.place.url + TEST_PREFIX)
        try:
            # Alone it waits until a killed predecessor's lease is over; beside live it looks again later.
            patience = LAPSE_SECONDS if self.live is None else 0.0
            runner = open_runner(
                place, "development", self._machine, patience=patience, allow_data_loss=allow_data_loss
            )
        except (AppError, Taken) as error:
            if self.live is None or (self.live.runner is None and not isinstance(error, Taken)):
                raise
            self.unserved = error.message
            self.site.elsewhere = isinstance(error, Taken)
            return
        if isinstance(runner.around.lease, Lease):
            runner.around.lease.taken = self._in_the_loop(self._lose_development)
        environment = environment_of(runner, self.place, "development", self._keep_sample)
        self.development, self.site.development = runner, environment
        self.unserved, self.site.elsewhere = "", False  # last: callers meanwhile are to come again
        if self.live is None:
            self.site.live = environment

    def _in_the_loop(self, told: Callable[[str], None]) -> Callable[[str], None]:
        """What another thread may call to have it called in the loop."""

        def call(why: str) -> None:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(told, why)

        return call

    def _serve_live(self, runner: AppRunner) -> None:
        self.site.live = environment_of(runner, self.place, "live", self._keep_sample)

    def _keep_sample(self, name: str, sample: dict[str, Any]) -> None:
        """Write a detected sample into the workflow's file."""
        doc = self.runners["development"].program.app.workflows[name]
        path = self.place.folder / "workflows" / f"{doc.path}.yaml"
        with self.writing:
            # As bytes, so that the ends of lines stay what they are.
            write_file(path, set_value(path.read_bytes().decode(), ["request_data", "sample"], sample))
        for one in self.detected:
            one(name, sample)

    def _close(self) -> None:
        for one in (self.live, self.development):
            if one is not None:
                one.database.close()


def _live(place: Place, machine: Machine, database: Database, kind: Kind, *, allow_data_loss: bool) -> Live:
    try:
        return Live(place, machine, database, kind=kind, allow_data_loss=allow_data_loss)
    except BaseException:
        database.close()
        raise


def open_host(place: Place, names: tuple[Name, ...], *, kind: Kind = "serve", allow_data_loss: bool = False) -> Host:
    """Open the environments of an app folder."""
    machine = this_machine(SystemClock(), Events())
    return Host(place, machine, names, kind=kind, allow_data_loss=allow_data_loss)
