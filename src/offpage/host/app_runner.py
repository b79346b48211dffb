"""One environment as it runs: a database, the app's definition on it, and the engine."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import random
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from offpage.accounts.throttle import Throttle
from offpage.accounts.tokens import Tokens
from offpage.actions.outside import Services
from offpage.engine.definitions import Definitions
from offpage.engine.engine import Engine
from offpage.engine.outside import LAST_WORDS_SECONDS
from offpage.engine.record import Recorder
from offpage.engine.run import Surroundings
from offpage.engine.segment import Executor
from offpage.host.dispatching import dispatcher_of
from offpage.host.fitting import Fitting
from offpage.host.secrets import Secrets
from offpage.host.sources import LIVE, Reading, source_of
from offpage.kernel.address import Address
from offpage.kernel.clock import Clock
from offpage.kernel.errors import AppError, OffpageError, StoreError
from offpage.kernel.events import Events
from offpage.kernel.ids import IdMaker, id_maker
from offpage.kernel.issues import Issue, Issues
from offpage.model.data_type import HeldFields
from offpage.model.env_file import NAME as ENV_FILE
from offpage.model.reader import SETTINGS
from offpage.model.snapshot import thaw
from offpage.program.kept import Kept
from offpage.program.program import Program
from offpage.program.resolve import resolve
from offpage.services.file_links import FileLinks
from offpage.services.files import Files
from offpage.services.mail import NO_MAIL, Mail
from offpage.services.sealing import Sealing
from offpage.store.deploys import Deploy
from offpage.store.holding import Alone
from offpage.store.tx import Database

ALONE: Final = Alone()


@dataclass(frozen=True, slots=True)
class Machine:
    """What all environments of a process share."""

    clock: Clock
    new_id: IdMaker
    random: random.Random
    events: Events


def this_machine(clock: Clock, events: Events) -> Machine:
    """The machine with its clock and its source of randomness."""
    # Ids are published; from a generator of ours one could tell the next id, and what `random_text` gives.
    source = random.SystemRandom()
    return Machine(clock, id_maker(source), source, events)


class AppRunner:
    """Runs an app on a database. `name` is `live`, which runs what was deployed, or `development`, the folder."""

    def __init__(
        self,
        name: str,
        folder: Path,
        database: Database,
        machine: Machine,
        *,
        secrets: Secrets,
        sealing: Sealing,
        url: str = "",
        mail: Mail = NO_MAIL,
        files: Files | None = None,
        links: FileLinks | None = None,
        lease: Alone = ALONE,
        allow_data_loss: bool = False,
    ) -> None:
        """Read the definition and fit it and the database to each other: see `Fitting`.

        Raises AppError where app.yaml cannot be read (it may say that the API is closed), for live where nothing has
        been deployed, and where the database cannot follow at all.
        """
        self.name = name
        self.folder = folder
        self.database = database
        self.machine = machine
        self.secrets = secrets
        machine.events.masks.append(secrets.masks.sentence)
        sealing.holds_secret = secrets.masks.may_show
        self._reading = threading.Lock()
        self._source = source_of(name, folder, database)
        self.kept = Kept()
        """What was made of the definition when it was read last."""
        self._fitting = Fitting(database, self._source, machine.clock, self._crashed, self.kept)
        reading = self._read()
        if not reading.program.app.settings_known:
            raise AppError("app.yaml cannot be read, so nothing is served:\n" + _told(reading.issues))
        program = self._fitting.fit(reading, secrets.available, allow_data_loss=allow_data_loss)
        self.issues = reading.issues
        self.deploy: Deploy | None = reading.deploy
        """For live: what was deployed."""
        self._definitions = Definitions(self._bring_back)
        self._keep(program)
        facts = {"app.name": program.app.settings.name, "app.url": url, "env": name}
        self.tokens = Tokens(database, machine.clock)
        throttle = Throttle(sharers=lambda: lease.servers)
        services = Services(mail=mail, files=files, links=links, distrust=self.tokens.distrust, throttle=throttle)
        around = self.around = Surroundings(
            machine.clock, machine.new_id, machine.random, secrets, facts, services, sealing, lease
        )
        executor = Executor(around, Recorder(secrets.masks), machine.events)
        self.engine = Engine(database, program, around, executor, self._definitions, machine.events)
        self.dispatcher = dispatcher_of(self.engine, machine.clock, database, lease)

    @property
    def program(self) -> Program:
        """What runs now."""
        return self.engine.program

    async def start(self) -> None:
        """Take up waiting runs."""
        await self.dispatcher.start()

    async def stop(self, seconds: float = LAST_WORDS_SECONDS) -> None:
        """Refuse new calls, let the running ones end, close the database. Runs that are outside get so many seconds."""
        self.engine.stop_taking()
        await self.dispatcher.stop()
        await self.engine.stop(seconds)
        await self.around.services.http.close()
        await asyncio.to_thread(self._leave)
        await asyncio.to_thread(self.database.close)

    def _leave(self) -> None:
        """Give up the lease, so that others go on at once with what has not ended; without a database it runs out."""
        with contextlib.suppress(StoreError):
            self.around.lease.leave()

    def reload(self) -> Issues:
        """Read the definition and the secrets again and run what they say now; blocks until the database follows.

        A change that would lose data is an issue, and the field stays as it was; the former definition stays while
        app.yaml cannot be read, or (in development) the secrets.
        """
        with self._reading:
            return self._reload()

    def renew_secrets(self) -> None:
        """Read the secrets again. Where they are others now, what needs them can run, or cannot any more."""
        with self._reading:
            before = dict(self.secrets), self.secrets.available
            if self._secrets_again() is None and (dict(self.secrets), self.secrets.available) != before:
                self._take(self._read())

    def make_anew(self) -> None:
        """Make former definitions once more before they run: columns that they were made for may be gone."""
        with self._reading:
            self._definitions.forget()
            self._keep(self.program)

    def _reload(self) -> Issues:
        unread = self._secrets_again()
        reading = self._read()
        self.issues = reading.issues
        if unread is not None:
            reading.issues.add(Issue("secrets", unread.message, ENV_FILE, 1, 1))
        if reading.program.app.settings_known and (unread is None or self.name == LIVE):
            self._take(reading)
        return reading.issues

    def _take(self, reading: Reading) -> None:
        """Run what was read from now on."""
        program = reading.program
        try:
            if program.definition != self.program.definition or self._fitting.held:
                program = self._fitting.fit(reading, self.secrets.available)
                self._definitions.forget()
        except OffpageError as error:
            reading.issues.add(Issue("types", error.message, "types", 1, 1))
            return
        self._keep(program)
        self.engine.program = program
        self.deploy = reading.deploy
        self.engine.follow()

    def _read(self) -> Reading:
        return self._source.read(self.database.dialect, self.secrets.available, self._crashed, self.kept)

    def _crashed(self, address: Address, error: Exception) -> None:
        self.machine.events.say("reading.crashed", address=address, error=error)

    def _secrets_again(self) -> OffpageError | None:
        try:
            self.secrets.read()
        except OffpageError as error:
            return error
        return None

    def _keep(self, program: Program) -> None:
        """Have a program ready for the runs that belong to it.

        One in which something is broken is brought back from its snapshot instead, where a secret that is gone now
        does not matter: the run was accepted when it was there.
        """
        self.secrets.use(program.secrets)
        self._definitions.use(program)
        if not program.broken:
            self._definitions.keep(program)

    def _bring_back(self, definition: str, content: str, held: HeldFields) -> Program:
        app = thaw(base64.b64decode(content), self.kept.parsed)
        program = resolve(app, definition, self.database.dialect, held=held, kept=self.kept)[0]
        self.secrets.use(program.secrets)
        return program


def _told(issues: Issues) -> str:
    return "\n".join(f"  {one}" for one in issues.errors if one.file == SETTINGS)
