"""Schedule an API workflow."""

from collections.abc import Mapping

from offpage.actions.action import Action, Cost, Effect, Prop, Static
from offpage.actions.context import StepContext
from offpage.actions.kinds import (
    API_WORKFLOW,
    ARGUMENTS,
    DATE_VALUE,
    ON_CONFLICT,
    TEXT_VALUE,
    THING,
    YES_NO_VALUE,
)
from offpage.actions.scheduling import Order, disabled
from offpage.kernel.errors import StepError
from offpage.values.records import PARTS, SCHEDULED, Record
from offpage.values.types import Type


class ScheduleWorkflow(Action):
    """Schedule an API workflow.

    It runs at the given moment, or at once if that is over, as the user who schedules it and as the app is defined now.
    The result has the run's `.id`, which cancels it, and the moment `.at` which it is due.

    With a `key` only one run of the workflow waits under it: a second one replaces the first (`on_conflict: replace`),
    gives way to it (`keep`, and the result is the one that stays) or is an error (`error`). A run with `cancel_with` is
    cancelled when that thing is deleted.
    """

    words = "later delay wait run"
    effect = Effect.DATABASE
    cost = Cost(also="schedule")
    repeats = "run"

    workflow = Prop(API_WORKFLOW, "Workflow")
    at = Prop(DATE_VALUE, "When", required=False, doc="When it runs; at once if left out.")
    parameters = Prop(ARGUMENTS, "Parameters", of="workflow", required=False)
    ignore_privacy = Prop(YES_NO_VALUE, "Ignore privacy rules", required=False)
    key = Prop(TEXT_VALUE, "Key", required=False, doc="Only one run of the workflow waits under a key.")
    on_conflict = Prop(
        ON_CONFLICT,
        "If one waits",
        required=False,
        default="replace",
        doc="What happens where one waits under the key.",
    )
    cancel_with = Prop(THING, "Cancel with", required=False, doc="The thing with whose deletion the run is cancelled.")

    @classmethod
    def gives(cls, static: Static) -> Type:
        """The scheduled run."""
        return SCHEDULED

    @classmethod
    def parts(cls, static: Static) -> Mapping[str, Type]:
        """Its id and its moment."""
        return PARTS[SCHEDULED]

    @classmethod
    def problems(cls, static: Static) -> list[tuple[str, str]]:
        """A disabled workflow is never started; what happens at a conflict is said with a key only."""
        found = disabled(static)
        if "on_conflict" in static.constants and "key" not in static.types:
            found.append(("on_conflict", "`on_conflict` says what happens where a run waits under the `key`: add one."))
        return found

    def run(self, step: StepContext) -> Record:
        """Queue it."""
        if self.at is None and "at" in vars(self):
            raise StepError("The moment at which the workflow should run is empty. Leave `at` out for now.")
        return step.schedule.once(
            Order(self.workflow.name, self.at, self.ignore_privacy is True),
            self.parameters,
            key=self.key or None,
            on_conflict=self.on_conflict,
            cancel_with=self.cancel_with.id if self.cancel_with else None,
        )
