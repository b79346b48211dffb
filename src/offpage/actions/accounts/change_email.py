"""Change the e-mail of any user."""

from __future__ import annotations

from offpage.actions.action import Action, Cost, Effect, Prop, Static
from offpage.actions.context import StepContext
from offpage.actions.kinds import TEXT_VALUE, USER_THING
from offpage.model.schema import USER
from offpage.values.email import normal_email
from offpage.values.types import Type, thing


class ChangeEmail(Action):
    """Change the e-mail of any user.

    No password is asked for: a tool for administrators. The new e-mail is not confirmed. If there is no such user,
    nothing happens. The result is the user.
    """

    effect = Effect.DATABASE
    cost = Cost(written=True)

    user = Prop(USER_THING, "User")
    email = Prop(TEXT_VALUE, "New email")

    @classmethod
    def gives(cls, static: Static) -> Type:
        """The user."""
        return thing(USER)

    def run(self, step: StepContext) -> str | None:
        """Change it, unless somebody else has it."""
        account = step.accounts.by_id(self.user.id if self.user else None)
        if account is None:
            return None
        email = normal_email(self.email or "")
        if email != account.email:
            step.accounts.set_email(account.user_id, email)
        return account.user_id
