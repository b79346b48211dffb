"""Workflows and an engine in memory, for tests of what HTTP makes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from offpage.accounts.actor import ADMIN, Actor
from offpage.accounts.tokens import Tokens
from offpage.engine.calls import Answer, ApiCall, Outcome, RunStatus
from offpage.kernel.clock import VirtualClock
from offpage.model.documents import ApiSettings, AppSettings, Limits
from offpage.model.reader import read_files
from offpage.program.program import Parameter, Program, Workflow
from offpage.program.resolve import resolve
from offpage.services.files import Files
from offpage.sql.sqlite import SQLITE
from offpage.store.tx import Database
from offpage.values.types import FILE_KINDS
from offpage.web.app import Application, application
from offpage.web.detect import Listening
from offpage.web.rate import Rate
from offpage.web.serving import Environment, Site

RUN_ID = "1700000000000x123456789012345678"
TOKEN = "A" * 32

_APP, _ = read_files({"app.yaml": "name: Test\n", "workflows/order.yaml": "trigger: api\nauth: none\nsteps: []\n"})
_PROGRAM, _ = resolve(_APP, "d", SQLITE)
PLAIN = _PROGRAM.workflows["order"]
"""A workflow `order` that everybody may POST to and that does nothing."""


def workflow(*parameters: Parameter, **changes: Any) -> Workflow:
    """A workflow with these parameters."""
    files = tuple(at for at, one in enumerate(parameters) if one.type.kind in FILE_KINDS)
    return replace(PLAIN, parameters=parameters, takes_files=files, **changes)


def program(*workflows: Workflow, limits: Limits | None = None, api: bool = True) -> Program:
    """A program with these workflows and nothing else."""
    settings = AppSettings(limits=limits or Limits(), api=ApiSettings(workflows=api))
    app = replace(_PROGRAM.app, settings=settings, workflows={})
    return replace(_PROGRAM, app=app, workflows={one.name: one for one in workflows})


class MemoryEngine:
    """An engine that runs nothing: it remembers its calls and answers as told."""

    def __init__(self, program: Program, outcome: Outcome | Exception | None = None) -> None:
        self.program = program
        self.outcome = outcome or Outcome(RUN_ID, "finished")
        self.calls: list[ApiCall] = []
        self.accepted: list[ApiCall] = []
        self.status: RunStatus | None = None

    async def call(self, call: ApiCall) -> Outcome:
        """Remember a call."""
        self.calls.append(call)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

    async def accept(self, call: ApiCall) -> str:
        """Remember a call for later."""
        self.accepted.append(call)
        return RUN_ID

    async def keep_delivery(self, workflow: str, size: int, content: str) -> str:
        """Keep nothing."""
        return RUN_ID

    async def is_repeated(self, call: ApiCall) -> bool:
        """Whether it has had a call with this key."""
        return call.idempotency is not None and any(one.idempotency == call.idempotency for one in self.calls)

    async def run_status(self, run_id: str) -> RunStatus | None:
        """The status it was given."""
        return self.status if self.status and self.status.run_id == run_id else None


class OneToken(Tokens):
    """Knows one API token, without a database."""

    def __init__(self) -> None:
        database: Database = None  # type: ignore[assignment]
        super().__init__(database, VirtualClock())

    async def actor(self, secret: str) -> Actor | None:
        """The administrator, for the one token."""
        return ADMIN if secret == TOKEN else None


def answering(**answer: Any) -> Outcome:
    """A finished run with this answer."""
    return Outcome(RUN_ID, "finished", Answer(**answer))


def served(
    engine: MemoryEngine,
    *,
    listening: Listening | None = None,
    files: Files | None = None,
    now: Callable[[], float] = lambda: 0.0,
) -> Application:
    """The application that serves an engine as both environments."""
    environment = Environment("development", engine, OneToken(), files, listening, Rate(now))
    return application(Site(environment, environment))
