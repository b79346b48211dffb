"""What was deployed, and when: the last row is what is live. Only the environment live has rows here.

A deploy and the change of the tables that it needs are one transaction: after a kill there is the former one or the
new one, whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

import msgspec

from offpage.store import leases, settings
from offpage.store.statement import HOLE, holes, names, prepared
from offpage.store.tx import Row, Tx

Kind = Literal["first", "deploy", "rollback"]

KEPT: Final = 50
"""How many deploys keep their snapshots, so that one can go back to them."""

HELD_UNTIL: Final = "held_until"
SERVING: Final = "serving_deploy"
PURGES: Final = "purges"


class Loss(NamedTuple):
    """Values of a field that a deploy has put aside, and the sentence that said so."""

    type_id: str
    field_id: str
    sentence: str


class Deploy(NamedTuple):
    """One deploy. `back_to` is the deploy whose definition a rollback brought back.

    `moved`: places of fields that there were have changed, so that what was made for the former tables cannot go on.
    """

    number: int
    definition: str
    created_at: int
    kind: Kind
    message: str
    back_to: int | None = None
    losses: tuple[Loss, ...] = ()
    moved: bool = False


class State(NamedTuple):
    """What a server looks at: the number of the last deploy (0: none), until when it must let nothing begin, and how
    often values were purged: what was made for the tables before that may not fit them.
    """

    number: int
    held_until: int
    purges: int


_COLUMNS: Final = names(Deploy._fields)
_ADD: Final = prepared("INSERT INTO op_deploys ({}) VALUES ({})", _COLUMNS, holes(len(Deploy._fields)))
_LAST: Final = prepared("SELECT {} FROM op_deploys ORDER BY number DESC LIMIT {}", _COLUMNS, HOLE)
_GET: Final = prepared("SELECT {} FROM op_deploys WHERE number = {}", _COLUMNS, HOLE)
_AFTER: Final = prepared("SELECT {} FROM op_deploys WHERE number > {} ORDER BY number", _COLUMNS, HOLE)
_STATE: Final = prepared(
    "SELECT (SELECT max(number) FROM op_deploys), (SELECT value FROM op_settings WHERE key = {}),"
    " (SELECT value FROM op_settings WHERE key = {})",
    *[HOLE] * 2,
)
_RELEASE: Final = prepared("DELETE FROM op_settings WHERE key = {}", HOLE)

_losses: Final = msgspec.json.Decoder(tuple[Loss, ...]).decode


def add(
    tx: Tx,
    definition: str,
    now: int,
    kind: Kind,
    message: str,
    *,
    back_to: int | None = None,
    losses: Sequence[Loss] = (),
    moved: bool = False,
) -> Deploy:
    """Make a definition the live one; returns the deploy with its number."""
    former = current(tx)
    number = 1 if former is None else former.number + 1
    deploy = Deploy(number, definition, now, kind, message, back_to, tuple(losses), moved)
    tx.change(_ADD.of(tx), (*deploy[:6], msgspec.json.encode(deploy.losses).decode(), moved))
    release(tx)
    return deploy


def current(tx: Tx) -> Deploy | None:
    """What is live; None: nothing has been deployed."""
    found = latest(tx, 1)
    return found[0] if found else None


def latest(tx: Tx, limit: int) -> list[Deploy]:
    """The last deploys, the newest first."""
    return [_deploy(row) for row in tx.rows(_LAST.of(tx), (limit,))]


def get(tx: Tx, number: int) -> Deploy | None:
    """The deploy with this number, or None."""
    row = tx.row(_GET.of(tx), (number,))
    return _deploy(row) if row else None


def after(tx: Tx, number: int) -> list[Deploy]:
    """Every deploy since the one with this number, oldest first."""
    return [_deploy(row) for row in tx.rows(_AFTER.of(tx), (number,))]


def state(tx: Tx) -> State:
    """What a server has to know, with one statement."""
    row = tx.row(_STATE.of(tx), (HELD_UNTIL, PURGES))
    number, until, purges = row or (None, None, None)
    return State(int(number or 0), int(until or 0), int(purges or 0))


def count_purge(tx: Tx) -> None:
    """Let a server know, in the transaction of a purge, that columns are gone."""
    settings.put(tx, PURGES, str(int(settings.get(tx, PURGES) or 0) + 1))


def hold(tx: Tx, until: int) -> None:
    """Ask the servers to let nothing begin until a deploy has been made, or until this moment."""
    settings.put(tx, HELD_UNTIL, str(until))


def release(tx: Tx) -> None:
    """Let things begin again."""
    tx.change(_RELEASE.of(tx), (HELD_UNTIL,))


def serving(tx: Tx) -> int | None:
    """The number of the deploy that the servers say they serve; None: none has said so, or they have stopped."""
    shared = leases.serving(tx)
    if shared is not None:
        return shared
    found = settings.get(tx, SERVING)
    return int(found) if found else None


def set_serving(tx: Tx, number: int | None) -> None:
    """Say which deploy is served from now on, by a process that has the database for itself; None: none any more."""
    settings.put(tx, SERVING, "" if number is None else str(number))


def _deploy(row: Row) -> Deploy:
    return Deploy._make((*row[:6], _losses(row[6]), bool(row[7])))
