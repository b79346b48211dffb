"""Log a user in with the token of a magic link."""

from __future__ import annotations

from offpage.accounts import links
from offpage.accounts.entrance import attempt
from offpage.actions.action import Prop, Static
from offpage.actions.context import StepContext
from offpage.actions.kinds import TEXT_VALUE, YES_NO_VALUE
from offpage.actions.outside import OutsideAction, OutsideContext
from offpage.model.schema import USER
from offpage.values.types import Type, thing


class LogInWithMagicLink(OutsideAction):
    """Log a user in with the token of a magic link.

    The link is one from `send_magic_link`, and is used up by it. Everything else is as with `log_in`. If the link is
    used up, too old or unknown, or the user has another e-mail by now, the workflow stops with `INVALID_TOKEN`. The
    result is the user.
    """

    asks_others = False

    token = Prop(TEXT_VALUE, "Token", secret=True)
    stay_logged_in = Prop(
        YES_NO_VALUE, "Stay logged in", required=False, default=True, doc="For a year (that is the default) or a day."
    )

    @classmethod
    def gives(cls, static: Static) -> Type:
        """The user."""
        return thing(USER)

    async def reach(self, step: OutsideContext) -> None:
        """Count the attempt."""
        attempt(step, "link", "")

    def settle(self, step: StepContext, reached: None) -> str:
        """Use the link up and log in."""
        account = links.account_of(step.tx, self.token, "magic", step.now())
        return step.accounts.log_in(account, stay=self.stay_logged_in is True)
