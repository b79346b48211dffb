"""Send a mail with a link that logs in."""

from __future__ import annotations

from typing import Final, NamedTuple

from offpage.accounts import links, mails, users
from offpage.accounts.entrance import attempt
from offpage.accounts.users import Account
from offpage.actions.action import Prop, Static
from offpage.actions.context import StepContext
from offpage.actions.kinds import NUMBER_VALUE, TEXT_VALUE, VALUES, YES_NO_VALUE
from offpage.actions.outside import OutsideAction, OutsideContext
from offpage.kernel.errors import StepError
from offpage.values.codec import Forms, to_text
from offpage.values.types import TEXT, Type

LONGEST_HOURS: Final = 24
IN_QUERY: Final = "magic_login"
RESERVED: Final = frozenset({"id", "debug_mode", "resume", IN_QUERY})


class Made(NamedTuple):
    """A link and whom it is for."""

    account: Account
    secret: str
    link: str


class SendMagicLink(OutsideAction):
    """Mail a user a link that logs in without a password.

    The link works once; the page it leads to calls a workflow with `log_in_with_magic_link`. For an e-mail that nobody
    has nothing is sent, and neither the answer nor its time tells. With `just_create_link` no mail is sent and the
    result is the link, empty for an e-mail that nobody has; without it there is no result.
    """

    repeats = "mail"

    secret_result = True

    email = Prop(TEXT_VALUE, "Email")
    hours = Prop(NUMBER_VALUE, "Hours until it expires", required=False, default=1.0, doc="Up to 24; 1 if left out.")
    subject = Prop(TEXT_VALUE, "Subject", required=False)
    body = Prop(TEXT_VALUE, "Body", required=False, doc="What the mail says above the link.")
    link_text = Prop(TEXT_VALUE, "Link text", required=False, doc="What stands before the link.")
    page = Prop(
        TEXT_VALUE,
        "Page",
        required=False,
        doc="Where the link leads, with `magic_login=TOKEN` in its query; `/` of the app if left out.",
    )
    parameters = Prop(VALUES, "Parameters", required=False, doc="More for the query of the link.")
    just_create_link = Prop(YES_NO_VALUE, "Just create link", required=False)

    @classmethod
    def gives(cls, static: Static) -> Type:
        """The link, with `just_create_link`."""
        return TEXT

    @classmethod
    def problems(cls, static: Static) -> list[tuple[str, str]]:
        """Names that mean something else in an address."""
        taken = sorted(RESERVED & set(static.constants.get("parameters") or ()))
        return [("parameters", f"`{name}` has a meaning of its own in a link. Use another name.") for name in taken]

    async def reach(self, step: OutsideContext) -> Made | None:
        """Find the user and send the mail."""
        hours = self.hours if self.hours is not None else 1.0
        if not 0 <= hours <= LONGEST_HOURS:
            raise StepError(f"A magic link can last from 0 to {LONGEST_HOURS} hours, not {hours:g}.")
        email = users.sensible_email(self.email) or ""
        attempt(step, "mail", email)
        return (
            await self._found(step, email) if self.just_create_link else await mails.evenly(self._mailed(step, email))
        )

    async def _found(self, step: OutsideContext, email: str) -> Made | None:
        secret = links.new_secret()
        page = links.address(self.page, "/", step.app_url)
        values = {name: to_text(one.type, one.value, Forms()) for name, one in (self.parameters or {}).items()}
        link = links.with_query(page, **{IN_QUERY: secret}, **values)
        account = await step.read(lambda tx: users.by_email(tx, email))
        return None if account is None or account.disabled else Made(account, secret, link)

    async def _mailed(self, step: OutsideContext, email: str) -> Made | None:
        name = step.settings.name
        subject = self.subject or f"Log in to {name}"
        text = (
            self.body or f"With this link you log in to {name}. It works once. If you did not ask for it, do nothing."
        )
        found = await self._found(step, email)
        if found is not None:
            await mails.send(step, email, subject, text, f"{self.link_text or 'Log in'}: {found.link}")
        return found

    def settle(self, step: StepContext, reached: Made | None) -> str | None:
        """Let the link work from now on, if the user still has the e-mail."""
        if reached is None:
            return None
        sent = reached.account
        account = step.accounts.by_id(sent.user_id)
        if account is None or account.email != sent.email or account.disabled:
            return None
        lasting = int((1.0 if self.hours is None else self.hours) * links.HOUR_MS)
        email = account.email or ""
        links.keep(step.tx, reached.secret, "magic", account.user_id, email, now=step.now(), lasting=lasting)
        return reached.link if self.just_create_link else None
