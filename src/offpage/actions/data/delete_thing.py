"""Delete a thing."""

from offpage.actions.action import Action, Cost, Effect, Prop
from offpage.actions.context import StepContext
from offpage.actions.kinds import THING, ThingRefs


class DeleteThing(Action):
    """Delete a thing.

    References to it in other things become empty, and it leaves the lists it was in.
    When the thing is empty nothing happens.
    """

    words = "remove"
    effect = Effect.DATABASE
    cost = Cost(deleted=True)

    thing = Prop(THING, "Thing to delete")

    def run(self, step: StepContext) -> None:
        """Delete it."""
        if self.thing is not None:
            step.things.delete(ThingRefs(self.thing.type_id, [self.thing.id]))
