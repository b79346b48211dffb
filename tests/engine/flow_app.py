"""An app with limits: its outside step holds runs until the test lets them go, and counts how many are in it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import ClassVar

from offpage.actions.action import Prop, Static
from offpage.actions.catalogue import actions
from offpage.actions.context import StepContext
from offpage.actions.kinds import TEXT_VALUE
from offpage.actions.outside import OutsideAction, OutsideContext
from offpage.engine.dispatch import Dispatcher
from offpage.values.types import TEXT, Type
from tests.engine.conftest import Bench


class Work(OutsideAction):
    """Be outside until the test lets it go."""

    inside: ClassVar[dict[str, int]] = {}
    most: ClassVar[dict[str, int]] = {}
    begun: ClassVar[list[str]] = []
    gate: ClassVar[asyncio.Event | None] = None

    name = Prop(TEXT_VALUE, "Name")
    kind = Prop(TEXT_VALUE, "Of which key", required=False)

    @classmethod
    def gives(cls, static: Static) -> Type:
        return TEXT

    async def reach(self, step: OutsideContext) -> str:
        kind, name = str(self.kind), str(self.name)
        Work.begun.append(name)
        Work.inside[kind] = Work.inside.get(kind, 0) + 1
        Work.most[kind] = max(Work.most.get(kind, 0), Work.inside[kind])
        try:
            if Work.gate is not None:
                await Work.gate.wait()
            else:
                await asyncio.sleep(0)
        finally:
            Work.inside[kind] -= 1
        return name

    def settle(self, step: StepContext, reached: str) -> str:
        return reached


@contextlib.contextmanager
def working() -> Iterator[None]:
    """The action `work`, as an installed package would bring it."""
    known = actions()
    known[Work.do()] = Work
    Work.inside, Work.most, Work.begun, Work.gate = {}, {}, [], None
    yield
    del known[Work.do()]


ORDER = """
auth: none
parameters: {name: text, kind: {type: text, optional: yes}}
"""

STEPS = """
steps:
  - {do: work, as: done, with: {name: =name, kind: =kind}}
  - {do: create_thing, with: {type: log, set: {text: =name, kind: =kind}}}
  - {do: return_data, with: {values: {name: =done}}}
"""

PURE = """
steps:
  - {do: create_thing, with: {type: log, set: {text: =name, kind: =kind}}}
"""

LOG = "label: Log\nfields: {text: text, kind: text}\n"

LATER = """
auth: none
parameters: {names: list of text, kind: {type: text, optional: yes}}
steps:
  - do: for_each
    as: one
    with: {list: =names}
    steps:
      - {do: schedule_workflow, with: {workflow: go, parameters: {name: =one, kind: =kind}}}
"""

LISTED = """
auth: none
parameters: {names: list of text, kind: {type: text, optional: yes}}
steps:
  - {do: schedule_on_list, with: {list: =names, workflow: go, parameters: {name: =this, kind: =kind}}}
"""


def files(limits: str, steps: str = STEPS, **more: str) -> dict[str, str]:
    """The app's files; `go` is the workflow with limits, `later` and `listed` schedule it."""
    return {
        "types/log.yaml": LOG,
        "workflows/go.yaml": ORDER + limits + steps,
        "workflows/later.yaml": LATER,
        "workflows/listed.yaml": LISTED,
        **more,
    }


@contextlib.asynccontextmanager
async def serving(app: Bench) -> AsyncIterator[Dispatcher]:
    """Its dispatcher at work."""
    dispatcher = app.dispatcher()
    await dispatcher.start()
    try:
        yield dispatcher
    finally:
        if Work.gate is not None:
            Work.gate.set()
        app.engine.stop_taking()
        await dispatcher.stop()
        await app.engine.stop(5)


def waiting(app: Bench) -> list[str]:
    """The states of what is in the queue."""
    return [row[0] for row in app.database.read(lambda tx: tx.rows("SELECT state FROM op_queue ORDER BY due_at, id"))]


def states(app: Bench, workflow: str = "go") -> list[str]:
    """The states of the recorded runs of a workflow, oldest first."""
    rows = app.database.read(lambda tx: tx.rows("SELECT workflow, state FROM op_runs ORDER BY seq"))
    return [state for name, state in rows if name == workflow]


def left(app: Bench) -> dict[str, int]:
    """How many rows the tables of flow control have."""
    tables = ("op_places", "op_lines", "op_gates")
    found: dict[str, int] = {}
    for name in tables:
        text = f"SELECT count(*) FROM {name}"
        found[name] = app.database.read(lambda tx, text=text: int(tx.rows(text)[0][0]))  # type: ignore[misc]
    return found
