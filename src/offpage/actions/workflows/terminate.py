"""Terminate this workflow."""

from offpage.actions.action import Action, Effect, Prop
from offpage.actions.context import StepContext
from offpage.actions.kinds import VALUES


class Terminate(Action):
    """Terminate this workflow.

    The steps after it do not run. What earlier steps did stays, and the run counts as finished.
    In a custom event, `values` are what the caller gets.
    """

    words = "stop end exit quit"
    effect = Effect.NONE

    values = Prop(VALUES, "Values to return", required=False)

    def run(self, step: StepContext) -> None:
        """End the run."""
        step.end(self.values or {})
