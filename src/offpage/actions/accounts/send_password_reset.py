"""Send a mail with a link to choose a new password."""

from __future__ import annotations

from offpage.accounts import links, mails, users
from offpage.accounts.entrance import attempt
from offpage.accounts.users import Account
from offpage.actions.action import Prop, Static
from offpage.actions.context import StepContext
from offpage.actions.kinds import TEXT_VALUE, YES_NO_VALUE
from offpage.actions.outside import OutsideAction, OutsideContext
from offpage.values.types import TEXT, Type


class SendPasswordReset(OutsideAction):
    """Mail a user a link to choose a new password.

    The link works once, for 24 hours; the page it leads to calls a workflow with `reset_password`. For an e-mail that
    nobody has nothing is sent, and neither the answer nor its time tells. With `just_make_token` no mail is sent and the
    result is the token, empty for an e-mail that nobody has; without it there is no result.
    """

    repeats = "mail"

    secret_result = True

    email = Prop(TEXT_VALUE, "Email to reset")
    subject = Prop(TEXT_VALUE, "Subject", required=False)
    body = Prop(TEXT_VALUE, "Body", required=False, doc="What the mail says above the link.")
    page = Prop(
        TEXT_VALUE,
        "Page",
        required=False,
        doc="Where the link leads, with `reset=TOKEN` in its query; `/reset_pw` of the app if left out.",
    )
    just_make_token = Prop(YES_NO_VALUE, "Just make token", required=False)

    @classmethod
    def gives(cls, static: Static) -> Type:
        """The token, with `just_make_token`."""
        return TEXT

    async def reach(self, step: OutsideContext) -> tuple[Account, str] | None:
        """Find the user and send the mail."""
        email = users.sensible_email(self.email) or ""
        attempt(step, "mail", email)
        return await self._found(step, email) if self.just_make_token else await mails.evenly(self._mailed(step, email))

    async def _found(self, step: OutsideContext, email: str) -> tuple[Account, str] | None:
        account = await step.read(lambda tx: users.by_email(tx, email))
        return None if account is None or account.disabled else (account, links.new_secret())

    async def _mailed(self, step: OutsideContext, email: str) -> tuple[Account, str] | None:
        name = step.settings.name
        subject = self.subject or f"Choose a new password for {name}"
        text = self.body or f"Somebody asked to choose a new password for {name}. If it was not you, do nothing."
        link = links.address(self.page, "/reset_pw", step.app_url)
        found = await self._found(step, email)
        if found is not None:
            await mails.send(step, email, subject, text, links.with_query(link, reset=found[1]))
        return found

    def settle(self, step: StepContext, reached: tuple[Account, str] | None) -> str | None:
        """Let the link work from now on, if the user still has the e-mail."""
        if reached is None:
            return None
        sent, secret = reached
        account = step.accounts.by_id(sent.user_id)
        if account is None or account.email != sent.email or account.disabled:
            return None
        links.keep(step.tx, secret, "reset", account.user_id, account.email or "", now=step.now())
        return secret if self.just_make_token else None
