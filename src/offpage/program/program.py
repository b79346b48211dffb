"""What runs: an app resolved, typed, compiled and frozen. Replacing it is one assignment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from offpage.actions.action import Action
from offpage.actions.block import BlockKind
from offpage.actions.connecting import CallRef
from offpage.actions.kinds import WorkflowRef
from offpage.data.privacy import Privacy
from offpage.data.things import Things
from offpage.expr.runtime import Runtime
from offpage.kernel.address import Address
from offpage.kernel.issues import Issue
from offpage.model.documents import App
from offpage.model.schema import Schema
from offpage.program.limits import Flow
from offpage.program.retrying import Retry
from offpage.program.signed import Dedupe, Verify
from offpage.sql.dialect import Dialect
from offpage.values.codec import Forms
from offpage.values.recurrence import Recurrence
from offpage.values.shapes import Interval
from offpage.values.types import Type

Closure = Callable[[Runtime], Any]


def as_it_is(value: Any) -> Any:
    """The value itself."""
    return value


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a workflow, in the order of its slots."""

    name: str
    type: Type
    optional: bool = False
    is_in: Literal["body", "query"] = "body"
    secret: bool = False
    trace: Callable[[Any], Any] = field(default=as_it_is, compare=False)
    """Makes its value ready for the record of a run."""


@dataclass(frozen=True, slots=True)
class BoundProp:
    """One property of a step, ready: `read` gives its value, `trace` makes that ready for the journal."""

    name: str
    read: Closure
    trace: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class BlockOf:
    """Where the steps inside a step stand in the workflow's code: from the next place to their end mark.

    `otherwise` is where those under `else` begin, `after` where the run goes on, `results` the slots of the steps
    inside.
    """

    kind: BlockKind
    otherwise: int
    after: int
    results: range


@dataclass(frozen=True, slots=True)
class Step:
    """One step, ready to run. `slot` is where its result goes (-1: nowhere).

    `one_statement`: a failure of its only statement undoes itself, so that SQLite needs no savepoint.
    `hides`: it takes or gives a text that no record may show.
    `on_failure`: the name of the workflow that is told when it fails. `timeout`: how many seconds it may be outside.
    `answers`: the types of what it adds to a JSON answer, by name.
    """

    index: int
    address: Address
    do: str
    name: str
    action: type[Action]
    props: tuple[BoundProp, ...]
    only_when: Closure | None = None
    slot: int = -1
    trace_result: Callable[[Any], Any] | None = None
    hides: bool = False
    go_on_after_error: bool = False
    on_failure: str = ""
    retry: Retry | None = None
    timeout: float | None = None
    one_statement: bool = False
    answers: Mapping[str, Type] = field(default_factory=dict)
    block: BlockOf | None = None
    closes: int = -1
    """Where the block begins that ends here: such a step is an end mark and does nothing else."""


@dataclass(frozen=True, slots=True)
class OfChange:
    """What a data_change workflow is about.

    `lists` are the list fields that it may ask for as they were before. `chain`: what it changes starts such
    workflows, too.
    """

    type_id: str
    lists: tuple[str, ...]
    chain: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """When a recurring workflow starts: by a cron, every so often, or (with `type_id`) as it is armed for a thing."""

    zone: str
    cron: str = ""
    every: Interval | None = None
    starts: int | None = None
    missed: Literal["once", "skip", "all"] = "once"
    type_id: str = ""
    own_zone: bool = False
    """Whether the workflow says its zone itself; else one that is armed keeps to that of whoever arms it."""

    def recurrence(self, anchor: int) -> Recurrence:
        """Its times; a period counts from `anchor`."""
        return Recurrence(self.zone, self.cron, self.every, 0 if self.cron else anchor)


@dataclass(frozen=True, slots=True)
class Workflow:
    """One backend workflow, ready to run. Its name is the last part of its URL.

    `steps` is its code: the steps in order, those inside a step between it and their end mark.
    """

    name: str
    path: str
    address: Address
    label: str
    trigger: str
    expose: bool
    auth: Literal["none", "user", "admin"]
    method: Literal["POST", "GET"]
    ignore_privacy: bool
    parameters: tuple[Parameter, ...]
    only_when: Closure | None
    steps: tuple[Step, ...]
    slot_types: tuple[Type, ...]
    return_200_if_skipped: bool = False
    response: Literal["json", "redirect"] = "json"
    streams: bool = False
    """Whether a step of it, or of an event that it calls, tells the caller something while the run goes on."""
    when_caller_leaves: Literal["continue", "cancel"] = "continue"
    redirect_success: str = ""
    redirect_error: str = ""
    locations: Mapping[str, Closure] = field(default_factory=dict)
    """Of the two addresses of a redirection those that are computed when a run has ended: `success`, `error`."""
    request_data: bool = False
    include_headers: bool = False
    run_seconds: float = 300.0
    uses_request: bool = False
    has_secrets: bool = False
    takes_files: tuple[int, ...] = ()
    """Which of its parameters are files."""
    enabled: bool = True
    returns: tuple[Parameter, ...] = ()
    """What a custom event gives back."""
    change: OfChange | None = None
    """What a workflow wants to know that starts when data changes."""
    plan: Plan | None = None
    """When a recurring workflow starts."""
    flow: Flow | None = None
    """How many of its runs there may be; None: as many as come."""
    verify: Verify | None = None
    """Who must have signed what comes in; None: it need not be signed."""
    dedupe: Dedupe | None = None
    """What tells its deliveries apart; None: each runs."""
    keeps_deliveries: bool = False
    """Whether what it is sent is kept as it came, to be run again."""
    ack_first: bool = False
    """Whether callers are answered once the call is stored, before it runs."""
    on_failure: str = ""
    """The workflow that follows a run that has failed."""
    priority: int = 0
    """-1 (high), 0 or 1 (low): which of the runs that are due come first."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The workflow that runs when a batch has ended: the slots its parameters look at, and a closure for each of them.

    While they are evaluated, the batch stands behind all other values.
    """

    workflow: str
    slots: Mapping[int, Type]
    parameters: tuple[Closure, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """An app that can run. `broken` names the workflows that cannot, with what is wrong in each."""

    definition: str
    app: App
    schema: Schema
    dialect: Dialect
    things: Things
    privacy: Privacy
    forms: Forms
    workflows: Mapping[str, Workflow]
    broken: Mapping[str, tuple[Issue, ...]] = field(default_factory=dict)
    watched: Mapping[str, tuple[Workflow, ...]] = field(default_factory=dict)
    """The workflows that start when data changes, by the data type that they are about."""
    flows: Mapping[str, Flow] = field(default_factory=dict)
    """The limits of the workflows that have some, by the workflow's name."""

    @property
    def watched_lists(self) -> dict[str, tuple[str, ...]]:
        """The types whose changes start workflows, each with the list fields that these may ask for as they were."""
        return {
            type_id: tuple({name for one in watching if one.change for name in one.change.lists})
            for type_id, watching in self.watched.items()
        }

    endings: Mapping[Address, Ending] = field(default_factory=dict)
    """What follows the ends of batches, by the address of the property that declares it."""
    secrets: frozenset[str] = frozenset()
    """The names of the secrets that its workflows use."""
    calls: Mapping[str, CallRef] = field(default_factory=dict)
    """The calls of its connectors by their names (`stripe.charge`), broken ones too."""
    references: Mapping[Address, str] = field(default_factory=dict)
    """The workflows that steps and handlers name, by the address of the place."""
    signatures: Mapping[str, WorkflowRef] = field(default_factory=dict)
    """What every workflow takes and gives, by its name, broken ones too."""
