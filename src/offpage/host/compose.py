"""A folder and settings → everything that one process serves."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from offpage.engine.outside import LAST_WORDS_SECONDS
from offpage.host.app_runner import AppRunner, Machine, this_machine
from offpage.host.secrets import Secrets
from offpage.kernel.clock import SystemClock
from offpage.kernel.events import Events
from offpage.kernel.issues import Issues
from offpage.model.writer import set_value, write_file
from offpage.services.files import LocalFiles
from offpage.services.mail import Mail, MailFolder
from offpage.services.smtp import SmtpMail, SmtpServer
from offpage.sql.sqlite_functions import register_functions
from offpage.store import opening, settings
from offpage.store.tx import Database
from offpage.web.data_access import DataAccess
from offpage.web.detect import Listening
from offpage.web.serving import Environment, Site

Name = Literal["live", "development"]

CLOSING_SECONDS: Final = 1.0
"""How long closing the databases may take once everything has ended, or was given up."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an app is and where it keeps what it keeps."""

    folder: Path
    data: Path
    database: str = ""
    """A postgresql:// address, or "" for SQLite files in `data`."""
    url: str = ""
    """Where callers reach the server, for `app.url`."""
    smtp: SmtpServer | None = None
    """The server for outgoing mail."""
    smtp_live_only: bool = False


def open_database(place: Place, name: str, events: Events | None = None, *, shared: bool = False) -> Database:
    """Open one environment's database. Raises StoreError with what to do about it."""
    address = place.database or place.data / f"{name}.db"
    return opening.open_database(address, schema=name, functions=register_functions, events=events, shared=shared)


def secrets_of(folder: Path) -> Secrets:
    """The app's secrets: `.env`, and environment variables, which overrule it."""
    return Secrets(folder, os.environ)


def mail_of(place: Place, name: str, secrets: Secrets) -> Mail:
    """How an environment sends mail: by a server, or into a folder where nobody set one up."""
    if place.smtp is not None and not (place.smtp_live_only and name != "live"):
        return SmtpMail(place.smtp)
    return MailFolder(mail_folder(place, name), secrets.masks.sentence)


def mail_folder(place: Place, name: str) -> Path:
    """Where the mail of an environment is kept that is not sent."""
    return place.data / "mail" / name


def files_of(place: Place, name: str) -> LocalFiles:
    """Where the files of an environment are kept."""
    return LocalFiles(place.data / "files" / name)


def app_runner(
    place: Place, name: Name, database: Database, machine: Machine, *, allow_data_loss: bool = False
) -> AppRunner:
    """The app on its database, with all it has of the outside world."""
    secrets = secrets_of(place.folder)
    return AppRunner(
        name,
        place.folder,
        database,
        machine,
        secrets=secrets,
        url=place.url,
        mail=mail_of(place, name, secrets),
        files=files_of(place, name),
        allow_data_loss=allow_data_loss,
    )


def open_runner(place: Place, name: Name, machine: Machine, *, allow_data_loss: bool = False) -> AppRunner:
    """Open one environment, ready to start."""
    database = open_database(place, name, machine.events)
    try:
        return app_runner(place, name, database, machine, allow_data_loss=allow_data_loss)
    except BaseException:
        database.close()
        raise


def fingerprint_key(database: Database) -> bytes:
    """The random key of this database, made when it is first asked for: an Idempotency-Key outlives a restart."""
    new = secrets.token_hex(32)
    return bytes.fromhex(database.write_now(lambda tx: settings.first(tx, "fingerprint_key", new)))


class Host:
    """The environments of one process, and the site that the web layer serves from them."""

    def __init__(self, place: Place, runners: dict[Name, AppRunner], events: Events) -> None:
        self.place = place
        self.runners = runners
        self.events = events
        self._environments = {name: self._environment(name, runner) for name, runner in runners.items()}
        development = self._environments.get("development")
        self.site = Site(self._environments.get("live", development), development, events)

    async def start(self) -> None:
        """Take up waiting runs."""
        for runner in self.runners.values():
            await runner.start()

    async def stop(self, seconds: float = LAST_WORDS_SECONDS) -> bool:
        """Let what is running end for so long, and close everything; returns whether everything has ended."""
        stopping = [asyncio.create_task(runner.stop(seconds)) for runner in self.runners.values()]
        _, late = await asyncio.wait(stopping, timeout=seconds + CLOSING_SECONDS)
        if late:
            self.events.say("server.abandoned", environments=len(late))
            return False
        for task in stopping:
            task.result()
        return True

    def reload(self, told: Callable[[Issues], None]) -> None:
        """Read the folder again for development; `told` gets the issues. Runs in a thread."""
        runner = self.runners["development"]
        told(runner.reload())

    def _environment(self, name: Name, runner: AppRunner) -> Environment:
        data = self.place.data
        listening = Listening(data / "listening", self._keep_sample) if name == "development" else None
        files = files_of(self.place, name)
        machine = runner.machine
        things = DataAccess(
            runner.database,
            machine.clock,
            machine.new_id,
            runner.around.source,
            machine.events,
            told=runner.engine.told,
            throttle=runner.around.services.throttle,
        )
        return Environment(
            name,
            runner.engine,
            runner.tokens,
            files,
            listening,
            data=things,
            fingerprint_key=fingerprint_key(runner.database),
        )

    def _keep_sample(self, name: str, sample: dict[str, Any]) -> None:
        """Write a detected sample into the workflow's file."""
        doc = self.runners["development"].program.app.workflows[name]
        path = self.place.folder / "workflows" / f"{doc.path}.yaml"
        # As bytes, so that the ends of lines stay what they are.
        write_file(path, set_value(path.read_bytes().decode(), ["request_data", "sample"], sample))


def open_host(place: Place, names: tuple[Name, ...], *, allow_data_loss: bool = False) -> Host:
    """Open the environments of an app folder."""
    events = Events()
    machine = this_machine(SystemClock(), events)
    runners: dict[Name, AppRunner] = {}
    try:
        for name in names:
            runners[name] = open_runner(place, name, machine, allow_data_loss=allow_data_loss)
    except BaseException:
        for runner in runners.values():
            runner.database.close()
        raise
    return Host(place, runners, events)
