"""A folder and settings → databases, environments that run on them, and what the web layer serves of one."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from offpage.host import left_behind
from offpage.host.app_runner import AppRunner, Machine
from offpage.host.figures import figures_of
from offpage.host.keys import own_key, sealing_of
from offpage.host.secrets import Secrets
from offpage.kernel.errors import AppError
from offpage.kernel.events import Events
from offpage.services.file_links import FileLinks
from offpage.services.files import Files
from offpage.services.local_files import LocalFiles
from offpage.services.mail import Mail, MailFolder
from offpage.services.s3_files import Bucket, S3Files
from offpage.services.sealing import Sealing
from offpage.services.smtp import SmtpMail, SmtpServer
from offpage.sql.sqlite_functions import register_functions
from offpage.store import copying, opening
from offpage.store.holding import Alone
from offpage.store.opening import lease_of
from offpage.store.tx import Database
from offpage.web.data_access import DataAccess
from offpage.web.detect import Keep, Listening
from offpage.web.rate import Rate
from offpage.web.serving import Environment

Name = Literal["live", "development"]


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
    key: str = field(default="", repr=False)
    """The installation's key, or "" for the one in `data`."""
    bucket: Bucket | None = None
    """Where files are kept; None: in `data`."""


def open_database(place: Place, name: str, events: Events | None = None, *, shared: bool = False) -> Database:
    """Open one environment's database. Raises StoreError, AppError with what to do about it."""
    if not place.database:
        left_behind.check(place.data, name)
    address = place.database or place.data / f"{name}.db"
    database = open_any(address, name, events, shared=shared)
    if database.read(copying.marked) is not None:
        database.close()
        raise AppError(
            f"This database ({name}) is the target of an `offpage copy` that did not end, so it is not whole. Copy again with"
            " --again, or name the original."
        )
    return database


def open_any(address: str | Path, name: str, events: Events | None = None, *, shared: bool = False) -> Database:
    """Open the database of an environment wherever it is. On PostgreSQL each environment is a schema of its name."""
    return opening.open_database(address, schema=name, functions=register_functions, events=events, shared=shared)


def secrets_of(folder: Path, environment: str = "development") -> Secrets:
    """The app's secrets in an environment: `.env`, environment variables, `.env.live` or `.env.development`."""
    return Secrets(folder, os.environ, environment)


def mail_of(place: Place, name: str, secrets: Secrets) -> Mail:
    """How an environment sends mail: by a server, or into a folder where nobody set one up."""
    if place.smtp is not None and not (place.smtp_live_only and name != "live"):
        return SmtpMail(place.smtp)
    return MailFolder(mail_folder(place, name), secrets.masks.sentence)


def mail_folder(place: Place, name: str) -> Path:
    """Where the mail of an environment is kept that is not sent."""
    return place.data / "mail" / name


def files_of(place: Place, name: str, database: Database, sealing: Sealing) -> Files:
    """Where the files of an environment are kept."""
    key = own_key(database, sealing, name, "file_key")
    return S3Files(place.bucket, name, key) if place.bucket else LocalFiles(place.data / "files" / name, key)


def check_storage(place: Place) -> None:
    """Raise AppError, with what to do, where files could not be kept."""
    if place.bucket is not None:
        S3Files(place.bucket, "").check()


def app_runner(
    place: Place,
    name: Name,
    database: Database,
    machine: Machine,
    *,
    lease: Alone | None = None,
    allow_data_loss: bool = False,
) -> AppRunner:
    """The app on its database, with all it has of the outside world. Raises AppError, see AppRunner.

    `lease`: the process's own, where it carries runs and others have the database, too.
    """
    secrets, sealing = secrets_of(place.folder, name), sealing_of(place, database)
    return AppRunner(
        name,
        place.folder,
        database,
        replace(machine, events=machine.events.within(environment=name)),
        secrets=secrets,
        sealing=sealing,
        url=place.url,
        mail=mail_of(place, name, secrets),
        files=files_of(place, name, database, sealing),
        links=FileLinks(own_key(database, sealing, name, "file_key"), place.url),
        lease=lease or Alone(),
        allow_data_loss=allow_data_loss,
    )


def open_runner(
    place: Place, name: Name, machine: Machine, *, patience: float = 0.0, allow_data_loss: bool = False
) -> AppRunner:
    """Open an environment that one process has for itself, ready to start.

    Raises Taken where another has it, and has it still after so many seconds.
    """
    events = machine.events.within(environment=name)
    database = open_database(place, name, events)
    lease = lease_of(database, "serve", events, only=True)
    try:
        lease.join(patience)
        try:
            return app_runner(place, name, database, machine, lease=lease, allow_data_loss=allow_data_loss)
        except BaseException:
            lease.leave()
            raise
    except BaseException:
        database.close()
        raise


@contextlib.contextmanager
def command_lease(database: Database, events: Events) -> Iterator[Alone]:
    """The lease of a command that carries runs beside servers."""
    lease = lease_of(database, "command", events)
    lease.join()
    try:
        yield lease
    finally:
        lease.leave()


def environment_of(runner: AppRunner, place: Place, name: Name, keep_sample: Keep) -> Environment:
    """What the web layer serves of an environment that runs."""
    listening = Listening(place.data / "listening", keep_sample) if name == "development" else None
    machine = runner.machine
    things = DataAccess(
        runner.database,
        machine.clock,
        machine.new_id,
        runner.around.source,
        machine.events,
        told=runner.engine.told,
        throttle=runner.around.services.throttle,
        unrecorded=runner.engine.unrecorded,
    )
    return Environment(
        name,
        runner.engine,
        runner.tokens,
        runner.around.services.files,
        listening,
        data=things,
        fingerprint_key=own_key(runner.database, runner.around.sealing, name, "fingerprint_key"),
        rate=Rate(sharers=lambda: runner.around.lease.servers),
        source=runner.around.source,
        now=machine.clock.now,
        links=runner.around.services.links,
        figures=lambda: figures_of(runner),
        check=lambda: runner.database.reading(lambda tx: tx.row("SELECT 1")),
    )
