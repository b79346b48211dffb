"""What a running action may touch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from offpage.actions.kinds import ThingRef, ThingRefs, Typed
from offpage.data.assignment import Assignments


class StepThings(Protocol):
    """The things of the app, in the transaction of the step."""

    def create(self, assignments: Assignments) -> str:
        """Create one thing and return its id."""
        ...

    def change(self, thing: ThingRef | None, assignments: Assignments) -> str | None:
        """Change one thing; None, and nothing happens, when there is no such thing."""
        ...

    def delete(self, things: ThingRefs) -> int:
        """Delete things and the references to them; returns how many there were."""
        ...

    def copy(self, things: ThingRefs) -> list[str]:
        """Copy things with their list fields; returns the new ids in the same order."""
        ...

    def set_slug(self, thing: ThingRef, text: str) -> str:
        """Give a thing a slug made from `text`; returns what it became."""
        ...


class StepContext(Protocol):
    """The surroundings of one step."""

    key: str
    """Idempotency key of this step: the same whenever it is repeated."""

    @property
    def things(self) -> StepThings:
        """The things of the app."""
        ...

    def now(self) -> int:
        """The present moment in ms."""
        ...

    def check_time(self) -> None:
        """Raise TimedOut when the run has taken too long; call it inside long loops."""
        ...

    def answer_values(self, values: Mapping[str, Typed]) -> None:
        """Add values to the JSON answer; a later value of the same name replaces the earlier."""
        ...

    def answer_text(self, text: str, content_type: str) -> None:
        """Answer with text instead of JSON."""
        ...

    def answer_with(self, status: int | None, headers: Mapping[str, str]) -> None:
        """Set the answer's status and further headers."""
        ...

    def end(self, values: Mapping[str, Typed]) -> None:
        """End the run after this step, without an error."""
        ...
