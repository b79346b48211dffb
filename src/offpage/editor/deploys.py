"""Bringing the folder to live, and going back: what it would change, then doing it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from offpage.editor.asked import Asked
from offpage.editor.roles import Role
from offpage.editor.route import Route
from offpage.host.deploying import deploy, is_noticed, refuse
from offpage.host.one_run import beside
from offpage.host.proposal_view import deploy_view, proposal_view
from offpage.host.proposing import Proposal, propose_folder, propose_rollback
from offpage.kernel.clock import SystemClock
from offpage.kernel.errors import AppError, Conflict, NotFound
from offpage.store import deploys
from offpage.store.tx import Database

T = TypeVar("T")
MOST = 1_000


class DeployRow(msgspec.Struct):
    """A deploy. `is_live`: the last one; `is_kept`: whether one can go back to it."""

    deploy: int
    kind: str
    definition: str
    at: str
    message: str
    back_to: int | None
    is_live: bool
    is_kept: bool


class DeployList(msgspec.Struct):
    """Deploys, the newest first."""

    deploys: list[DeployRow]


class DocumentChange(msgspec.Struct):
    """A document that is added, changed or removed, which parts of it, and what people call it."""

    kind: str
    id: str
    how: str
    parts: list[str]
    label: str


class AffectedRuns(msgspec.Struct):
    """Runs that have not ended and stay with the definition they belong to. `why_not`: why they could run no more."""

    workflow: str
    definition: str
    what: str
    count: int
    why_not: str


class ProposalIssue(msgspec.Struct):
    """An issue of what would be deployed."""

    address: str
    message: str
    file: str
    line: int
    column: int
    severity: str


class ProposalShown(msgspec.Struct):
    """What a deploy, or going back to one, would change. `refused`: why it would not be done; "" where it would.

    `losses` are values that live would no longer have: they are put aside, if that is allowed.
    """

    kind: str
    former: int | None
    back_to: int | None
    definition: str
    is_live: bool
    issues: list[ProposalIssue]
    changes: list[DocumentChange]
    tables: list[str]
    losses: list[str]
    obstacles: list[str]
    runs: list[AffectedRuns]
    requests_wait: bool
    refused: str = ""


class Agreed(msgspec.Struct):
    """That it is to be done. `allow_data_loss`: also where values are put aside.

    `definition` is the proposal's that was looked at: nothing else is deployed. "": whatever the folder holds now.
    """

    message: str = ""
    allow_data_loss: bool = False
    definition: str = ""


class Deployed(msgspec.Struct):
    """What is live now. `served`: whether a server has taken it up; None: none is running."""

    deploy: DeployRow
    served: bool | None


async def listed(asked: Asked) -> DeployList:
    """What was deployed."""

    def read(database: Database) -> DeployList:
        found = database.read(lambda tx: deploys.latest(tx, MOST))
        return DeployList([_row(one, place) for place, one in enumerate(found)])

    return await _with_live(asked, read)


async def proposed(asked: Asked) -> ProposalShown:
    """What deploying the folder would change."""
    return await _with_live(asked, lambda database: _shown(propose_folder(asked.studio.place, database)))


async def proposed_rollback(asked: Asked) -> ProposalShown:
    """What going back to a deploy would change."""
    number = _number(asked)
    return await _with_live(asked, lambda database: _shown(propose_rollback(asked.studio.place, database, number)))


async def make(asked: Asked, body: Agreed) -> Deployed:
    """Bring the folder to live."""
    return await _with_live(asked, lambda database: _do(database, propose_folder(asked.studio.place, database), body))


async def roll_back(asked: Asked, body: Agreed) -> Deployed:
    """Make a former deploy live again."""
    number = _number(asked)
    return await _with_live(
        asked, lambda database: _do(database, propose_rollback(asked.studio.place, database, number), body)
    )


async def _with_live(asked: Asked, work: Callable[[Database], T]) -> T:
    """Do something on the live database in a thread; it is opened for that where this server has no live version."""
    live, place = asked.studio.host.live, asked.studio.place

    def there() -> T:
        if live is not None:
            return work(live.database)
        with beside(place, "live") as database:
            return work(database)

    try:
        return await asyncio.to_thread(there)
    except AppError as error:
        raise Conflict(error.message) from error


def _do(database: Database, proposal: Proposal, body: Agreed) -> Deployed:
    if body.definition not in ("", proposal.snapshot.hash):
        raise Conflict("The folder was changed since you looked at what would change. Look again, then deploy.")
    if proposal.is_live:
        raise AppError("This is live already: there is nothing to do.")
    made = deploy(database, proposal, SystemClock(), message=body.message, allow_data_loss=body.allow_data_loss)
    return Deployed(_row(made, 0), is_noticed(database, made))


def _shown(proposal: Proposal) -> ProposalShown:
    view: dict[str, Any] = msgspec.to_builtins(proposal_view(proposal))
    refused = ""
    try:
        refuse(proposal, allow_data_loss=True)
    except AppError as error:
        refused = error.message
    return msgspec.convert(view | {"refused": refused}, ProposalShown)


def _row(one: deploys.Deploy, place: int) -> DeployRow:
    return DeployRow(**deploy_view(one), is_live=place == 0, is_kept=place < deploys.KEPT)


def _number(asked: Asked) -> int:
    number = asked.ordinal("number")
    if number is None:
        raise NotFound(f"There is no deploy {asked.parts['number'][:20]}.")
    return number


ROUTES = (
    Route("GET", "/deploy", Role.VIEW, proposed),
    Route("POST", "/deploy", Role.EDIT, make),
    Route("GET", "/deploys", Role.VIEW, listed),
    Route("GET", "/deploys/{number}/proposal", Role.VIEW, proposed_rollback),
    Route("POST", "/deploys/{number}/rollback", Role.EDIT, roll_back),
)
