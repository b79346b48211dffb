"""Log the current user out everywhere else."""

from __future__ import annotations

from offpage.actions.action import Action, Effect, Static
from offpage.actions.context import StepContext
from offpage.kernel.errors import NotLoggedIn
from offpage.values.types import NUMBER, Type


class LogOutOthers(Action):
    """Log the current user out everywhere else.

    All log-ins of the user end except the one that the workflow was called with. The result is how many there were.
    """

    effect = Effect.DATABASE

    @classmethod
    def gives(cls, static: Static) -> Type:
        """How many log-ins ended."""
        return NUMBER

    def run(self, step: StepContext) -> float:
        """Revoke the tokens."""
        if step.actor.user_id is None:
            raise NotLoggedIn
        return float(step.accounts.log_out_others(step.actor.user_id))
