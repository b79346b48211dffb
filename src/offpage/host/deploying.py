"""Makes a definition live: the tables, the snapshot and the deploy itself in one transaction.

A server that is running sees the new deploy and runs it from then on (`live`); what has begun ends as it began. A
change that moves the place of a field fits no program but the new one: then the servers are first asked to let
nothing begin (`hold`), what has begun gets a moment to end, and the requests that wait go on with the new definition.
"""

from __future__ import annotations

import time
from typing import Final

from offpage.data.schema import apply
from offpage.host.proposing import Proposal
from offpage.host.sources import keep_snapshot
from offpage.kernel.clock import Clock
from offpage.kernel.errors import AppError
from offpage.store import deploys
from offpage.store.deploys import Deploy, Loss
from offpage.store.tx import Database, Tx

LOOK_SECONDS: Final = 0.2
"""How often a server looks whether something has been deployed."""

QUIET_SECONDS: Final = 1.0
"""How long servers that are held get to notice, and what has begun to end."""

LONGEST_HOLD_MS: Final = 10_000
"""A hold ends by itself after so long: whoever asked for it may have been killed."""

NOTICED_SECONDS: Final = 5.0
"""How long a deploy waits for a server to say that it serves it."""


def deploy(
    database: Database, proposal: Proposal, clock: Clock, *, message: str = "", allow_data_loss: bool = False
) -> Deploy:
    """Do what was proposed. Raises AppError, with nothing changed, where that is refused."""
    refuse(proposal, allow_data_loss=allow_data_loss)
    holds = proposal.plan.moves and proposal.former is not None
    if holds:
        database.write_now(lambda tx: deploys.hold(tx, clock.now() + LONGEST_HOLD_MS))
        time.sleep(QUIET_SECONDS)
    try:
        return database.write_now(lambda tx: _write(tx, proposal, clock, message, allow_data_loss=allow_data_loss))
    except BaseException:
        if holds:
            database.write_now(deploys.release)
        raise


def _write(tx: Tx, proposal: Proposal, clock: Clock, message: str, *, allow_data_loss: bool) -> Deploy:
    """The deploy, in the transaction that it is."""
    deploys.release(tx)  # and keep a server from going on until this has ended, however long it takes
    last, former = deploys.current(tx), proposal.former
    if (last and last.number) != (former and former.number):
        raise AppError(
            "Something else has been deployed meanwhile. Look again at what would change: offpage deploy --dry-run"
        )
    done = apply(tx, proposal.program.schema, allow_data_loss=allow_data_loss)
    now = clock.now()
    keep_snapshot(tx, proposal.snapshot, now)
    return deploys.add(
        tx,
        proposal.snapshot.hash,
        now,
        proposal.kind,
        message,
        back_to=None if proposal.back_to is None else proposal.back_to.number,
        losses=[Loss(one.type_id, one.field_id, one.sentence) for one in done.refusals],
        moved=done.moves,
    )


def refuse(proposal: Proposal, *, allow_data_loss: bool, listed: bool = False) -> None:
    """Raise AppError for what is not deployed. What depends on the data is looked at again when it is done.

    `listed`: whoever reads it has the issues before them, and needs them not once more.
    """
    if not proposal.program.app.settings_known or (proposal.kind != "rollback" and proposal.errors):
        issues = "\n".join(f"  {one}" for one in proposal.errors)
        what = "its errors right first; they are listed above." if listed else f"these right first:\n{issues}"
        raise AppError(f"An app with issues is not deployed. Put {what}")
    if proposal.gone and not allow_data_loss:
        sentences = "\n".join(proposal.gone)
        raise AppError(f"{sentences}\nGo back all the same with --allow-data-loss, or deploy a folder that fits.")
    refused = [*proposal.plan.obstacles, *(() if allow_data_loss else proposal.plan.losses)]
    if refused:
        hint = "" if allow_data_loss or not proposal.plan.losses else "\nAllow this with --allow-data-loss."
        raise AppError("\n".join(refused) + hint)


def is_noticed(database: Database, made: Deploy) -> bool | None:
    """Wait until a server says that it serves a deploy. None: no server is running; False: it has not said so yet."""
    ends = time.monotonic() + NOTICED_SECONDS
    while (serving := database.read(deploys.serving)) is not None:
        if serving >= made.number:
            return True
        if time.monotonic() > ends:
            return False
        time.sleep(LOOK_SECONDS / 4)
    return None
