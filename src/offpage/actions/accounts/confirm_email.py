"""Confirm an e-mail with the token of a link."""

from __future__ import annotations

from offpage.accounts import links
from offpage.actions.action import Action, Cost, Effect, Prop, Static
from offpage.actions.context import StepContext
from offpage.actions.kinds import TEXT_VALUE
from offpage.kernel.errors import InvalidLink
from offpage.model.schema import USER
from offpage.values.types import Type, thing


class ConfirmEmail(Action):
    """Confirm a user's e-mail with the token of a link that was mailed there, which is used up by it.

    Nobody needs to be logged in. If the link is used up, too old or unknown, or the user has another e-mail by now, the
    workflow stops with `INVALID_TOKEN`. The result is the user.
    """

    effect = Effect.DATABASE
    cost = Cost(written=0.5)

    token = Prop(TEXT_VALUE, "Token", secret=True)

    @classmethod
    def gives(cls, static: Static) -> Type:
        """The user."""
        return thing(USER)

    def run(self, step: StepContext) -> str:
        """Use the link up."""
        link = links.use(step.tx, self.token, "confirm", step.now())
        account = step.accounts.by_id(link.user_id)
        if account is None or account.email != link.email:
            raise InvalidLink
        step.accounts.confirm(account.user_id, True)
        return account.user_id
