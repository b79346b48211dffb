"""An app folder written by a test, served as the real thing: files, engine, database, HTTP application."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any, TypeVar

from offpage.accounts.tokens import create_api_token
from offpage.host.compose import Place
from offpage.host.hosting import Host, open_host
from offpage.kernel.issues import Issues
from offpage.sql.layout import table_name
from offpage.web.app import Application, application
from tests.asgi import Seen, ask

T = TypeVar("T")

DATABASE = "OFFPAGE_DATABASE"
"""Where commands, servers and `play` look for a database that nobody names; a test run `--on postgresql` sets it."""

BASE = {"app.yaml": "name: Test\n"}
"""What every app folder needs."""


def write_app(folder: Path, files: Mapping[str, str]) -> Path:
    """Write an app folder; texts may be indented."""
    for name, text in {**BASE, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), "utf-8")
    return folder


def place_of(folder: Path, data: Path, database: str = "", *, url: str = "") -> Place:
    """Where an app of a test is, and its data."""
    return Place(folder, data, database or os.environ.get(DATABASE, ""), url)


def complaints(printed: str) -> list[str]:
    """What a command printed to standard error, except that a busy machine made it slow."""
    return [line for line in printed.splitlines() if "segment.slow" not in line]


class Served:
    """A running app, and what a test asks of it."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.runner = host.runners["development"]
        self.database = self.runner.database
        self.app: Application = application(host.site)

    async def ask(self, method: str, address: str, **more: Any) -> Seen:
        """Send one request. An address that does not begin with / is the name of a workflow."""
        if not address.startswith("/"):
            address = "/api/1.1/wf/" + address
        return await ask(self.app, method, address, **more)

    async def post(self, address: str, body: Any = None, **more: Any) -> Seen:
        """POST JSON."""
        return await self.ask("POST", address, json=body, **more)

    def count(self, table: str) -> int:
        """How many rows a system table (`op_runs`) or the table of a data type (`order`) has."""
        name = table if table.startswith("op_") else table_name(table)
        return int(self.database.read(lambda tx: tx.rows(f'SELECT count(*) FROM "{name}"'))[0][0])

    def counts(self, *tables: str) -> dict[str, int]:
        """`count` of several."""
        return {table: self.count(table) for table in tables}

    def token(self, label: str = "test") -> tuple[str, str]:
        """A new API token: its secret and its id."""
        machine = self.runner.machine
        make = create_api_token
        secret, record = self.database.write_now(
            lambda tx: make(tx, label, now=machine.clock.now(), new_id=machine.new_id)
        )
        return secret, record.id

    async def reload(self) -> Issues:
        """Read the folder again."""
        told: list[Issues] = []
        await asyncio.to_thread(self.host.reload, told.append)
        return told[0]


def play(folder: Path, files: Mapping[str, str], story: Callable[[Served], Awaitable[T]], database: str = "") -> T:
    """Serve an app folder while `story` runs. An app with issues is a mistake of the test.

    `database`: the URL of a PostgreSQL database of the test's own; SQLite if it is "", unless the run is on PostgreSQL.
    """
    write_app(folder, files)

    async def run() -> T:
        place = place_of(folder, folder / ".offpage", database, url="http://app.test")
        host = open_host(place, ("development",))
        issues = [str(issue) for issue in host.runners["development"].issues.errors]
        await host.start()
        try:
            assert issues == []
            return await story(Served(host))
        finally:
            await host.stop()

    return asyncio.run(run())
