"""Kept deliveries as people and programs see them, and run again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec

from offpage.host.app_runner import AppRunner, this_machine
from offpage.host.compose import Name, Place, app_runner, secrets_of
from offpage.host.keys import onlooker_sealing
from offpage.host.one_run import beside, find_workflow
from offpage.kernel.clock import SystemClock
from offpage.kernel.errors import OffpageError
from offpage.kernel.events import Events
from offpage.store import deliveries
from offpage.store.deliveries import DeliveryLine, KeptDelivery
from offpage.values.kinds.date import iso
from offpage.web.inbox import Sent, call_again


def line_view(line: DeliveryLine) -> dict[str, Any]:
    """A delivery of a list as plain data."""
    return line._asdict() | {"received_at": iso(line.received_at)}


def delivery_view(place: Place, name: Name, kept: KeptDelivery) -> dict[str, Any]:
    """One delivery as plain data, secrets masked. Raises KeyLost where the key that it was sealed with is not here."""
    masked = secrets_of(place.folder, name).masks.sentence
    sent = msgspec.json.decode(onlooker_sealing(place).open(kept.content), type=Sent)
    return {
        "id": kept.id,
        "workflow": kept.workflow,
        "received_at": iso(kept.received_at),
        "bytes": kept.bytes,
        "method": sent.method,
        "query": masked(sent.query),
        "ip": sent.ip,
        "headers": {key: masked(value) for key, value in sent.headers.items()},
        "body": masked(sent.body.decode("utf-8", "replace")),
    }


def replay(place: Place, name: Name, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Queue deliveries again, the first that came first, as their workflows are now; what became of each.

    A server that runs beside takes them up within a second, another one when it starts.
    """
    with beside(place, name) as database:
        machine = this_machine(SystemClock(), Events())
        runner = app_runner(place, name, database, machine)
        return asyncio.run(_queued(runner, ids))


async def replay_here(runner: AppRunner, ids: Sequence[str]) -> list[dict[str, Any]]:
    """The same, for who has the environment running."""
    told = []
    for one in sorted(ids):  # in the order in which they came: an id begins with its moment
        kept = await runner.database.reading(partial(deliveries.get, delivery_id=one))
        if kept is not None:
            told.append(await _one(runner, kept))
    return told


async def _queued(runner: AppRunner, ids: Sequence[str]) -> list[dict[str, Any]]:
    try:
        return await replay_here(runner, ids)
    finally:
        await runner.around.services.http.close()


async def _one(runner: AppRunner, kept: KeptDelivery) -> dict[str, Any]:
    line: dict[str, Any] = {"id": kept.id, "workflow": kept.workflow, "run_id": None, "error": None}
    try:
        workflow = find_workflow(runner.program, kept.workflow)
        content = runner.around.sealing.open(kept.content)
        line["run_id"] = await runner.engine.accept(call_again(runner.program, workflow, content))
    except OffpageError as error:  # the others may well run
        line["error"] = error.message
    return line
