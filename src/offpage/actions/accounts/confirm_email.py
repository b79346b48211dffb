"""Confirm an e-mail with the token of a link."""

from __future__ import annotations

from offpage.accounts import links
from offpage.accounts.entrance import attempt
from offpage.actions.action import Cost, Prop, Static
from offpage.actions.context import StepContext
from offpage.actions.kinds import TEXT_VALUE
from offpage.actions.outside import OutsideAction, OutsideContext
from offpage.model.schema import USER
from offpage.values.types import Type, thing


class ConfirmEmail(OutsideAction):
    """Confirm a user's e-mail with the token of a link.

    The link is one from `send_confirmation_email`, and is used up by it. Nobody needs to be logged in. If the link is
    used up, too old or unknown, or the user has another e-mail by now, the workflow stops with `INVALID_TOKEN`. The
    result is the user.
    """

    cost = Cost(written=True)
    asks_others = False

    token = Prop(TEXT_VALUE, "Token", secret=True)

    @classmethod
    def gives(cls, static: Static) -> Type:
        """The user."""
        return thing(USER)

    async def reach(self, step: OutsideContext) -> None:
        """Count the attempt."""
        attempt(step, "link", "")

    def settle(self, step: StepContext, reached: None) -> str:
        """Use the link up."""
        account = links.account_of(step.tx, self.token, "confirm", step.now())
        step.accounts.confirm(account.user_id, True)
        return account.user_id
