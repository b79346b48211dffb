"""Send the current user a mail with a link to confirm the e-mail."""

from __future__ import annotations

from offpage.accounts import links, mails, users
from offpage.actions.action import Prop, Static
from offpage.actions.context import StepContext
from offpage.actions.kinds import TEXT_VALUE, YES_NO_VALUE
from offpage.actions.outside import OutsideAction, OutsideContext
from offpage.kernel.errors import NotLoggedIn, StepError
from offpage.values.types import TEXT, Type


class SendConfirmationEmail(OutsideAction):
    """Mail the current user a link to confirm the e-mail.

    It counts as not confirmed until then. The page that the link leads to calls a workflow with `confirm_email`. With
    `just_make_token` no mail is sent and the result is the token; without it there is no result. A link works once,
    for 30 days.
    """

    repeats = "mail"

    secret_result = True

    page = Prop(
        TEXT_VALUE,
        "Page",
        required=False,
        doc="Where the link leads, with `confirmation_email=TOKEN` in its query; `/` of the app if left out.",
    )
    just_make_token = Prop(YES_NO_VALUE, "Just make token", required=False)

    @classmethod
    def gives(cls, static: Static) -> Type:
        """The token, with `just_make_token`."""
        return TEXT

    async def reach(self, step: OutsideContext) -> tuple[str, str]:
        """Send the mail."""
        user_id = step.actor.user_id
        if user_id is None:
            raise NotLoggedIn
        account = await step.read(lambda tx: users.by_id(tx, user_id))
        if account is None or account.email is None:
            raise StepError("The current user has no e-mail to confirm.")
        secret = links.new_secret()
        if not self.just_make_token:
            link = links.address(self.page, "/", step.app_url, confirmation_email=secret)
            await mails.send_confirmation(step, account.email, link)
        return account.email, secret

    def settle(self, step: StepContext, reached: tuple[str, str]) -> str | None:
        """Let the link work from now on, if the user still has the e-mail."""
        email, secret = reached
        account = step.accounts.by_id(step.actor.user_id)
        if account is None or account.email != email:
            raise StepError("The e-mail was changed meanwhile. Send the confirmation again.")
        links.keep(step.tx, secret, "confirm", account.user_id, email, now=step.now())
        step.accounts.confirm(account.user_id, False)
        return secret if self.just_make_token else None
