"""One thing, or a page of them, as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from offpage.data.listing import Asked
from offpage.store.failures import Interrupted
from offpage.store.tx import Tx
from offpage.web.data_api.asking import read_asked
from offpage.web.data_api.patience import deadline, in_turn, too_long
from offpage.web.data_api.visit import Visit
from offpage.web.reply import ANY_ORIGIN, JSON, Header, Reply, to_json

NOT_KEPT: Final[Header] = (b"cache-control", b"no-store")
"""Who may see what can change at any moment, and depends on who asks."""


async def read_one(visit: Visit, thing_id: str) -> Reply:
    """The answer with one thing. Raises MissingThing."""
    visit.check_id(thing_id)
    look, of = visit.look, visit.of
    seconds = visit.program.app.settings.limits.search_seconds  # a privacy rule may search

    def read(tx: Tx) -> bytes:
        with _no_longer(tx, seconds):
            return to_json({"response": of.one(tx, look(tx), thing_id)})

    body = await visit.data.database.reading(read)
    visit.spent.one(len(body))
    return _answer(body)


async def search(visit: Visit) -> Reply:
    """The answer with a page of things. Raises RequestError."""
    look, of = visit.look, visit.of
    asked = read_asked(visit.query, of, visit.program.forms)
    seconds = visit.program.app.settings.limits.search_seconds

    def read(tx: Tx) -> tuple[bytes, int]:
        with _no_longer(tx, seconds):
            found = of.listing.read(tx, look(tx), asked)
            return to_json({"response": _page(asked, found.results, found.remaining)}), len(found.results)

    body, things = await in_turn(visit, read)
    visit.spent.page(things, len(body))
    return _answer(body)


@contextmanager
def _no_longer(tx: Tx, seconds: float) -> Iterator[None]:
    """Let what is inside take so many seconds at most. Raises SearchTooLong."""
    tx.deadline = deadline(seconds)
    try:
        yield
    except Interrupted:
        raise too_long(seconds)


def _page(asked: Asked, results: list[dict[str, Any]], remaining: int | None) -> dict[str, Any]:
    page: dict[str, Any] = {"cursor": asked.cursor, "results": results, "count": len(results)}
    if remaining is not None:
        page["remaining"] = remaining
    return page


def _answer(body: bytes) -> Reply:
    return Reply(200, [JSON, ANY_ORIGIN, NOT_KEPT], body)
