"""Make changes to a list of things."""

from offpage.actions.action import Action, Cost, Effect, Prop, Static
from offpage.actions.context import StepContext
from offpage.actions.kinds import ASSIGNMENTS_EACH, THINGS, ThingRef
from offpage.values.types import Type


class ChangeList(Action):
    """Make changes to a list of things.

    The same changes on every thing of the list; `this` in a value is the thing being changed.
    All of them change, or, if one cannot, none does.
    """

    words = "update edit set modify"
    effect = Effect.DATABASE
    cost = Cost(written=True)

    list = Prop(THINGS, "List to change")
    set = Prop(ASSIGNMENTS_EACH, "Fields", of="list")

    @classmethod
    def gives(cls, static: Static) -> Type:
        """The list."""
        return static.types["list"]

    def run(self, step: StepContext) -> object:
        """Change each and return the ids of those that were there."""
        type_id, ids = self.list
        if self.set.alike and ids and len(set(ids)) == len(ids):
            return step.things.change_list(self.list, self.set.of(ids[0]))
        step.things.load(self.list)
        changed = []
        for one in ids:
            step.check_time()
            if step.things.change(ThingRef(type_id, one), self.set.of(one)) is not None:
                changed.append(one)
        return changed
