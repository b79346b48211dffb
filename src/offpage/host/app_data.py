"""An app's data from outside a server: the program of the folder on one environment's database."""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Iterator

from offpage.accounts.administration import Administration
from offpage.host.app_runner import AppRunner, this_machine
from offpage.host.compose import Name, Place, open_database, secrets_of
from offpage.kernel.clock import SystemClock
from offpage.kernel.errors import NotFound
from offpage.kernel.events import Events
from offpage.model.schema import DataType, Schema


@contextlib.contextmanager
def app_data(place: Place, name: Name, events: Events) -> Iterator[AppRunner]:
    """The app, perhaps beside a server that has its database open; the database is made to fit the folder.

    Raises AppError where the folder asks for what would lose data.
    """
    database = open_database(place, name, events, shared=True)
    try:
        machine = this_machine(SystemClock(), events)
        yield AppRunner(name, place.folder, database, machine, secrets=secrets_of(place.folder), url=place.url)
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


def administration(app: AppRunner) -> Administration:
    """What may be done to the app's accounts."""
    program, machine = app.program, app.machine
    policy = program.app.settings.accounts.password
    told = app.engine.told(program)
    return Administration(app.database, program.things, program.forms, policy, machine.clock, machine.new_id, told)
