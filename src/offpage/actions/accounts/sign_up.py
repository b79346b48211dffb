"""Sign a user up."""

from __future__ import annotations

from typing import NamedTuple

from offpage.accounts import links, mails, users
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


class Ready(NamedTuple):
    """What is known before the user is created. `secret` is of the link that was mailed."""

    email: str
    password_hash: str
    secret: str | None


class SignUp(OutsideAction):
    """Sign a user up: create the user and log in.

    The later steps act for the new user, and the answer to the caller gets `token`, `user_id` and `expires`. An e-mail
    belongs to one user, whatever its capitals; the password follows the policy in `app.yaml`. The result is the user.
    """

    words = "signup register account"
    cost = Cost(written=True)
    asks_others = False

    email = Prop(TEXT_VALUE, "Email")
    password = Prop(TEXT_VALUE, "Password", secret=True)
    confirmation = Prop(
        TEXT_VALUE, "Password again", required=False, secret=True, doc="If it is there it must be the same."
    )
    set = Prop(USER_FIELDS, "Fields", required=False)
    stay_logged_in = Prop(
        YES_NO_VALUE, "Stay logged in", required=False, default=True, doc="For a year (that is the default) or a day."
    )
    send_confirmation = Prop(
        YES_NO_VALUE, "Send a confirmation email", required=False, doc="Mail a link for `confirm_email` to the user."
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
        """Hash the password; mail the link."""
        email = normal_email(self.email or "")
        attempt(step, EMAIL, "")
        if await step.read(lambda tx: users.by_email(tx, email)) is not None:
            raise EmailTaken
        is_repeated = self.is_given("confirmation")
        password_hash = await hashed(step, self.password, self.confirmation, is_repeated=is_repeated)
        if not self.send_confirmation:
            return Ready(email, password_hash, None)
        secret = links.new_secret()
        await mails.send_confirmation(
            step, email, links.address(self.page, "/", step.app_url, confirmation_email=secret)
        )
        return Ready(email, password_hash, secret)

    def settle(self, step: StepContext, reached: Ready) -> str:
        """Create the user, if the e-mail is still free, and log in."""
        user_id = step.accounts.create(reached.email, self.set, reached.password_hash)
        if reached.secret is not None:
            links.keep(step.tx, reached.secret, "confirm", user_id, reached.email, now=step.now())
            step.accounts.confirm(user_id, False)
        account = step.accounts.by_id(user_id)
        assert account is not None
        return step.accounts.log_in(account, stay=self.stay_logged_in is True)
