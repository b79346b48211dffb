"""What happened, told to the browsers that are open: at most twice a second each, the last word counts.

What changes a database may be another process, so the databases are looked at; only while somebody listens.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any, Final, NamedTuple

from offpage.host.app_runner import AppRunner
from offpage.host.compose import mail_folder
from offpage.host.hosting import Host
from offpage.kernel.errors import OffpageError
from offpage.services.captured import LatestMail
from offpage.store.pulse import pulse

LOOK_SECONDS: Final = 0.5
PATIENCE_SECONDS: Final = 5.0
"""How long a page waits for the first look at databases that do not answer."""
_UNKNOWN: Final = object()
STILL_THERE_SECONDS: Final = 15.0
"""How often something is sent anyway: a dead connection is noticed by it."""


class News(NamedTuple):
    """One thing that happened."""

    name: str
    data: Any


class Listener:
    """One open page: what it has not been told yet. Of news with one name the last counts, except samples."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str], News] = {}
        self._wake = asyncio.Event()
        self.is_closed = False

    def tell(self, news: News) -> None:
        """Something happened."""
        data = news.data if isinstance(news.data, dict) else {}
        self._waiting[news.name, str(data.get("env", data.get("workflow", "")))] = news
        self._wake.set()

    def close(self) -> None:
        """Nothing more will be told."""
        self.is_closed = True
        self._wake.set()

    async def heard(self) -> list[News]:
        """What has happened, once something has; nothing after a while without."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), STILL_THERE_SECONDS)
        self._wake.clear()
        found, self._waiting = list(self._waiting.values()), {}
        return found


class Newsroom:
    """All open pages of one server."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._listeners: set[Listener] = set()
        self._looking: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_closed = False
        self._mail: dict[str, LatestMail] = {}
        self._looked = asyncio.Event()

    @property
    def is_looking(self) -> bool:
        """Whether the databases are looked at now and then."""
        return self._looking is not None

    async def looked(self) -> None:
        """Return once what changes from now on is told: when it is known what things are like, or told as soon as it is."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._looked.wait(), PATIENCE_SECONDS)
        self._looked.set()

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[Listener]:
        """Hear what happens inside the block."""
        self._loop = asyncio.get_running_loop()
        listener = Listener()
        if self._is_closed:
            listener.close()
        self._listeners.add(listener)
        if self._looking is None:
            self._looking = asyncio.create_task(self._look(), name="offpage-editor-news")
        try:
            yield listener
        finally:
            self._listeners.discard(listener)
            if not self._listeners and self._looking is not None:
                self._looking.cancel()
                self._looking = None
                self._looked.clear()

    def tell(self, name: str, data: Any) -> None:
        """Something happened; called in any thread."""
        loop = self._loop
        if loop is not None and self._listeners:
            with contextlib.suppress(RuntimeError):  # the loop was closed: nobody listens any more
                loop.call_soon_threadsafe(self._tell, News(name, data))

    def close(self) -> None:
        """The server stops: every stream ends. Called in the loop's thread."""
        self._is_closed = True
        for listener in self._listeners:
            listener.close()

    def _tell(self, news: News) -> None:
        for listener in self._listeners:
            listener.tell(news)

    async def _look(self) -> None:
        seen: dict[str, dict[str, Any]] = {}
        failing: dict[str, str] = {}
        while True:
            for name, runner in self._host.runners.items():
                try:
                    now = await self._state(runner)
                except OffpageError:  # the database is busy, or closes: the next look will tell
                    continue
                except Exception as error:  # noqa: BLE001 - a folder that cannot be read must not end all news
                    if failing.get(name) != repr(error):  # said once, however long it lasts
                        failing[name] = repr(error)
                        self._host.events.say("news.failed", environment=name, error=error)
                    continue
                failing.pop(name, None)
                # Whoever was let in before this was known trusts that all is told.
                before = seen.get(name, {} if self._looked.is_set() else now)
                seen[name] = now
                for what in [key for key in now if before.get(key, _UNKNOWN) != now[key]]:
                    self._tell(News(what, {"env": name}))
            self._looked.set()
            await asyncio.sleep(LOOK_SECONDS)

    async def _state(self, runner: AppRunner) -> dict[str, Any]:
        found: dict[str, Any] = {**await runner.database.reading(pulse)}
        found["logs"] = found["runs"]
        mail = self._mail.setdefault(runner.name, LatestMail(mail_folder(self._host.place, runner.name)))
        found["mail"] = await asyncio.to_thread(mail.id)
        return found
