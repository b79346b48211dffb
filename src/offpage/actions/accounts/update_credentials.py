"""Update the current user's credentials."""

from __future__ import annotations

from typing import NamedTuple

from offpage.accounts import links, mails, users
from offpage.accounts.entrance import Proved, attempt, hashed, prove, still
from offpage.accounts.throttle import EMAIL
from offpage.actions.action import Cost, Prop, Static
from offpage.actions.context import StepContext
from offpage.actions.kinds import TEXT_VALUE, YES_NO_VALUE
from offpage.actions.outside import OutsideAction, OutsideContext
from offpage.kernel.errors import EmailTaken, InvalidLogin, NotLoggedIn
from offpage.model.schema import USER
from offpage.values.email import normal_email
from offpage.values.types import Type, thing


class Ready(NamedTuple):
    """What changes: None stays as it is. `secret` is of the link that was mailed."""

    proved: Proved
    email: str | None
    password_hash: str | None
    secret: str | None


class UpdateCredentials(OutsideAction):
    """Change the current user's e-mail or password.

    Or both; the old password is checked first. A new e-mail is not confirmed. A new password ends the user's other
    log-ins. The result is the user.
    """

    cost = Cost(written=True)
    asks_others = False

    old_password = Prop(TEXT_VALUE, "Old password", secret=True)
    email = Prop(TEXT_VALUE, "New email", required=False, doc="Stays as it is if left out or empty.")
    password = Prop(TEXT_VALUE, "New password", required=False, secret=True, doc="Stays as it is if left out or empty.")
    confirmation = Prop(
        TEXT_VALUE, "New password again", required=False, secret=True, doc="If it is there it must be the same."
    )
    send_confirmation = Prop(
        YES_NO_VALUE,
        "Send a confirmation email",
        required=False,
        doc="Mail a link for `confirm_email` to a new e-mail.",
    )
    page = Prop(
        TEXT_VALUE,
        "Confirmation page",
        required=False,
        doc="Where that link leads, with `confirmation_email=TOKEN` in its query; `/` of the app if left out.",
    )

    @classmethod
    def gives(cls, static: Static) -> Type:
        """The user."""
        return thing(USER)

    async def reach(self, step: OutsideContext) -> Ready:
        """Compare the old password, hash the new one, mail the link."""
        user_id = step.actor.user_id
        if user_id is None:
            raise NotLoggedIn
        email = normal_email(self.email) if self.email else None
        try:
            proved = await prove(step, lambda tx: users.by_id(tx, user_id), user_id, self.old_password)
        except InvalidLogin as wrong:
            raise InvalidLogin("The old password is wrong.") from wrong
        password_hash = None
        if self.password:
            is_repeated = self.is_given("confirmation")
            password_hash = await hashed(step, self.password, self.confirmation, is_repeated=is_repeated)
        if email is None or email == proved.account.email:
            return Ready(proved, None, password_hash, None)
        attempt(step, EMAIL, "")
        if await step.read(lambda tx: users.by_email(tx, email)) is not None:
            raise EmailTaken
        step.throttle.succeeded(EMAIL, "", step.ip, step.settings.accounts.log_in_attempts)
        if not self.send_confirmation:
            return Ready(proved, email, password_hash, None)
        secret = links.new_secret()
        link = links.address(self.page, "/", step.app_url, confirmation_email=secret)
        await mails.send_confirmation(step, email, link)
        return Ready(proved, email, password_hash, secret)

    def settle(self, step: StepContext, reached: Ready) -> str:
        """Change what changes, if the old password is still the one that was compared."""
        account = still(reached.proved, step.accounts.by_id(reached.proved.account.user_id))
        if reached.email is not None:
            step.accounts.set_email(account.user_id, reached.email)
        if reached.secret is not None and reached.email is not None:
            links.keep(step.tx, reached.secret, "confirm", account.user_id, reached.email, now=step.now())
        if reached.password_hash is not None:
            step.accounts.set_password(account.user_id, reached.password_hash)
        return account.user_id
