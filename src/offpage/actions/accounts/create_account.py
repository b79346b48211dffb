"""Create an account for somebody else."""

from __future__ import annotations

from offpage.accounts import users
from offpage.accounts.entrance import attempt, hashed
from offpage.accounts.throttle import EMAIL
from offpage.actions.action import Cost, Prop, Static
from offpage.actions.context import StepContext
from offpage.actions.kinds import TEXT_VALUE, USER_FIELDS, YES_NO_VALUE
from offpage.actions.outside import OutsideAction, OutsideContext
from offpage.kernel.errors import EmailTaken
from offpage.model.schema import USER
from offpage.values.email import normal_email
from offpage.values.types import Type, thing


class CreateAccount(OutsideAction):
    """Create an account for somebody else.

    Nobody is logged in by it. Without a password the new user cannot log in before a password was reset, a temporary
    one assigned, or a magic link sent. If another user has the e-mail, the workflow stops with `USED_EMAIL`, or, with
    `return_if_exists`, that user is the result, unchanged.
    """

    words = "signup register user"
    cost = Cost(written=True)
    asks_others = False

    email = Prop(TEXT_VALUE, "Email")
    password = Prop(TEXT_VALUE, "Password", required=False, secret=True)
    return_if_exists = Prop(YES_NO_VALUE, "Return the user if the account already exists", required=False)
    set = Prop(USER_FIELDS, "Fields", required=False)

    @classmethod
    def gives(cls, static: Static) -> Type:
        """The user."""
        return thing(USER)

    async def reach(self, step: OutsideContext) -> tuple[str, str | None]:
        """Look whether the e-mail is free; hash the password."""
        email = normal_email(self.email or "")
        attempt(step, EMAIL, "")
        if not self.return_if_exists and await step.read(lambda tx: users.by_email(tx, email)) is not None:
            raise EmailTaken
        step.throttle.succeeded(EMAIL, "", step.ip, step.settings.accounts.log_in_attempts)
        return email, await hashed(step, self.password) if self.password else None

    def settle(self, step: StepContext, reached: tuple[str, str | None]) -> str:
        """Create the user, or find the one that has the e-mail."""
        email, password_hash = reached
        there = step.accounts.by_email(email)
        if there is None:
            return step.accounts.create(email, self.set, password_hash)
        if not self.return_if_exists:
            raise EmailTaken
        return there.user_id
