"""Make changes to a thing."""

from offpage.actions.action import Action, Cost, Effect, Prop, Static
from offpage.actions.context import StepContext
from offpage.actions.kinds import ASSIGNMENTS, THING
from offpage.values.types import Type


class ChangeThing(Action):
    """Make changes to a thing.

    Sets fields, or changes them atomically (`increase`, `add`, `remove`, `add_list`, `remove_list`, `clear`).
    When the thing is empty nothing happens. Privacy rules do not stop a workflow from changing.
    """

    words = "update edit set modify"
    effect = Effect.DATABASE
    cost = Cost(written=True)

    thing = Prop(THING, "Thing to change")
    set = Prop(ASSIGNMENTS, "Fields", of="thing")

    @classmethod
    def gives(cls, static: Static) -> Type:
        """The changed thing."""
        return static.types["thing"]

    @classmethod
    def one_statement(cls, static: Static) -> bool:
        """One UPDATE, unless list fields change, or a sum is looked at after it was made."""
        changes = static.constants["set"].changes
        return not any(change.field.type.is_list or change.op == "increase" for change in changes)

    def run(self, step: StepContext) -> str | None:
        """Change it and return its id."""
        return step.things.change(self.thing, self.set)
