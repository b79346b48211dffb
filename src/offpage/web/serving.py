"""What the web layer is given by whoever composes the server: the environments, and what each has."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from offpage.accounts.tokens import Tokens
from offpage.actions.connecting import SourceOf
from offpage.engine.calls import ApiCall, Outcome, RunStatus
from offpage.kernel.clock import SystemClock
from offpage.kernel.errors import OffpageError, StorageFailed, StoreError
from offpage.kernel.events import Events
from offpage.program.program import Program
from offpage.services.file_links import FileLinks
from offpage.services.files import Files
from offpage.web.data_access import DataAccess
from offpage.web.detect import Listening
from offpage.web.figures import Figures
from offpage.web.rate import Rate
from offpage.web.reply import Reply, Send
from offpage.web.request import Request


class Engine(Protocol):
    """What runs workflows. A reload assigns its program."""

    @property
    def program(self) -> Program:
        """What runs now."""
        ...

    async def call(self, call: ApiCall) -> Outcome:
        """Run a workflow now and tell how it ended."""
        ...

    async def accept(self, call: ApiCall) -> str:
        """Keep a call to be run soon, durably, and return its run's id."""
        ...

    async def keep_delivery(self, workflow: str, size: int, content: str) -> str:
        """Keep what a webhook was sent; returns the id that its run is to have."""
        ...

    async def is_repeated(self, call: ApiCall) -> bool:
        """Whether the same call was made before, with the same Idempotency-Key."""
        ...

    async def run_status(self, run_id: str) -> RunStatus | None:
        """How far a run has come; None where there is no such run."""
        ...


async def no_figures() -> Figures:
    """For what has none."""
    return Figures()


async def no_check() -> None:
    """For what needs no database."""


def no_source(name: str, path: tuple[str, ...]) -> Any:
    """For who has no secrets."""
    return None


@dataclass(slots=True)
class Environment:
    """What answers in live, or in development."""

    name: Literal["live", "development"]
    engine: Engine
    tokens: Tokens
    files: Files | None = None
    listening: Listening | None = None
    rate: Rate = field(default_factory=Rate)
    data: DataAccess | None = None
    fingerprint_key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    """What the hashes of requests that hold passwords are made with. Who does not know it cannot compare guesses."""

    source: SourceOf = no_source
    """What `secret.X` and `app.url` give."""
    now: Callable[[], int] = SystemClock().now
    """The moment, in ms since 1970."""

    links: FileLinks | None = None

    check: Callable[[], Awaitable[object]] = no_check
    """Asks the database whether it is there; raises OffpageError."""

    figures: Callable[[], Awaitable[Figures]] = no_figures
    """What /metrics tells; raises OffpageError where the database is away."""

    def shown(self, error: OffpageError) -> OffpageError:
        """An error as callers may read it: those of the live app do not get a database driver's own words, nor a bucket's."""
        if self.name == "development":
            return error
        for hidden in (StoreError, StorageFailed):
            if type(error) is hidden:
                return hidden(**error.details)
        return error


class EditorPages(Protocol):
    """The web editor."""

    async def __call__(self, request: Request, rest: str, send: Send) -> Reply | None:
        """Answer a request; `rest` is the path behind `/editor`. None: the answer has been sent already."""
        ...


@dataclass(frozen=True, slots=True)
class Call:
    """One call that was answered: its path without the query, which may hold a token, and why it did not work."""

    method: str
    path: str
    status: int
    ms: float
    reason: str = ""


@dataclass(slots=True)
class Site:
    """Everything that one server serves. `live` is what answers without a prefix.

    `development` answers under `/version-test/`; both may be the same environment. None: not served.
    """

    live: Environment | None
    development: Environment | None
    events: Events = field(default_factory=Events)
    heard: Callable[[Call], None] | None = None
    """Hears of every call once it has been answered; None: nobody listens."""
    editor: EditorPages | None = None
    """What answers under /editor/; None: there is no editor here."""
    stopping: list[Callable[[], None]] = field(default_factory=list)
    """What is called, in the loop's thread, once the server stops: streams that would go on for ever end."""
    held: Environment | None = None
    """What will be live again in a moment, while its tables change."""
    opens: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when it is."""
    elsewhere: bool = False
    """Whether another process serves the development version."""

    def environment(self, branch: str) -> Environment | None:
        """The environment of a path's branch: "" and `live`, or `test`; None where there is none."""
        if branch in ("", "live"):
            return self.live or self.held
        return self.development if branch == "test" else None

    async def answering(self, branch: str) -> Environment | None:
        """The same, once it answers: where live is held, this waits until it goes on."""
        if branch in ("", "live") and self.live is None and self.held is not None:
            await self.opens.wait()
        return self.environment(branch)

    def hold(self) -> None:
        """Let requests to live wait from now on. Those that have begun go on."""
        if self.live is not None:
            self.held, self.live = self.live, None
            self.opens.clear()

    def release(self) -> None:
        """Let live answer again."""
        if self.held is not None:
            self.live, self.held = self.held, None
            self.opens.set()
