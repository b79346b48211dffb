"""What an expression gives, with the values that a run had."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from time import monotonic
from typing import Any, Final, NamedTuple

from offpage.data.onlooker import Onlooker
from offpage.expr.closure import compile_closure
from offpage.expr.ir import Hole, Ir, Reach, Source
from offpage.expr.nodes import nodes
from offpage.expr.scope import Scope
from offpage.host.app_runner import AppRunner
from offpage.host.one_run import record_of
from offpage.kernel.errors import InvalidData
from offpage.model.documents import StepDoc
from offpage.program.program import Program
from offpage.program.tracing import HIDDEN, tracer
from offpage.program.workflow import request_sample
from offpage.store import run_lists
from offpage.store.failures import Interrupted
from offpage.store.run_lists import RunFilter
from offpage.store.tx import Tx
from offpage.values.codec import from_json
from offpage.values.types import Type

SECONDS: Final = 2.0
"""How long a preview may take: whoever types does not wait for more."""

THIS: Final = "this"

NOTHING: Final[Mapping[str, str]] = {}


class Previewed(NamedTuple):
    """A value as JSON, and the run whose values it was computed with; "" where there is none.

    `sample`: its request is the one that was detected, for the record of a run does not keep any.
    """

    value: Any
    run_id: str
    note: str = ""
    sample: bool = False


def preview(
    tx: Tx, runner: AppRunner, ir: Ir, scope: Scope, workflow: str, run_id: str, things: Mapping[str, str] = NOTHING
) -> Previewed:
    """Compute an expression, privacy rules as for the run's user. What a run did not have is empty.

    `things`: ids that stand for names, or for `this`, instead of what the run had. Raises InvalidData for one that cannot.
    """
    program = runner.program
    found = list(nodes(ir))
    if any(isinstance(one, Hole) for one in found):
        return Previewed(None, "", "It has a problem.")
    if any(isinstance(one, Reach) for one in found):
        return Previewed(None, "", "No call is made for a preview.")
    record = _record(tx, workflow, run_id)
    values = _values(program, scope, record, workflow)
    for name, thing_id in things.items():
        of = _type_of(scope, name)
        if not program.things.exists(tx, of.of, [thing_id]):
            return Previewed(None, "", f"There is no {of} with the id {thing_id[:100]}.")
        if name != THIS:
            values[scope.names[name].slot] = thing_id

    doc = program.app.workflows.get(workflow)
    request = (request_sample(doc) if doc else None) or {}

    def source(name: str, path: tuple[str, ...]) -> Any:
        if name == "secret":
            return HIDDEN
        return request.get(path[0]) if name == "request" else runner.around.source(name, path)

    onlooker = Onlooker(
        tx, program.things, program.privacy, program.forms,
        user_id=record.get("user_id"), sees_all=record.get("actor", "admin") == "admin",
        now=runner.machine.clock.now(), source=source, values=values,
    )  # fmt: skip
    onlooker.this = things.get(THIS)
    asks = [one.path[0] for one in found if isinstance(one, Source) and one.name == "request"]
    if note := _lacking(asks, request):
        return Previewed(None, str(record.get("id", "")), note)
    tx.deadline = monotonic() + SECONDS
    try:
        value = compile_closure(ir, program.schema, program.dialect, program.privacy)(onlooker)
    except Interrupted:
        return Previewed(None, str(record.get("id", "")), f"It takes longer than a preview may ({SECONDS:g} s).")
    finally:
        tx.deadline = None
    return Previewed(tracer(ir.type, program.forms)(value), str(record.get("id", "")), sample=bool(asks))


def _lacking(asks: Sequence[str], request: Mapping[str, Any]) -> str:
    """Why there is no preview of an expression that asks for these parts of the request; "" where the sample has them."""
    if asks and not request:
        return "A run's record does not keep the request. Use “Detect data” at the trigger: a preview has that sample then."
    part = next((one for one in asks if one not in request), "")
    return f"The request that was detected has no `{part}`: a sample is a body and headers." if part else ""


def _type_of(scope: Scope, name: str) -> Type:
    """The type of the thing that a name stands for."""
    named = scope.names.get(name)
    of = scope.this if name == THIS else None if named is None else named.type
    if of is None or of.kind != "thing" or of.is_list:
        raise InvalidData(f"`things`: {name[:100]} is no thing here.")
    return of


def _record(tx: Tx, workflow: str, run_id: str) -> Mapping[str, Any]:
    """The run that is meant, or the last one of the workflow; nothing where there is none."""
    if not run_id:
        latest = run_lists.lines(tx, RunFilter(workflow=workflow), limit=1) if workflow else []
        if not latest:
            return {}
        run_id = latest[0].id
    return record_of(tx, run_id) or {}


def _values(program: Program, scope: Scope, record: Mapping[str, Any], workflow: str) -> list[Any]:
    """The values of the slots, as far as the run's record tells them."""
    values: list[Any] = [None] * (max((one.slot for one in scope.names.values()), default=-1) + 1)
    known = dict(record.get("parameters") or {})
    doc = program.app.workflows.get(workflow)
    names = {one.address: one.name for one in _steps(doc.steps)} if doc is not None else {}
    for entry in _entries(record.get("journal") or []):
        name = names.get(entry.get("address", ""), "")
        if name and "result" in entry:
            known[name] = entry["result"]
    for name, named in scope.names.items():
        values[named.slot] = _value(program, named.type, known.get(name))
    return values


def _value(program: Program, of: Type, shown: Any) -> Any:
    """A value out of a record; None where it was cut there, or hidden."""
    if shown is None or shown == HIDDEN or of.kind in ("record", "batch", "unknown"):
        return None
    try:
        return from_json(of, shown, program.forms)
    except InvalidData:
        return None


def _steps(docs: tuple[StepDoc, ...]) -> Iterator[StepDoc]:
    for doc in docs:
        yield doc
        yield from _steps(doc.steps)
        yield from _steps(doc.otherwise)


def _entries(journal: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for entry in journal:
        yield entry
        yield from _entries(entry.get("steps") or [])
