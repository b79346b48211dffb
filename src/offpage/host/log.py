"""The server's log: what happens (kernel/events) as lines on standard error, for people or as JSON."""

from __future__ import annotations

import sys
import traceback
from typing import Any, Final

import structlog

from offpage.kernel.events import Events

_LEVELS: Final = {
    "crashed": "error", "broke": "error", "failed": "error", "abandoned": "error", "slow": "warning", "lost": "warning",
}  # fmt: skip


def level_of(name: str) -> str:
    """The level of an event, by the last word of its name (`step.crashed`)."""
    return _LEVELS.get(name.rpartition(".")[2], "info")


def log_events(events: Events, *, as_json: bool) -> None:
    """Write a line for everything that is said from now on."""
    renderer: Any = structlog.processors.JSONRenderer() if as_json else _for_people()
    logger = structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[structlog.processors.TimeStamper(fmt="iso", utc=True), renderer],
    )

    def listen(name: str, fields: dict[str, Any]) -> None:
        told = {key: _masked(_plain(value, in_short=not as_json), events) for key, value in fields.items()}
        if not as_json and (errors := [one for one in fields.values() if isinstance(one, BaseException)]):
            told["exception"] = _masked("\n".join(map(_plain, errors)).rstrip(), events)  # lines of their own, below
        logger.msg(name, level=level_of(name), **told)

    events.listen(listen)


def _masked(value: Any, events: Events) -> Any:
    if not isinstance(value, str):
        return value if isinstance(value, int | float | bool | None) else _masked(str(value), events)
    for mask in events.masks:
        value = mask(value)
    return value


def _for_people() -> Any:
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())


def _plain(value: Any, *, in_short: bool = False) -> Any:
    """A field as it is written: of an error what it says, or all of it."""
    if not isinstance(value, BaseException):
        return value
    return str(value) or type(value).__name__ if in_short else "".join(traceback.format_exception(value))
