"""Fills a database for the data benchmark: teams of users, and their orders, the same ones each time.

The app is the folder `data_app`. An order belongs to a user, a user to a team; the orders lie evenly over the users,
the four options of `status`, and a year.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.server import ROOT
from offpage.accounts import sessions
from offpage.accounts.tokens import create_api_token
from offpage.data.transfer.entry import Entry
from offpage.data.transfer.file_import import import_entries
from offpage.data.transfer.importing import Importer, Problem, Rules
from offpage.host.app_runner import AppRunner, this_machine
from offpage.host.compose import Place, open_runner
from offpage.kernel.clock import SystemClock
from offpage.kernel.events import Events
from offpage.store.tx import Tx

APP: Final = ROOT / "benchmarks" / "data_app"
USERS: Final = 1_000
TEAMS: Final = 20
STATUSES: Final = ("open", "paid", "sent", "returned")
FIRST: Final = 1_735_689_600_000
"""When the first order was made: the beginning of 2025."""

YEAR_MS: Final = 365 * 86_400_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """Where the data is, and who asks for it: one user, and an API token."""

    place: Place
    user_id: str
    user_token: str
    api_token: str


def load(folder: Path, orders: int, database: str = "") -> Loaded:
    """Make the app and its data in `folder`."""
    app = folder / "app"
    shutil.copytree(APP, app)
    place = Place(app, folder / "data", database)
    machine = this_machine(SystemClock(), Events())
    runner = open_runner(place, "development", machine)
    try:
        _import(runner, "team", _teams())
        _import(runner, "user", _users())
        _import(runner, "order", _orders(orders))
        return runner.database.write_now(lambda tx: _tokens(tx, runner, place))
    finally:
        runner.database.close()


def _tokens(tx: Tx, runner: AppRunner, place: Place) -> Loaded:
    machine = runner.machine
    now = machine.clock.now()
    session = sessions.start(tx, _id(2, 0), stay=True, now=now, new_id=machine.new_id)
    api_token, _ = create_api_token(tx, "benchmark", now=now, new_id=machine.new_id)
    return Loaded(place, _id(2, 0), session.token, api_token)


def _import(runner: AppRunner, type_id: str, entries: Iterator[Entry]) -> None:
    machine = runner.machine
    of = runner.program.schema.types[type_id]
    importer = Importer(runner.program.things, of, machine.new_id, Rules(missing_allowed=True))
    import_entries(runner.database, importer, entries, machine.clock, problem=_refuse)


def _refuse(problem: Problem) -> None:
    raise SystemExit(f"The benchmark's own data was refused: {problem.message}")


def _teams() -> Iterator[Entry]:
    for number in range(TEAMS):
        yield Entry(number, {"id": _id(1, number), "name": f"Team {number}"})


def _users() -> Iterator[Entry]:
    for number in range(USERS):
        values: dict[str, Any] = {"name": f"User {number}", "email": f"user{number}@example.test"}
        yield Entry(number, {"id": _id(2, number), "team": _id(1, number % TEAMS), **values})


def _orders(count: int) -> Iterator[Entry]:
    draw = random.Random(1)
    for number in range(count):
        moment = FIRST + number * YEAR_MS // count
        values: dict[str, Any] = {
            "id": _id(3, number),
            "created_date": moment,
            "number": f"A-{number:07}",
            "customer": _id(2, draw.randrange(USERS)),
            "status": draw.choice(STATUSES),
            "total": round(draw.uniform(1, 1000), 2),
            "ordered_at": FIRST + draw.randrange(YEAR_MS),
            "note": f"Please ring twice. Order {number}.",
        }
        yield Entry(number, values)


def _id(kind: int, number: int) -> str:
    """A unique id that says what it belongs to."""
    return f"{FIRST:013d}x{kind}{number:017d}"
