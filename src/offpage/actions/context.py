"""What a running action may touch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from offpage.accounts.actor import Actor
from offpage.accounts.users import Account
from offpage.actions.kinds import ThingRef, ThingRefs, Typed
from offpage.actions.scheduling import Completion, ItemArguments, Listed, Order, Pace
from offpage.data.assignment import Assignments
from offpage.model.documents import AppSettings
from offpage.store.tx import Tx
from offpage.values.records import Record


class StepThings(Protocol):
    """The things of the app, in the transaction of the step."""

    def create(self, assignments: Assignments) -> str:
        """Create one thing and return its id."""
        ...

    def change(self, thing: ThingRef | None, assignments: Assignments) -> str | None:
        """Change one thing; None, and nothing happens, when there is no such thing."""
        ...

    def change_list(self, things: ThingRefs, assignments: Assignments) -> list[str]:
        """Change many things alike; returns the ids of those that there were."""
        ...

    def load(self, things: ThingRefs) -> None:
        """Read many things at once, before they are asked for one by one."""
        ...

    def delete(self, things: ThingRefs) -> int:
        """Delete things and the references to them; returns how many there were."""
        ...

    def copy(self, things: ThingRefs) -> list[str]:
        """Copy things with their list fields; returns the new ids in the same order."""
        ...

    def set_slug(self, thing: ThingRef, text: str) -> str:
        """Give a thing a slug made from `text`; returns what it became."""
        ...


class StepAccounts(Protocol):
    """Users and their log-ins, in the transaction of the step."""

    def create(self, email: str, fields: Assignments, password_hash: str | None) -> str:
        """Create a user and return its id. `fields` is a value of the kind USER_FIELDS. Raises EmailTaken."""
        ...

    def by_email(self, email: str | None) -> Account | None:
        """The account with this e-mail, in its normal form."""
        ...

    def by_id(self, user_id: str | None) -> Account | None:
        """The account of a user."""
        ...

    def log_in(self, account: Account, *, stay: bool) -> str:
        """Log a user in: the later steps act for the user, and the answer has a token. Returns the user's id."""
        ...

    def log_out(self) -> None:
        """Log the current user out: the token that was shown is revoked, and the later steps act for nobody."""
        ...

    def log_out_others(self, user_id: str) -> int:
        """End a user's log-ins except the one of this call; returns how many there were."""
        ...

    def set_password(self, user_id: str, password_hash: str, *, temporary: bool = False) -> None:
        """Give a user another password. The user's log-ins end, except the one of this call."""
        ...

    def set_email(self, user_id: str, email: str) -> None:
        """Give a user another e-mail, which is not confirmed then. Raises EmailTaken."""
        ...

    def confirm(self, user_id: str, confirmed: bool) -> None:
        """Note whether the user's e-mail is confirmed."""
        ...


class StepSchedule(Protocol):
    """Workflows that run later, scheduled in the transaction of the step."""

    def once(
        self,
        order: Order,
        values: Sequence[Any],
        *,
        key: str | None = None,
        on_conflict: str = "replace",
        cancel_with: str | None = None,
    ) -> Record:
        """Let a workflow run once; returns the run as a record. Raises StepError where one waits under the key."""
        ...

    def on_list(
        self, order: Order, listed: Listed, arguments: ItemArguments, pace: Pace, on_complete: Completion | None
    ) -> Record:
        """Let a workflow run for every item of a list; returns the batch as a record."""
        ...

    def cancel(self, ids: Sequence[str]) -> int:
        """Cancel runs that wait; returns how many. Ids of which none waits are passed over."""
        ...


class StepRecurring(Protocol):
    """Workflows that start again and again for a thing, armed in the transaction of the step."""

    def arm(self, workflow: str, thing_id: str, every: str, starts: int | None) -> int | None:
        """Let a workflow start for a thing every so often; returns when it does next. Raises StepError."""
        ...

    def disarm(self, workflow: str, thing_id: str) -> None:
        """Let it start for the thing no more."""
        ...


class StepContext(Protocol):
    """The surroundings of one step."""

    key: str
    """Idempotency key of this step: the same whenever it is repeated."""
    tx: Tx
    actor: Actor
    """Whom the step acts for."""

    @property
    def settings(self) -> AppSettings:
        """The app's settings."""
        ...

    @property
    def accounts(self) -> StepAccounts:
        """Users and their log-ins."""
        ...

    @property
    def things(self) -> StepThings:
        """The things of the app."""
        ...

    @property
    def schedule(self) -> StepSchedule:
        """Workflows that run later."""
        ...

    @property
    def recurring(self) -> StepRecurring:
        """Workflows that start again and again for a thing."""
        ...

    def now(self) -> int:
        """The present moment in ms."""
        ...

    def count_written(self, things: int) -> None:
        """Count things as workload that this step has written outside of its transaction."""
        ...

    def check_time(self) -> None:
        """Raise TimedOut when the run has taken too long; call it inside long loops."""
        ...

    def answer_values(self, values: Mapping[str, Typed]) -> None:
        """Add values to the JSON answer; a later value of the same name replaces the earlier."""
        ...

    def text_of(self, one: Typed) -> str:
        """A value as people read it."""
        ...

    def shown(self, one: Typed) -> Any:
        """A value as it stands in a JSON answer."""
        ...

    def answer_text(self, text: str, content_type: str) -> None:
        """Answer with text instead of JSON."""
        ...

    def answer_with(self, status: int | None, headers: Mapping[str, str]) -> None:
        """Set the answer's status and further headers."""
        ...

    def end(self, values: Mapping[str, Typed]) -> None:
        """End the run after this step, without an error. In a custom event: end the event, with these values."""
        ...

    def trigger_event(self, name: str, parameters: Sequence[Any], ignore_privacy: bool | None) -> None:
        """Do the steps of a custom event after this one, before the next. None: privacy counts as it does now."""
        ...
