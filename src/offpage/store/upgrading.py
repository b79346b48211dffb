"""Bringing the system tables up to date while processes of the former version go on, and finishing that after them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from offpage.kernel.errors import StoreError
from offpage.store.migrations import MIGRATIONS, Migration, finish, migrate, unfinished, version
from offpage.store.running_versions import Running, alive, forget, say
from offpage.store.tx import Tx


class Upgrade(NamedTuple):
    """How far a database is: the last migration that it has had, those that are not finished, and who is in the way."""

    version: int
    pending: list[Migration]
    older: list[Running]


def prepare(tx: Tx, process: Running | None, now: int, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Do what adds; note the process; finish what no older process is in the way of.

    In the transaction that holds the lock of the schema: a process of a former version is noted before this looks, or is
    refused after it. Raises StoreError for a process that is too old.
    """
    migrate(tx, migrations)
    if process is not None:
        forget(tx, now)
        say(tx, process, now)
    finish_if_alone(tx, now, migrations)


def finish_if_alone(tx: Tx, now: int, migrations: Sequence[Migration] = MIGRATIONS) -> int:
    """Finish what was begun, unless an older process is there; returns of how many migrations."""
    return 0 if state(tx, now, migrations).older else finish(tx, migrations)


def state(tx: Tx, now: int, migrations: Sequence[Migration] = MIGRATIONS) -> Upgrade:
    """How far the database is."""
    pending = unfinished(tx, migrations)
    older = [one for one in alive(tx, now) if one.version < pending[-1].number] if pending else []
    return Upgrade(version(tx), pending, older)


def check_served(tx: Tx, known: int) -> None:
    """Raise StoreError if a newer Offpage has finished what a process of version `known` cannot live with."""
    row = tx.row("SELECT max(number) FROM op_finished")
    if row and row[0] is not None and row[0] > known:
        raise StoreError(
            f"A newer Offpage has finished its upgrade of the database (version {row[0]}, this process knows {known})."
            " Stop this process, and start it with the newer version."
        )
