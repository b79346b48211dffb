"""Proving to be somebody with a password, so that neither the answer nor its time tells whether the account exists."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, Protocol, TypeVar

from offpage.accounts.passwords import check_policy, hash_password, is_outdated, is_password
from offpage.accounts.throttle import Throttle
from offpage.accounts.users import Account
from offpage.kernel.errors import AccountDisabled, InvalidLogin, WeakPassword
from offpage.model.documents import AppSettings
from offpage.store.tx import Tx

T = TypeVar("T")


class Outside(Protocol):
    """What is needed of a step that is outside."""

    @property
    def settings(self) -> AppSettings:
        """The app's settings."""
        ...

    @property
    def throttle(self) -> Throttle:
        """Counts attempts."""
        ...

    @property
    def ip(self) -> str:
        """Where the caller is; "" if that counts for nothing."""
        ...

    def read(self, segment: Callable[[Tx], T]) -> Awaitable[T]:
        """Read from the database."""
        ...

    def compute(self, work: Callable[[], T]) -> Awaitable[T]:
        """Do slow arithmetic in a thread."""
        ...


class Proved(NamedTuple):
    """An account whose password was given. `newer`: the same password hashed as it is done today, if it was not."""

    account: Account
    newer: str | None


def attempt(step: Outside, what: str, account: str) -> None:
    """Count an attempt at something. Raises TooManyAttempts."""
    step.throttle.attempt(what, account, step.ip, step.settings.accounts.log_in_attempts)


async def prove(step: Outside, find: Callable[[Tx], Account | None], name: str, password: str | None) -> Proved:
    """Find an account and compare its password. Attempts are counted for the account, however it is named; where there is
    none, for the `name` that was given.

    Raises InvalidLogin, equally slow for an account that does not exist, and TooManyAttempts.
    """
    account = await step.read(find)
    name = name if account is None else account.user_id
    attempt(step, "password", name)
    given, known = password or "", account.password_hash if account else None
    right = await step.compute(lambda: is_password(known, given))
    if account is None or known is None or not right:
        raise InvalidLogin
    step.throttle.succeeded("password", name, step.ip, step.settings.accounts.log_in_attempts)
    if account.disabled:
        raise AccountDisabled
    newer = await step.compute(lambda: hash_password(given)) if is_outdated(known) else None
    return Proved(account, newer)


def still(proved: Proved, now: Account | None) -> Account:
    """The account as it is now, if what was proved still counts. Raises InvalidLogin or AccountDisabled."""
    if now is None or now.password_hash != proved.account.password_hash:
        raise InvalidLogin
    if now.disabled:
        raise AccountDisabled
    return now


async def hashed(step: Outside, password: str | None, repeated: Any = None, *, is_repeated: bool = False) -> str:
    """The hash of a new password that the app's policy accepts. Raises WeakPassword.

    `repeated` is the password typed once more, if the step asks for that.
    """
    new = password or ""
    check_policy(step.settings.accounts.password, new)
    if is_repeated and new != repeated:
        raise WeakPassword("The password and its confirmation differ.")
    return await step.compute(lambda: hash_password(new))
