"""What webhooks were sent, and running it again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

import msgspec

from offpage.editor.asked import Asked
from offpage.editor.moments import moment
from offpage.editor.roles import Role
from offpage.editor.route import Route
from offpage.editor.run_views import label_of
from offpage.host.delivery_view import delivery_view, line_view, replay_here
from offpage.kernel.errors import Conflict, NotFound
from offpage.store import deliveries

if TYPE_CHECKING:
    from offpage.host.compose import Name

END = 2**62


class DeliveryRow(msgspec.Struct):
    """A delivery in a list; its `id` is also that of the run it began. `state` is that run's, "" where there is none."""

    id: str
    workflow: str
    label: str
    received_at: str
    bytes: int
    state: str


class DeliveryPage(msgspec.Struct):
    """Deliveries, the newest first. `more`: there are older ones; ask for those before the last one's time."""

    deliveries: list[DeliveryRow]
    more: bool


class DeliveryShown(msgspec.Struct):
    """A delivery as it came, secrets masked."""

    id: str
    workflow: str
    label: str
    received_at: str
    bytes: int
    method: str
    query: str
    ip: str
    headers: dict[str, str]
    body: str


class Replayed(msgspec.Struct):
    """The run that a delivery began once more."""

    run_id: str


async def listed(asked: Asked) -> DeliveryPage:
    """The latest deliveries."""
    runner, limit, query = asked.runner, asked.number("limit", 100, 500), asked.query
    since, before = moment(query, "since") or 0, moment(query, "until") or END
    found = await runner.database.reading(
        lambda tx: deliveries.lines(tx, workflow=query.get("workflow", ""), since=since, before=before, limit=limit + 1)
    )
    views = [line_view(one) | {"label": label_of(runner.program, one.workflow)} for one in found[:limit]]
    return DeliveryPage(msgspec.convert(views, list[DeliveryRow]), len(found) > limit)


async def shown(asked: Asked) -> DeliveryShown:
    """One delivery."""
    runner, delivery_id = asked.runner, asked.parts["id"]
    kept = await runner.database.reading(lambda tx: deliveries.get(tx, delivery_id))
    if kept is None:
        raise _unknown(asked)
    view = await asyncio.to_thread(delivery_view, asked.studio.place, cast("Name", runner.name), kept)
    return msgspec.convert(view | {"label": label_of(runner.program, kept.workflow)}, DeliveryShown)


async def replay(asked: Asked) -> Replayed:
    """Run a delivery again, as its workflow is now. It is not verified again."""
    told = await replay_here(asked.runner, [asked.parts["id"]])
    if not told:
        raise _unknown(asked)
    if told[0]["error"]:
        raise Conflict(told[0]["error"])
    return Replayed(told[0]["run_id"])


def _unknown(asked: Asked) -> NotFound:
    return NotFound(f"There is no delivery {asked.parts['id'][:40]} in {asked.environment}; old ones are forgotten.")


ROUTES = (
    Route("GET", "/{env}/deliveries", Role.VIEW, listed),
    Route("GET", "/{env}/deliveries/{id}", Role.VIEW, shown),
    Route("POST", "/{env}/deliveries/{id}/replay", Role.OPERATE, replay),
)
