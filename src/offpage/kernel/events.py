"""What happened, said once, for whoever listens: logging, metrics, traces, tests."""

import contextlib
from collections.abc import Callable
from typing import Any

Listener = Callable[[str, dict[str, Any]], None]


class Events:
    """Named events with fields. Saying something nobody listens to costs next to nothing."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self.masks: list[Callable[[str], str]] = []
        """What whoever writes things down puts texts through, so that no secret stands in them."""

    def listen(self, listener: Listener) -> None:
        """Call `listener(name, fields)` for everything said from now on, in the thread that says it."""
        self._listeners.append(listener)

    def within(self, **fields: Any) -> "Events":
        """Events that are said here too, with these fields: those of a part of what is observed."""
        inside = Events()
        inside.listen(lambda name, more: self.say(name, **{**fields, **more}))
        return inside

    def say(self, name: str, **fields: Any) -> None:
        """Tell all listeners that `name` happened. Never raises: a log that cannot be written stops no work."""
        for listener in self._listeners:
            with contextlib.suppress(Exception):
                listener(name, fields)
