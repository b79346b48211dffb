"""Set or cancel a recurring event."""

from offpage.actions.action import Action, Cost, Effect, Prop, Static
from offpage.actions.context import StepContext
from offpage.actions.kinds import DATE_VALUE, RECURRING, TEXT_VALUE, THING
from offpage.kernel.errors import StepError
from offpage.values.types import DATE, Type

NONE = "none"


class SetRecurring(Action):
    """Set or cancel a recurring event.

    Lets a workflow with `trigger: recurring` and a `type` start again and again for a thing of that type: every `day`,
    `week`, `month`, `quarter`, `year`, or a period such as `90 seconds`; `none` cancels. The first time is `starts`, or
    one period from now. It runs as whoever this workflow runs as. One that begins on the 31st keeps to the ends of
    months. It ends by itself when the thing is deleted.
    """

    words = "repeat cron daily"
    effect = Effect.DATABASE
    cost = Cost(also="schedule")

    workflow = Prop(RECURRING, "Recurring workflow")
    thing = Prop(THING, "Thing")
    every = Prop(TEXT_VALUE, "How often")
    starts = Prop(DATE_VALUE, "First time", required=False)

    @classmethod
    def gives(cls, static: Static) -> Type:
        """When it starts next."""
        return DATE

    @classmethod
    def problems(cls, static: Static) -> list[tuple[str, str]]:
        """The workflow must be for things of this type."""
        workflow, of = static.constants["workflow"], static.types["thing"]
        if not workflow.type_id:
            message = (
                f"`{workflow.name}` starts by itself. Give it a `type` instead of `cron` or `every` to arm it here."
            )
            return [("workflow", message)]
        if of.of != workflow.type_id:
            return [("thing", f"`{workflow.name}` is for things of the type {workflow.type_id}, but this is {of}.")]
        return []

    def run(self, step: StepContext) -> int | None:
        """Arm or disarm it; returns when it starts next. Raises StepError."""
        every = (self.every or NONE).strip().lower()
        if self.thing is None:
            if every == NONE:
                return None
            raise StepError("There is no thing to start a workflow for: it is empty.")
        if every == NONE:
            step.recurring.disarm(self.workflow.name, self.thing.id)
            return None
        return step.recurring.arm(self.workflow.name, self.thing.id, every, self.starts)
