"""What a step declares that leaves the database: mail, calls, slow arithmetic. No transaction is open meanwhile."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from offpage.actions.action import Action, Effect

if TYPE_CHECKING:
    from offpage.actions.context import StepContext
    from offpage.store.tx import Tx

T = TypeVar("T")


class OutsideContext(Protocol):
    """The surroundings of a step while it is outside."""

    key: str
    """Idempotency key: the same whenever this step is repeated, after a crash too. Hand it to whoever can use it."""

    def now(self) -> int:
        """The present moment in ms."""
        ...

    def read(self, segment: Callable[[Tx], T]) -> Awaitable[T]:
        """Read from the database, outside the run's transaction."""
        ...

    def compute(self, work: Callable[[], T]) -> Awaitable[T]:
        """Do slow arithmetic, such as hashing a password, in a thread of a small pool."""
        ...


class OutsideAction(Action):
    """An action in two halves: `reach` goes outside, `settle` puts what came back into the run's next segment."""

    effect: ClassVar[Effect] = Effect.OUTSIDE

    async def reach(self, step: OutsideContext) -> Any:
        """Go outside and return what `settle` needs. May be repeated after a crash, with the same key."""
        raise NotImplementedError

    def settle(self, step: StepContext, reached: Any) -> Any:
        """Return the step's result in Python form; may write to the database."""
        return reached
