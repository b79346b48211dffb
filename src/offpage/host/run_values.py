"""What stood in the slots of a run at one of its steps, as far as its record tells.

A record is made for people: long values are cut in it, secrets masked, rounds of loops left out. What it does not tell
is not guessed: such a slot is not among those that are given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from offpage.kernel.address import Address
from offpage.kernel.errors import InvalidData, InvalidEmail
from offpage.program.program import Program, Workflow
from offpage.program.tracing import CUT, HIDDEN
from offpage.values.codec import Forms, from_json
from offpage.values.types import Type

Entry = Mapping[str, Any]

NOT_KEPT = object()
"""Stands for what the record does not tell."""


def values_at(program: Program, workflow: Workflow, record: Mapping[str, Any], address: Address) -> dict[int, Any]:
    """Values by slot, in Python form: parameters, and the results of the steps before the one at `address`."""
    found: dict[int, Any] = {}
    given = record["parameters"] or {}
    for slot, one in enumerate(workflow.parameters):
        if workflow.change is None or one.name != "before":  # a thing as it was: it is another one now
            _keep(found, slot, one.type, given.get(one.name), program.forms)
    slots = {step.address: step.slot for step in workflow.steps if step.slot >= 0}
    for entry in _before(record["journal"], address):
        slot = slots.get(entry["address"], -1)
        if slot >= 0:
            _keep(found, slot, workflow.slot_types[slot], entry.get("result"), program.forms)
    return found


def entry_at(journal: Sequence[Entry], address: Address) -> Entry | None:
    """The last entry of a step."""
    found = [one for one in flat(journal) if one["address"] == address]
    return found[-1] if found else None


def flat(journal: Sequence[Entry]) -> Iterator[Entry]:
    """All entries, each before those inside it."""
    for entry in journal:
        yield entry
        yield from flat(entry.get("steps", ()))


def _before(journal: Sequence[Entry], address: Address) -> Iterator[Entry]:
    """The entries before that of a step, all of them if it has none."""
    last = entry_at(journal, address)
    for entry in flat(journal):
        if entry is last:
            return
        yield entry


def _keep(found: dict[int, Any], slot: int, of: Type, raw: Any, forms: Forms) -> None:
    value = _value(of, raw, forms)
    if value is NOT_KEPT:
        found.pop(slot, None)
    else:
        found[slot] = value


def _value(of: Type, raw: Any, forms: Forms) -> Any:
    if _is_cut(raw):
        return NOT_KEPT
    try:
        return from_json(of, raw, forms)
    except (InvalidData, InvalidEmail, KeyError):  # what a record has no form for: a file that was sent, a record
        return NOT_KEPT


def _is_cut(raw: Any) -> bool:
    """Whether something was left out of what is shown of a value."""
    match raw:
        case str():
            return HIDDEN in raw or f"{CUT} (" in raw
        case list():
            return any(map(_is_cut, raw))
        case dict():
            return CUT in raw or any(map(_is_cut, raw.values()))
    return False
