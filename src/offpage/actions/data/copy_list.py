"""Copy a list of things."""

from offpage.actions.action import Action, Cost, Effect, Prop, Static
from offpage.actions.context import StepContext
from offpage.actions.kinds import THINGS
from offpage.values.types import Type


class CopyList(Action):
    """Copy a list of things.

    New things with the same values, list fields included. Fields that must be unique stay empty in the copies.
    There is no limit on how many (Bubble copies 100 at most).
    """

    effect = Effect.DATABASE
    cost = Cost(written=True)

    list = Prop(THINGS, "List to copy")

    @classmethod
    def gives(cls, static: Static) -> Type:
        """The copies."""
        return static.types["list"]

    def run(self, step: StepContext) -> object:
        """Copy them and return the new ids, in the same order."""
        return step.things.copy(self.list)
