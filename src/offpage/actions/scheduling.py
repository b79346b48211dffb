"""What the actions that schedule workflows hand to the engine, and what they have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from offpage.values.types import Type

if TYPE_CHECKING:
    from offpage.actions.action import Static


class Order(NamedTuple):
    """Which workflow is to run, from when on (ms since 1970; None: now), and whether privacy rules are lifted."""

    workflow: str
    at: int | None
    ignore_privacy: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A list that may be too long to be read: its type, its items, or the SELECT that gives them.

    `statement` gives text and values of a SELECT of one column, the things' ids; None where there is no such SELECT.
    """

    type: Type
    items: Callable[[], list[Any]]
    statement: Callable[[], tuple[str, list[Any]] | None]


@dataclass(frozen=True, slots=True)
class ItemArguments:
    """What a workflow is given for each item of a list.

    Where every parameter is the item itself or the same for all, `shared` holds the values, None in the `places` of
    the item; otherwise `shared` is None. `each` gives all values for one item.
    """

    shared: list[Any] | None
    places: tuple[int, ...]
    each: Callable[[Any], list[Any]]


class Completion(NamedTuple):
    """The workflow that runs when a batch has ended: the address of its declaration, and the slots that this uses."""

    address: str
    slots: dict[int, Any]


class Pace(NamedTuple):
    """How the items of a batch follow one another: ms between two (None: as fast as they can), how many at once."""

    interval_ms: int | None
    at_once: int
    on_item_failed: str


def disabled(static: Static) -> list[tuple[str, str]]:
    """The problem of a workflow that is disabled, so that nothing may start it."""
    target = static.constants.get("workflow")
    if target is None or not target.disabled:
        return []
    return [("workflow", f"The workflow `{target.name}` is disabled. Enable it, or remove this step.")]
