"""Check the current user's password."""

from __future__ import annotations

from offpage.accounts import users
from offpage.accounts.entrance import prove
from offpage.actions.action import Prop
from offpage.actions.kinds import TEXT_VALUE
from offpage.actions.outside import OutsideAction, OutsideContext
from offpage.kernel.errors import InvalidLogin, NotLoggedIn


class CheckPassword(OutsideAction):
    """Check the current user's password.

    If it is wrong, the workflow stops.
    """

    asks_others = False

    password = Prop(TEXT_VALUE, "Password", secret=True)

    async def reach(self, step: OutsideContext) -> None:
        """Compare the password."""
        user_id = step.actor.user_id
        if user_id is None:
            raise NotLoggedIn
        try:
            await prove(step, lambda tx: users.by_id(tx, user_id), user_id, self.password)
        except InvalidLogin as wrong:
            raise InvalidLogin("The password is wrong.") from wrong
