"""An app's data from outside a server: what runs in an environment, on its database."""

from __future__ import annotations

import asyncio
import contextlib
import difflib
from collections.abc import Iterator

from offpage.accounts.administration import Administration
from offpage.engine.unrecorded import of_type
from offpage.engine.workload import Workload
from offpage.host.app_runner import AppRunner, this_machine
from offpage.host.compose import Name, Place, app_runner, open_database
from offpage.kernel.clock import SystemClock
from offpage.kernel.errors import NotFound
from offpage.kernel.events import Events
from offpage.model.schema import DataType, Schema


@contextlib.contextmanager
def app_data(place: Place, name: Name, events: Events) -> Iterator[AppRunner]:
    """The app, perhaps beside a server that has its database open; the database is made to fit the folder.

    For live it is what was deployed. Raises AppError where nothing has been.
    """
    database = open_database(place, name, events, shared=True)
    try:
        yield app_runner(place, name, database, this_machine(SystemClock(), events))
    finally:
        database.close()


def find_data_type(schema: Schema, name: str) -> DataType:
    """The data type with this id. Raises NotFound with a suggestion."""
    found = schema.types.get(name)
    if found is None:
        near = difflib.get_close_matches(name, schema.types, 1)
        hint = f" Did you mean {near[0]}?" if near else f" There are: {', '.join(sorted(schema.types))}."
        raise NotFound(f"There is no data type {name}.{hint}")
    return found


def keep_spent(app: AppRunner, of: DataType, do: str, spent: Workload) -> None:
    """Keep what it has cost to move the things of a type, with what their changes were looked at for. Raises StoreError."""
    unrecorded = app.engine.unrecorded
    unrecorded.note(app.machine.clock.now(), of_type(of.id), do, spent.units)
    asyncio.run(unrecorded.write(app.database))


def administration(app: AppRunner) -> Administration:
    """What may be done to the app's accounts."""
    program, machine = app.program, app.machine
    policy = program.app.settings.accounts.password
    told, watched = app.engine.told(program), program.watched_lists
    around = (app.database, program.things, program.forms, policy, machine.clock, machine.new_id)
    return Administration(*around, told, watched)
