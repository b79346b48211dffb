"""Create a new thing."""

from offpage.actions.action import Action, Cost, Effect, Prop, Static
from offpage.actions.context import StepContext
from offpage.actions.kinds import ASSIGNMENTS, DATA_TYPE
from offpage.values.types import Type, thing


class CreateThing(Action):
    """Create a new thing.

    Adds one thing of the chosen type; later steps use it by the step's name.
    Fields left out take their defaults. Privacy rules do not stop a workflow from creating.
    """

    words = "add insert save"
    effect = Effect.DATABASE
    cost = Cost(written=True)

    type = Prop(DATA_TYPE, "Type")
    set = Prop(ASSIGNMENTS, "Fields", of="type", required=False)

    @classmethod
    def gives(cls, static: Static) -> Type:
        """The new thing."""
        return thing(static.constants["type"])

    @classmethod
    def one_statement(cls, static: Static) -> bool:
        """One INSERT, unless list fields get items."""
        return not any(change.field.type.is_list for change in static.constants["set"].changes)

    def run(self, step: StepContext) -> str:
        """Create it and return its id."""
        return step.things.create(self.set)
