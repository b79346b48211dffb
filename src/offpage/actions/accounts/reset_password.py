"""Choose a new password with the token of a link."""

from __future__ import annotations

from offpage.accounts import links
from offpage.accounts.entrance import attempt, hashed
from offpage.actions.action import Prop, Static
from offpage.actions.context import StepContext
from offpage.actions.kinds import TEXT_VALUE
from offpage.actions.outside import OutsideAction, OutsideContext
from offpage.kernel.errors import InvalidLink
from offpage.model.schema import USER
from offpage.values.types import Type, thing


class ResetPassword(OutsideAction):
    """Choose a new password with the token of a link.

    The link is one from `send_password_reset`, and is used up by it. All log-ins of the user end; nobody is logged in
    by it. If the link is used up, too old or unknown, the workflow stops with `INVALID_TOKEN`. The result is the
    user.
    """

    asks_others = False

    token = Prop(TEXT_VALUE, "Token", secret=True)
    password = Prop(TEXT_VALUE, "New password", secret=True)
    confirmation = Prop(
        TEXT_VALUE, "New password again", required=False, secret=True, doc="If it is there it must be the same."
    )

    @classmethod
    def gives(cls, static: Static) -> Type:
        """The user."""
        return thing(USER)

    async def reach(self, step: OutsideContext) -> str:
        """Look at the link, so that a wrong one costs no hashing; hash the password."""
        attempt(step, "link", "")
        now = step.now()
        await step.read(lambda tx: links.find(tx, self.token, "reset", now))
        return await hashed(step, self.password, self.confirmation, is_repeated=self.is_given("confirmation"))

    def settle(self, step: StepContext, reached: str) -> str:
        """Use the link up and change the password."""
        account = links.account_of(step.tx, self.token, "reset", step.now())
        if account.disabled:
            raise InvalidLink
        step.accounts.set_password(account.user_id, reached)
        return account.user_id
