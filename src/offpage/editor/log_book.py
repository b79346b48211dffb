"""The last lines of the server's log, kept in memory: what a builder looks at without a terminal."""

from __future__ import annotations

import traceback
from collections import deque
from typing import Any, Final, NamedTuple

from offpage.host.log import level_of
from offpage.kernel.clock import Clock
from offpage.kernel.events import Events

MOST: Final = 2_000
LONGEST: Final = 20_000


class LogLine(NamedTuple):
    """Something that happened. `number` counts up; `environment` is "" for what concerns the whole server."""

    number: int
    at: int
    level: str
    name: str
    environment: str
    fields: dict[str, str]


class LogBook:
    """Hears what is said, from the moment it is made."""

    def __init__(self, events: Events, clock: Clock) -> None:
        self._events = events
        self._clock = clock
        self._lines: deque[LogLine] = deque(maxlen=MOST)
        self._count = 0
        events.listen(self._hear)

    def lines(self, environment: str) -> list[LogLine]:
        """What concerns an environment, or the server, the latest first."""
        return [one for one in reversed(self._lines.copy()) if one.environment in ("", environment)]

    def _hear(self, name: str, fields: dict[str, Any]) -> None:
        shown = {key: self._masked(_text(value)) for key, value in fields.items() if key != "environment"}
        self._count += 1
        environment = str(fields.get("environment", ""))
        self._lines.append(LogLine(self._count, self._clock.now(), level_of(name), name, environment, shown))

    def _masked(self, text: str) -> str:
        for mask in self._events.masks:
            text = mask(text)
        return text[:LONGEST]


def _text(value: Any) -> str:
    return "".join(traceback.format_exception(value)) if isinstance(value, BaseException) else str(value)
