"""What a step declares that leaves the database: mail, calls, slow arithmetic. No transaction is open meanwhile."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol, TypeVar

from offpage.accounts.actor import Actor
from offpage.accounts.throttle import Throttle
from offpage.actions.action import Action, Effect
from offpage.data.transfer.columns import Columns
from offpage.data.transfer.entry import Entry
from offpage.data.transfer.importing import Rules
from offpage.model.documents import AppSettings
from offpage.services.client_tokens import ClientTokens
from offpage.services.file_links import FileLinks
from offpage.services.files import Attached, Files, KeptFile
from offpage.services.http import Http, HttpClient
from offpage.services.mail import NO_MAIL, Mail
from offpage.store.imports import SoFar
from offpage.values.codec import Forms
from offpage.values.types import Type

if TYPE_CHECKING:
    from offpage.actions.context import StepContext
    from offpage.store.tx import Tx

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Services:
    """What steps have of the outside world, one set for each environment."""

    mail: Mail = NO_MAIL
    files: Files | None = None
    links: FileLinks | None = None
    http: Http = field(default_factory=HttpClient)
    client_tokens: ClientTokens = field(default_factory=ClientTokens)
    throttle: Throttle = field(default_factory=Throttle)
    distrust: Callable[[str], None] = lambda user_id: None
    """Called when log-ins of a user end: what is remembered of that user's tokens counts no more."""


class OpenedFile(NamedTuple):
    """A file of this app's storage that a step has read."""

    name: str
    content_type: str
    content: bytes
    attached: Attached | None = None


class Listener(Protocol):
    """A caller who listens while the run goes on."""

    run_id: str
    """The run's id, which the engine fills in."""

    @property
    def gone(self) -> bool:
        """Whether nobody listens any more."""
        ...

    async def tell(self, event: str, data: str) -> bool:
        """Send an event, and return once the caller's connection has taken it; no: nobody listens any more."""
        ...


class Imports(Protocol):
    """Writes the things of a file, piece by piece, each in a transaction of its own."""

    columns: Columns
    forms: Forms

    async def so_far(self) -> SoFar:
        """How far this step has come, perhaps before a crash."""
        ...

    async def write(self, entries: Sequence[Entry]) -> SoFar:
        """Write a piece, and that it is done; returns how far the step has come."""
        ...


class OutsideContext(Protocol):
    """The surroundings of a step while it is outside."""

    key: str
    """Idempotency key: the same whenever this step is repeated, after a crash too. Hand it to whoever can use it."""
    settings: AppSettings
    actor: Actor
    """Whom the step acts for."""
    ip: str
    """The caller's address, to count attempts by; "" where it is not known, or is that of an app's own server."""
    app_url: str
    mail: Mail
    throttle: Throttle
    services: Services
    listener: Listener | None
    """The caller, where that is somebody who listens."""

    def source(self, name: str, path: tuple[str, ...]) -> Any:
        """What `secret.X`, `app.url` and `env` give."""
        ...

    def sent(self, size: int) -> None:
        """Count so many bytes that went to the caller."""
        ...

    def hide(self, text: str) -> None:
        """Keep a text out of all records of this run."""
        ...

    def now(self) -> int:
        """The present moment in ms."""
        ...

    def read(self, segment: Callable[[Tx], T]) -> Awaitable[T]:
        """Read from the database, outside the run's transaction."""
        ...

    def open_file(self, address: str, most: int) -> Awaitable[OpenedFile]:
        """Read a file of this app's storage, of at most so many bytes. Raises StepError where that cannot be.

        A private one may be opened where whoever the step acts for may see the files of what it is attached to.
        """
        ...

    def find_file(self, address: str) -> Awaitable[KeptFile | None]:
        """A file of this app's storage, None where it is not there. Raises StepError for one of somewhere else.

        Raises StepError for a private one that whoever the step acts for may not open.
        """
        ...

    def imports(self, type_id: str, rules: Rules) -> Imports:
        """What writes the things of a file."""
        ...

    def compute(self, work: Callable[[], T]) -> Awaitable[T]:
        """Do slow arithmetic, such as hashing a password, in a thread of a small pool."""
        ...


class OutsideAction(Action):
    """An action in two halves: `reach` goes outside, `settle` puts what came back into the run's next segment."""

    effect: ClassVar[Effect] = Effect.OUTSIDE
    asks_others: ClassVar[bool] = True
    """Whether it needs other programs, so that what fails now may work later."""

    def prepare(self, step: StepContext) -> None:
        """Make ready, in the transaction, what takes the database to make."""
        return

    async def reach(self, step: OutsideContext) -> Any:
        """Go outside and return what `settle` needs. May be repeated after a crash, with the same key."""
        raise NotImplementedError

    def same(self) -> tuple[Sequence[Type], Sequence[Any]] | None:
        """What must not differ when the step is repeated after a crash: types and values. None: it is evaluated afresh."""
        return None

    def take_same(self, values: list[Any]) -> None:
        """Take back what `same` gave before the crash."""
        raise NotImplementedError

    def settle(self, step: StepContext, reached: Any) -> Any:
        """Return the step's result in Python form; may write to the database."""
        return reached

    def remark(self, reached: Any) -> str:
        """A sentence for the run's record on what the step did not do, and why; "" where there is nothing to say."""
        return ""
