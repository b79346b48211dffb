"""Users and their log-ins in a run: what a step does to them, and what that means for the run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from offpage.accounts import sessions, users
from offpage.accounts.actor import NOBODY, user
from offpage.accounts.throttle import EMAIL
from offpage.accounts.users import Account
from offpage.actions.kinds import ThingRef
from offpage.data.assignment import Assignments
from offpage.kernel.errors import AccountDisabled, NotUnique, StoreError
from offpage.model.schema import USER
from offpage.store import credentials

if TYPE_CHECKING:
    from offpage.engine.running import Running


class AccountsOfRun:
    """Users and their log-ins, in the transaction of a run. Implements StepAccounts."""

    __slots__ = ("_running",)

    def __init__(self, running: Running) -> None:
        self._running = running

    def create(self, email: str, fields: Assignments, password_hash: str | None) -> str:
        """Create a user and return its id. The last of `fields` is the e-mail's place. Raises EmailTaken."""
        running = self._running
        with self._attempt_at_email():
            user_id = running.things.create(Assignments(fields.shape, [*fields.values[:-1], email]))
        if password_hash is not None:
            credentials.put_password(running.tx, user_id, password_hash, temporary=False, now=running.now())
        return user_id

    def by_email(self, email: str | None) -> Account | None:
        """The account with this e-mail, in its normal form."""
        return users.by_email(self._running.tx, email)

    def by_id(self, user_id: str | None) -> Account | None:
        """The account of a user."""
        return users.by_id(self._running.tx, user_id)

    def log_in(self, account: Account, *, stay: bool) -> str:
        """Log a user in. A token is made only where the answer of this very run goes to a caller."""
        running = self._running
        if account.disabled:
            raise AccountDisabled
        self._end_session_of_this_run()
        token_id = None
        if running.run.is_direct:
            now = running.now()
            with self._presence(account.user_id):
                session = sessions.start(running.tx, account.user_id, stay=stay, now=now, new_id=running.new_id)
            token_id = session.token_id
            shown = {"token": session.token, "user_id": session.user_id, "expires": session.seconds}
            running.answer.session = shown | ({"temporary_password": True} if account.temporary else {})
            running.answer.token_id = session.token_id
        running.view.forget_things(USER, [account.user_id])
        running.become(user(account.user_id, token_id))
        return account.user_id

    def log_out(self) -> None:
        """Log the current user out of the call's own log-in."""
        running = self._running
        actor = running.actor
        if actor.user_id is None:
            return
        if actor.token_id is not None:
            with self._presence(actor.user_id):
                sessions.end(running.tx, actor.user_id, actor.token_id)
            self._ended(actor.user_id)
        running.answer.session = None
        running.become(NOBODY)

    def log_out_others(self, user_id: str) -> int:
        """End a user's log-ins except the one of this call; returns how many there were."""
        with self._presence(user_id):
            count = sessions.end_all(self._running.tx, user_id, but=self._own_token(user_id))
        self._ended(user_id)
        return count

    def set_password(self, user_id: str, password_hash: str, *, temporary: bool = False) -> None:
        """Give a user another password. The user's log-ins end, except the one of this call."""
        running = self._running
        stay = self._own_token(user_id)
        with self._presence(user_id):
            users.set_password(running.tx, user_id, password_hash, now=running.now(), temporary=temporary, stay=stay)
        self._ended(user_id)

    def set_email(self, user_id: str, email: str) -> None:
        """Give a user another e-mail, which is not confirmed then. Raises EmailTaken."""
        with self._attempt_at_email():
            self._change(user_id, Assignments(self._running.run.program.things.user_email, (email, False)))

    def confirm(self, user_id: str, confirmed: bool) -> None:
        """Note whether the user's e-mail is confirmed."""
        self._change(user_id, Assignments(self._running.run.program.things.user_confirmed, (confirmed,)))

    def _change(self, user_id: str, assignments: Assignments) -> None:
        self._running.things.change(ThingRef(USER, user_id), assignments)

    @contextmanager
    def _attempt_at_email(self) -> Iterator[None]:
        """Count an attempt at an e-mail that may be taken: only one that is free is given back.

        Raises EmailTaken and, whatever the e-mail, TooManyAttempts.
        """
        running = self._running
        throttle, limit = running.services.throttle, running.settings.accounts.log_in_attempts
        give_back = partial(throttle.succeeded, EMAIL, "", running.run.ip, limit)
        throttle.attempt(EMAIL, "", running.run.ip, limit)
        try:
            yield
        except NotUnique as refused:
            running.tx.repeated.append(give_back)  # or one attempt would count twice
            raise users.as_email_taken(refused) from refused
        except StoreError:  # tells nothing of the e-mail; perhaps the transaction is repeated
            give_back()
            raise
        give_back()

    @contextmanager
    def _presence(self, user_id: str) -> Iterator[None]:
        """Note as a change of the user when `logged_in` becomes another: workflows may watch users."""
        running, changes = self._running, self._running.changes
        if USER not in changes.watched:
            yield
            return
        noted, before = len(changes), self._is_logged_in(user_id)
        changes.before(USER, (user_id,))
        yield
        running.view.forget_things(USER, [user_id])
        if self._is_logged_in(user_id) == before:
            changes.drop(noted)

    def _is_logged_in(self, user_id: str) -> bool:
        running = self._running
        row = running.view.thing(USER, user_id)
        return row is not None and bool(row[running.run.program.things.table(USER).places["logged_in"]])

    def _own_token(self, user_id: str) -> str | None:
        actor = self._running.actor
        return actor.token_id if actor.user_id == user_id else None

    def _end_session_of_this_run(self) -> None:
        """Logging in twice in a run leaves one token: the one that the caller gets."""
        if self._running.answer.session is not None:
            self.log_out()

    def _ended(self, user_id: str) -> None:
        self._running.view.forget_things(USER, [user_id])
        self._running.services.distrust(user_id)
