"""Trigger a custom event."""

from collections.abc import Mapping

from offpage.actions.action import Action, Effect, Prop, Static
from offpage.actions.context import StepContext
from offpage.actions.kinds import ARGUMENTS, EVENT, YES_NO_VALUE
from offpage.values.types import Type


class TriggerEvent(Action):
    """Trigger a custom event.

    Does the steps of a workflow with `trigger: event` and waits for its end; the values that it returns are the
    result, each by its name. It runs as whoever this workflow runs as. Privacy rules count in it as they do here,
    unless `ignore_privacy` says otherwise.
    """

    words = "run function"
    effect = Effect.NONE

    event = Prop(EVENT, "Custom event")
    parameters = Prop(ARGUMENTS, "Parameters", of="event", required=False)
    ignore_privacy = Prop(YES_NO_VALUE, "Ignore privacy rules", required=False)

    @classmethod
    def gives(cls, static: Static) -> Type | None:
        """The returned values, if the event returns any."""
        event = static.constants["event"]
        return Type("record", event.name) if event.returns else None

    @classmethod
    def parts(cls, static: Static) -> Mapping[str, Type]:
        """The values that the event returns, by name."""
        return {one.name: one.type for one in static.constants["event"].returns}

    def run(self, step: StepContext) -> None:
        """Have the event done; what it returns becomes the result when it ends."""
        step.trigger_event(self.event.name, self.parameters, self.ignore_privacy)
