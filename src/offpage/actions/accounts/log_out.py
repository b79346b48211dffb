"""Log the current user out."""

from __future__ import annotations

from offpage.actions.action import Action, Effect
from offpage.actions.context import StepContext


class LogOut(Action):
    """Log the current user out.

    The token that the workflow was called with stops working at once, and the later steps act for nobody. Other
    log-ins of the user stay. If nobody is logged in, nothing happens.
    """

    words = "logout sign out"
    effect = Effect.DATABASE

    def run(self, step: StepContext) -> None:
        """Revoke the token."""
        step.accounts.log_out()
