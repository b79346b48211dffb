"""One thing, or a page of them, as JSON."""

from __future__ import annotations

import time
from typing import Any, Final

from offpage.data.listing import Asked
from offpage.kernel.errors import TimedOut
from offpage.store.failures import Interrupted
from offpage.store.tx import Tx
from offpage.web.data_api.asking import read_asked
from offpage.web.data_api.visit import Visit
from offpage.web.reply import ANY_ORIGIN, JSON, Header, Reply, to_json

NOT_KEPT: Final[Header] = (b"cache-control", b"no-store")
"""Who may see what can change at any moment, and depends on who asks."""


async def read_one(visit: Visit, thing_id: str) -> Reply:
    """The answer with one thing. Raises MissingThing."""
    visit.check_id(thing_id)
    look, of = visit.look, visit.of

    def read(tx: Tx) -> bytes:
        return to_json({"response": of.one(tx, look(tx), thing_id)})

    return _answer(await visit.data.database.reading(read))


async def search(visit: Visit) -> Reply:
    """The answer with a page of things. Raises RequestError."""
    look, of = visit.look, visit.of
    asked = read_asked(visit.query, of, visit.program.forms)

    seconds = visit.program.app.settings.limits.run_seconds

    def read(tx: Tx) -> bytes:
        tx.deadline = time.monotonic() + seconds if seconds else None
        try:
            found = of.listing.read(tx, look(tx), asked)
        except Interrupted:
            raise TimedOut(f"The search took longer than {seconds:g} s (limits.run_seconds in app.yaml).")
        finally:
            tx.deadline = None
        return to_json({"response": _page(asked, found.results, found.remaining)})

    return _answer(await visit.data.database.reading(read))


def _page(asked: Asked, results: list[dict[str, Any]], remaining: int | None) -> dict[str, Any]:
    page: dict[str, Any] = {"cursor": asked.cursor, "results": results, "count": len(results)}
    if remaining is not None:
        page["remaining"] = remaining
    return page


def _answer(body: bytes) -> Reply:
    return Reply(200, [JSON, ANY_ORIGIN, NOT_KEPT], body)
