"""Schedule an API workflow on a list."""

from collections.abc import Mapping

from offpage.actions.action import Action, Cost, Effect, Prop, Static
from offpage.actions.context import StepContext
from offpage.actions.kinds import (
    ANY_VALUE,
    API_WORKFLOW,
    COMPLETION,
    DATE_VALUE,
    ITEM_ARGUMENTS,
    LISTED,
    NUMBER_VALUE,
    ON_ITEM_FAILED,
    YES_NO_VALUE,
)
from offpage.actions.scheduling import Order, Pace, disabled
from offpage.kernel.errors import StepError
from offpage.values.records import BATCH, PARTS, Record
from offpage.values.shapes import Interval
from offpage.values.types import Type

AT_ONCE = 20

Problems = list[tuple[str, str]]


class ScheduleOnList(Action):
    """Schedule an API workflow on a list.

    It runs once for every item of the list as it is now, however many there are; in `parameters`, `this` is the item.
    The runs act for the user who schedules them, and as the app is defined now. They are a batch, in the background:
    other runs go first. An item that fails is undone as a whole and noted; the others go on, or
    (`on_item_failed: stop`) the rest is skipped. When all have ended, the workflow of `on_complete` runs once; in its
    parameters `batch` is the batch as it ended.

    The result is the batch: `.id .total .done .failed .skipped`. Its id cancels what it has still to do.
    """

    words = "bulk batch many"
    effect = Effect.DATABASE
    cost = Cost(also="schedule")
    repeats = "run"

    list = Prop(LISTED, "List")
    workflow = Prop(API_WORKFLOW, "Workflow")
    at = Prop(DATE_VALUE, "When", required=False, doc="When the first one runs; at once if left out.")
    interval = Prop(
        ANY_VALUE,
        "Interval",
        required=False,
        doc="Seconds, or an interval, from one item to the next; as fast as they can if left out.",
    )
    parameters = Prop(ITEM_ARGUMENTS, "Parameters", of="workflow list", required=False)
    ignore_privacy = Prop(YES_NO_VALUE, "Ignore privacy rules", required=False)
    at_once = Prop(
        NUMBER_VALUE,
        "At once",
        required=False,
        doc=f"How many items may be in a step outside the database (mail, a call) at the same time; {AT_ONCE} if left out.",
    )
    on_item_failed = Prop(
        ON_ITEM_FAILED, "If an item fails", required=False, default="continue", doc="Go on with the others, or stop."
    )
    on_complete = Prop(
        COMPLETION, "When all have ended", required=False, doc="A workflow with its parameters, where `batch` is known."
    )

    @classmethod
    def gives(cls, static: Static) -> Type:
        """The batch."""
        return BATCH

    @classmethod
    def parts(cls, static: Static) -> Mapping[str, Type]:
        """Its id and its counts."""
        return PARTS[BATCH]

    @classmethod
    def problems(cls, static: Static) -> Problems:
        """No disabled workflow; the interval is a number of seconds or an interval."""
        found = disabled(static)
        of = static.types.get("interval")
        if of is not None and (of.is_list or of.kind not in ("number", "interval", "empty", "unknown")):
            found.append(("interval", f"The interval is a number of seconds or an interval, not {of}."))
        return found

    def run(self, step: StepContext) -> Record:
        """Keep the batch and its items."""
        if self.at is None and "at" in vars(self):
            raise StepError("The moment at which the items should run is empty. Leave `at` out for now.")
        return step.schedule.on_list(
            Order(self.workflow.name, self.at, self.ignore_privacy is True),
            self.list,
            self.parameters,
            Pace(self._interval_ms(), max(1, int(self.at_once or AT_ONCE)), self.on_item_failed),
            self.on_complete,
        )

    def _interval_ms(self) -> int | None:
        value = self.interval.value if "interval" in vars(self) else None
        match value:
            case None:
                return None
            case Interval():
                whole = float(value.total_ms)
            case _:
                whole = value * 1000
        return max(0, round(whole)) or None
