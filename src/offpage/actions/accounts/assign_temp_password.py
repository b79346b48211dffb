"""Assign a temporary password to a user."""

from __future__ import annotations

from offpage.accounts.entrance import hashed
from offpage.accounts.passwords import temporary_password
from offpage.actions.action import Prop, Static
from offpage.actions.context import StepContext
from offpage.actions.kinds import USER_THING
from offpage.actions.outside import OutsideAction, OutsideContext
from offpage.kernel.errors import StepError
from offpage.values.types import TEXT, Type


class AssignTempPassword(OutsideAction):
    """Give a user a temporary password.

    It is made up here, and is the result. The old password is deleted and the user's log-ins end. The new one does
    not expire; whoever logs in with it is told so by `temporary_password: true` in the answer, until the user chooses
    another.
    """

    secret_result = True
    asks_others = False

    user = Prop(USER_THING, "User")

    @classmethod
    def gives(cls, static: Static) -> Type:
        """The password."""
        return TEXT

    async def reach(self, step: OutsideContext) -> tuple[str, str]:
        """Make it up and hash it."""
        password = temporary_password(step.settings.accounts.password)
        return password, await hashed(step, password)

    def settle(self, step: StepContext, reached: tuple[str, str]) -> str:
        """Put it in the place of the old one."""
        password, password_hash = reached
        account = step.accounts.by_id(self.user.id if self.user else None)
        if account is None:
            raise StepError("There is no user to assign a password to.")
        step.accounts.set_password(account.user_id, password_hash, temporary=True)
        return password
