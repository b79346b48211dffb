"""The limits of a workflow's runs, ready to be asked. A `key` gives the text that runs are told apart by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from offpage.program.program import Closure


@dataclass(frozen=True, slots=True)
class AtOnce:
    """No more than `count` runs at the same time, of all or of each key."""

    count: int
    key: Closure | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """No more than `count` runs start within any `per_ms`, of all or of each key. `words` is what the file says."""

    count: int
    per_ms: int
    words: str
    key: Closure | None = None


@dataclass(frozen=True, slots=True)
class Debounce:
    """A run starts once nobody has asked for one for `wait_ms`, and `longest_ms` after the first who asked (0: never)."""

    wait_ms: int
    longest_ms: int
    key: Closure | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """The limits of one workflow, and what becomes of a run that they leave no room for."""

    at_once: AtOnce | None = None
    rate: Rate | None = None
    debounce: Debounce | None = None
    when_busy: Literal["queue", "skip", "replace"] = "queue"
