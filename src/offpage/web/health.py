"""Whether this process can answer: /health, for whoever spreads requests over several of them."""

from __future__ import annotations

import asyncio
from typing import Final

from offpage.kernel.errors import OffpageError
from offpage.web.reply import Reply, json_reply
from offpage.web.serving import Environment, Site

SECONDS: Final = 2.0
"""How long the databases may take to answer."""

SLOW: Final = "The database of {} has not answered within 2 s. All goes on when it does."
AWAY: Final = "The database of {} is away. All goes on when it is back. {}"
NOTHING: Final = "Nothing is live yet: deploy the app with offpage deploy."


class Health:
    """Asks the databases of a site. However often it is asked itself, one question is on its way."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._looking: asyncio.Task[str] | None = None

    async def answer(self) -> Reply:
        """200 where requests can be answered (by a worker: runs executed), else 503 and why not."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        done, _ = await asyncio.wait({self._looking}, timeout=SECONDS)
        why = self._looking.result() if done else SLOW.format(self._first)
        if why:
            return json_reply(503, {"status": "unavailable", "message": why})
        return json_reply(200, {"status": "ok"})

    @property
    def _environments(self) -> list[Environment]:
        found: list[Environment] = []
        for one in (self._site.live or self._site.held, self._site.development):
            if one is not None and one not in found:
                found.append(one)
        return found

    @property
    def _first(self) -> str:
        return next((one.name for one in self._environments), "live")

    async def _look(self) -> str:
        """Why requests cannot be answered, or "". The development version keeps nobody from live."""
        environments = self._environments
        if not environments:
            return NOTHING
        one = environments[0]
        try:
            await one.check()
        except OffpageError as error:
            return AWAY.format(one.name, one.shown(error).message)
        return ""
