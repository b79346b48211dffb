"""A run as a browser is told of it: in a list, with all that it did, or while it waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from offpage.accounts.users import by_id
from offpage.editor.moments import ms_of
from offpage.editor.run_shapes import RunError, RunRow, RunShown, StepEntry
from offpage.host.app_runner import AppRunner
from offpage.host.run_lines import line_view
from offpage.host.run_why import explain
from offpage.kernel.address import Address
from offpage.program.program import Program
from offpage.store.run_lists import RunLine
from offpage.store.tx import Tx

SAME: Final = (
    "id", "workflow", "state", "trigger", "actor", "user_id", "definition", "depth", "parent_id", "due_at",
)  # fmt: skip
"""What a record and a waiting run say alike."""


def row(program: Program, line: RunLine) -> RunRow:
    """A run of a list."""
    ms = None if line.finished_at is None else line.finished_at - line.started_at
    return msgspec.convert(line_view(line) | {"label": label_of(program, line.workflow), "ms": ms}, RunRow)


def of_record(tx: Tx, runner: AppRunner, record: dict[str, Any]) -> RunShown:
    """A run that has begun."""
    explained = explain(tx, record, runner.around.source)
    return RunShown(
        **{key: record[key] for key in SAME},
        workflow_path=_path_of(record["address"]),
        label=label_of(runner.program, record["workflow"]),
        user_label=_user_label(tx, record["user_id"]),
        is_current=record["definition"] == runner.program.definition,
        started_at=record["started_at"],
        finished_at=record["finished_at"],
        ms=_took(record),
        workload=record["workload"],
        parameters=record["parameters"] or {},
        journal=[_entry(one, record["address"], explained.steps) for one in record["journal"]],
        answer=record["answer"],
        error=_error(record["error"]),
        why=explained.why,
        can_retry=record["state"] == "failed",
    )


def of_waiting(tx: Tx, runner: AppRunner, waiting: dict[str, Any]) -> RunShown:
    """A run that waits in the queue."""
    doc = runner.program.app.workflows.get(waiting["workflow"])
    why = waiting["why"]
    return RunShown(
        **{key: waiting[key] for key in SAME},
        workflow_path="" if doc is None else doc.path,
        label=label_of(runner.program, waiting["workflow"]),
        user_label=_user_label(tx, waiting["user_id"]),
        is_current=waiting["definition"] == runner.program.definition,
        started_at=None,
        finished_at=None,
        ms=None,
        workload=0.0,
        parameters=waiting["parameters"] or {},
        journal=[],
        answer=None,
        error=None,
        why=f"It has not begun: {why}." if why else "It begins as soon as there is time for it.",
        can_retry=False,
    )


def _entry(entry: dict[str, Any], around: str, why_not: Mapping[Address, list[str]]) -> StepEntry:
    """A step of a journal, with where it stands in which workflow's file."""
    address: str = entry["address"]
    inside = [_entry(one, _around(one, around), why_not) for one in entry.get("steps", ())]
    known = {key: value for key, value in entry.items() if key in StepEntry.__struct_fields__ and key != "steps"}
    path = [int(one) if one.isdigit() else one for one in address.removeprefix(f"{around}/").split("/")]
    return StepEntry(**known, workflow_path=_path_of(around), path=path, why_not=why_not.get(address, []), steps=inside)


def _around(entry: dict[str, Any], around: str) -> str:
    """The address of the workflow that a step stands in: that of its caller, or of the event that was called."""
    address: str = entry["address"]
    return around if address.startswith(f"{around}/") else address.partition("/steps/")[0]


def _path_of(address: str) -> str:
    return address.removeprefix("workflows/")


def label_of(program: Program, name: str) -> str:
    """What a workflow is called."""
    doc = program.app.workflows.get(name)
    return doc.label or name if doc is not None else name


def _user_label(tx: Tx, user_id: str | None) -> str:
    account = by_id(tx, user_id)
    return (account and account.email) or user_id or ""


def _error(error: Mapping[str, Any] | None) -> RunError | None:
    return None if error is None else RunError(str(error["code"]), str(error["message"]))


def _took(line: Mapping[str, Any]) -> int | None:
    if line["finished_at"] is None:
        return None
    return ms_of(line["finished_at"]) - ms_of(line["started_at"])
