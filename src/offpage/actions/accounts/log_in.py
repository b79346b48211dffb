"""Log a user in."""

from __future__ import annotations

from offpage.accounts import users
from offpage.accounts.entrance import Proved, prove, still
from offpage.actions.action import Prop, Static
from offpage.actions.context import StepContext
from offpage.actions.kinds import TEXT_VALUE, YES_NO_VALUE
from offpage.actions.outside import OutsideAction, OutsideContext
from offpage.model.schema import USER
from offpage.store import credentials
from offpage.values.types import Type, thing


class LogIn(OutsideAction):
    """Log a user in with e-mail and password.

    The later steps act for the user, and the answer to the caller gets `token`, `user_id` and `expires` (and
    `temporary_password`, when somebody else made the password up). If the e-mail or the password is wrong, the
    workflow stops with `INVALID_LOGIN_CREDENTIALS`; which of them it was nobody can tell. The result is the user.
    """

    words = "login sign in"
    asks_others = False

    email = Prop(TEXT_VALUE, "Email")
    password = Prop(TEXT_VALUE, "Password", secret=True)
    stay_logged_in = Prop(
        YES_NO_VALUE, "Stay logged in", required=False, default=False, doc="For a year, or a day (that is the default)."
    )

    @classmethod
    def gives(cls, static: Static) -> Type:
        """The user."""
        return thing(USER)

    async def reach(self, step: OutsideContext) -> Proved:
        """Compare the password."""
        email = users.sensible_email(self.email) or ""
        return await prove(step, lambda tx: users.by_email(tx, email), email, self.password)

    def settle(self, step: StepContext, reached: Proved) -> str:
        """Log in, if the password is still the same."""
        account = still(reached, step.accounts.by_id(reached.account.user_id))
        if reached.newer is not None:
            credentials.put_password(
                step.tx, account.user_id, reached.newer, temporary=account.temporary, now=step.now()
            )
        return step.accounts.log_in(account, stay=self.stay_logged_in is True)
