"""Cancel a list of scheduled API workflows."""

from offpage.actions.action import Action, Cost, Effect, Prop, Static
from offpage.actions.context import StepContext
from offpage.actions.kinds import TEXTS
from offpage.values.types import NUMBER, Type


class CancelList(Action):
    """Cancel a list of scheduled API workflows.

    As `cancel_scheduled`, for a list of ids. The result is how many runs were cancelled.
    """

    effect = Effect.DATABASE
    cost = Cost(base=0.1)

    ids = Prop(TEXTS, "Ids")

    @classmethod
    def gives(cls, static: Static) -> Type:
        """How many were cancelled."""
        return NUMBER

    def run(self, step: StepContext) -> float:
        """Cancel them."""
        return float(step.schedule.cancel(self.ids or []))
