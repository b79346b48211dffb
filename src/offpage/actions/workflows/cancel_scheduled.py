"""Cancel a scheduled API workflow."""

from offpage.actions.action import Action, Cost, Effect, Prop, Static
from offpage.actions.context import StepContext
from offpage.actions.kinds import TEXT_VALUE
from offpage.values.types import NUMBER, Type


class CancelScheduled(Action):
    """Cancel a scheduled API workflow.

    By the id that scheduling it gave; the id of a batch cancels what the batch has still to do. If it has run or
    there is none with this id, nothing happens. The result is how many runs were cancelled.
    """

    effect = Effect.DATABASE
    cost = Cost(base=0.1)

    id = Prop(TEXT_VALUE, "Id")

    @classmethod
    def gives(cls, static: Static) -> Type:
        """How many were cancelled."""
        return NUMBER

    def run(self, step: StepContext) -> float:
        """Cancel it."""
        return float(step.schedule.cancel([self.id] if self.id else []))
