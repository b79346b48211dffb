"""What a browser is told of runs."""

from __future__ import annotations

from typing import Any

import msgspec


class RunError(msgspec.Struct):
    """How a run or a step went wrong."""

    code: str
    message: str


class RunRow(msgspec.Struct):
    """A run in a list. `seq` is the place to go on from; `ms` how long it took, None while it goes on."""

    seq: int
    id: str
    workflow: str
    label: str
    trigger: str
    state: str
    actor: str
    user_id: str | None
    parent_id: str | None
    due_at: str | None
    started_at: str
    finished_at: str | None
    ms: int | None
    workload: float
    error: RunError | None


class RunPage(msgspec.Struct):
    """A piece of a list. `cursor`: give it as `before` to go on; None: there is no more."""

    lines: list[RunRow]
    cursor: int | None


class RunOutline(msgspec.Struct):
    """A list as a whole. `marks`: the `seq` that each page of `every` runs begins with; `more`: others are not counted."""

    total: int
    more: bool
    every: int
    marks: list[int]


class StepEntry(msgspec.Struct, omit_defaults=True):
    """What one step did. `path` is its place in the workflow's file; `why_not` says why its condition was no.

    `taken`: it was not done, but its result comes from the earlier run that this one goes on from.
    """

    address: str
    workflow_path: str
    path: list[str | int]
    step: int
    do: str
    state: str = ""
    at: float = 0.0
    ms: float = 0.0
    workload: float = 0.0
    condition: bool | None = None
    inputs: dict[str, Any] = {}
    result: Any = None
    error: dict[str, Any] | None = None
    event: str = ""
    condition_of_event: bool | None = None
    round: int | None = None
    rounds: int | None = None
    items: int | None = None
    failures: int | None = None
    attempts: int | None = None
    failed_attempts: list[dict[str, Any]] = []
    why_not: list[str] = []
    taken: bool = False
    steps: list[StepEntry] = []


class RunShown(msgspec.Struct):
    """A run with all that is known of it. `why`: why it did not run, failed or waits, in words; "" where all is well."""

    id: str
    workflow: str
    workflow_path: str
    label: str
    state: str
    trigger: str
    actor: str
    user_id: str | None
    user_label: str
    definition: str
    is_current: bool
    depth: int
    parent_id: str | None
    due_at: str | None
    started_at: str | None
    finished_at: str | None
    ms: int | None
    workload: float
    parameters: dict[str, Any]
    journal: list[StepEntry]
    answer: dict[str, Any] | None
    error: RunError | None
    why: str
    can_retry: bool


class WhyNothing(msgspec.Struct):
    """What keeps a workflow from running, a sentence each."""

    reasons: list[str]
