"""Delete a list of things."""

from offpage.actions.action import Action, Cost, Effect, Prop
from offpage.actions.context import StepContext
from offpage.actions.kinds import THINGS


class DeleteList(Action):
    """Delete a list of things.

    All of them, or, if one cannot be deleted, none. References to them become empty.
    """

    words = "remove"
    effect = Effect.DATABASE
    cost = Cost(deleted=True)

    list = Prop(THINGS, "List to delete")

    def run(self, step: StepContext) -> None:
        """Delete them."""
        step.things.delete(self.list)
