"""One environment as it runs: a database, the app's definition on it, and the engine."""

from __future__ import annotations

import asyncio
import base64
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from offpage.accounts.tokens import Tokens
from offpage.actions.outside import Services
from offpage.data.plan import Refusal
from offpage.data.schema import apply
from offpage.engine.definitions import Definitions
from offpage.engine.dispatch.embedded import Embedded
from offpage.engine.engine import Engine
from offpage.engine.outside import LAST_WORDS_SECONDS
from offpage.engine.record import Recorder
from offpage.engine.running import Surroundings
from offpage.engine.segment import Executor
from offpage.host.secrets import Secrets
from offpage.kernel.address import Address
from offpage.kernel.clock import Clock
from offpage.kernel.errors import AppError, OffpageError
from offpage.kernel.events import Events
from offpage.kernel.ids import IdMaker, id_maker
from offpage.kernel.issues import Issue, Issues
from offpage.model.data_type import HeldFields
from offpage.model.documents import App
from offpage.model.env_file import NAME as ENV_FILE
from offpage.model.node import Keys
from offpage.model.reader import SETTINGS, read_folder
from offpage.model.snapshot import Snapshot, freeze, thaw
from offpage.program.program import Program
from offpage.program.reading import Crashed, unheard
from offpage.program.resolve import resolve
from offpage.services.files import Files
from offpage.services.mail import NO_MAIL, Mail
from offpage.sql.dialect import Dialect
from offpage.store import definitions
from offpage.store.tx import Database, Tx


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


def read_program(
    folder: Path, dialect: Dialect, secrets: frozenset[str] | None = None, crashed: Crashed = unheard
) -> tuple[Program, Snapshot, Issues]:
    """Read and resolve an app folder; all its issues together. `secrets`: the names of those that there are."""
    app, issues = read_folder(folder)
    snapshot = freeze(app)
    program, found = resolve(app, snapshot.hash, dialect, secrets=secrets, crashed=crashed)
    for issue in found:
        issues.add(issue)
    return program, snapshot, issues


class AppRunner:
    """Runs the app of a folder on a database. `name` is `live` or `development`."""

    def __init__(
        self,
        name: str,
        folder: Path,
        database: Database,
        machine: Machine,
        *,
        secrets: Secrets,
        url: str = "",
        mail: Mail = NO_MAIL,
        files: Files | None = None,
        allow_data_loss: bool = False,
    ) -> None:
        """Read the folder and make the database fit it.

        Raises AppError for what would lose data, and where app.yaml cannot be read: it may say that the API is closed.
        """
        self.name = name
        self.folder = folder
        self.database = database
        self.machine = machine
        self.secrets = secrets
        self._held: HeldFields = {}
        """Fields that stay what they were, because what the folder says would lose data."""
        program, snapshot, self.issues = self._read()
        if not program.app.settings_known:
            raise AppError("app.yaml cannot be read, so nothing is served:\n" + _told(self.issues))
        self._adopt(program, snapshot, allow_data_loss=allow_data_loss)
        self._definitions = Definitions(self._bring_back)
        self._keep(program)
        facts = {"app.name": program.app.settings.name, "app.url": url, "env": name}
        self.tokens = Tokens(database, machine.clock)
        services = Services(mail=mail, files=files, distrust=self.tokens.distrust)
        around = self.around = Surroundings(machine.clock, machine.new_id, machine.random, secrets, facts, services)
        executor = Executor(around, Recorder(secrets.masks), machine.events)
        self.engine = Engine(database, program, around, executor, self._definitions, machine.events)
        self.dispatcher = Embedded(self.engine, machine.clock)

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
        await asyncio.to_thread(self.database.close)

    def reload(self) -> Issues:
        """Read the folder and the secrets again and run what they say now; blocks until the database follows.

        A change that would lose data is an issue, and the former definition stays; so it does while app.yaml cannot
        be read, or the secrets.
        """
        before = self.program
        unread = self._secrets_again()
        program, snapshot, issues = self._read()
        self.issues = issues
        if unread is not None:
            issues.add(Issue("secrets", unread.message, ENV_FILE, 1, 1))
        elif program.app.settings_known:
            try:
                if program.definition != before.definition or self._held:
                    program = self._fit(program, snapshot, issues)
            except OffpageError as error:
                issues.add(Issue("types", error.message, "types", 1, 1))
            else:
                self._keep(program)
                self.engine.program = program
                self.engine.follow()
        return issues

    def _fit(self, program: Program, snapshot: Snapshot, issues: Issues) -> Program:
        """Make the database fit a program, or, where that would lose data, the program the database: field by field.

        A field stays what it was; what needs it to be something else cannot run; everything else goes on.
        """
        self._held = {}
        try:
            self._adopt(program, snapshot, allow_data_loss=False)
        except AppError as error:
            refusals: Sequence[Refusal] = error.details.get("refusals", ())
            if not refusals:
                raise
            self._held = {(one.type_id, one.field_id): one.held for one in refusals}
            for one in refusals:
                issues.add(_kept_as_it_is(program.app, one))
            found = Issues()
            program, found = resolve(
                program.app,
                program.definition,
                self.database.dialect,
                secrets=self.secrets.available,
                crashed=self._crashed,
                held=self._held,
            )
            known = set(issues)
            for issue in found:
                if issue not in known:
                    issues.add(issue)
            self._adopt(program, snapshot, allow_data_loss=False)
        self._definitions.forget()
        return program

    def _read(self) -> tuple[Program, Snapshot, Issues]:
        return read_program(self.folder, self.database.dialect, self.secrets.available, self._crashed)

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
        if not program.broken:
            self._definitions.keep(program)

    def _adopt(self, program: Program, snapshot: Snapshot, *, allow_data_loss: bool) -> None:
        """Make the database fit a program, and keep its snapshot for the runs that will belong to it."""
        now = self.machine.clock.now()
        content = base64.b64encode(snapshot.content).decode()

        def segment(tx: Tx) -> None:
            apply(tx, program.schema, allow_data_loss=allow_data_loss)
            definitions.put(tx, snapshot.hash, content, now)

        self.database.write_now(segment)

    def _bring_back(self, definition: str, content: str, held: HeldFields) -> Program:
        app = thaw(base64.b64decode(content))
        program = resolve(app, definition, self.database.dialect, held=held)[0]
        self.secrets.use(program.secrets)
        return program


def _kept_as_it_is(app: App, refusal: Refusal) -> Issue:
    """The issue of a field that cannot become what its file says."""
    keys = app.types[refusal.type_id]
    fields = keys.items.get("fields")
    mark = fields.key_marks.get(refusal.field_id, keys.mark) if isinstance(fields, Keys) else keys.mark
    hint = "" if not refusal.held.unique else " To allow that, start with --allow-data-loss."
    sentence = f"{refusal.sentence} Until then it stays as it was, and the rest of the app goes on.{hint}"
    address = f"types/{refusal.type_id}/fields/{refusal.field_id}"
    return Issue(address, sentence, mark.file, mark.line, mark.column)


def _told(issues: Issues) -> str:
    return "\n".join(f"  {one}" for one in issues.errors if one.file == SETTINGS)
