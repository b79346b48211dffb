"""What a rerun does once more that others notice: mails, calls, files, workflows that start; read from a run's journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from offpage.actions.action import Action, Effect, Repeats
from offpage.engine.journal import Entry

NOT_SENT: Final = frozenset(
    {"address", "certificate", "header", "log_in", "not_allowed", "recipient", "refused", "token"}
)
"""Why a step failed that did nothing outside; a call did that was redirected before it failed so."""

REDIRECTED: Final = range(300, 400)

ANSWERED: Final = "answer"
"""Why a step failed that the other side has answered with an error: it knows of it."""

REFUSED: Final = frozenset({*range(400, 500), 501, 503, 505, 511})
"""The statuses of those that did not do it. Others come from servers that broke off, or from those in between that wait no more."""

TELLING: Final = ("to", "subject", "summary", "call", "url", "file", "workflow", "user")
"""The properties that say best what a step was about."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """A step that is done once more. `place` is its way through the journal's code: (event or "", under `else`, index)s.

    `what` are the properties that tell it apart, masked and cut as the journal has them. `certain`: it was done before;
    else it may have been. `times`: how often, or, where the journal shows not all (`or_more`), how often at least.
    `same_key`: with the same idempotency key, so that the other side can tell.
    """

    place: tuple[tuple[str, bool, int], ...]
    do: str
    kind: Repeats
    what: Mapping[str, Any]
    certain: bool
    times: int = 1
    or_more: bool = False
    same_key: bool = False


def from_the_start(journal: list[Entry], actions: Mapping[str, type[Action]]) -> list[Repeated]:
    """What a run does once more that begins anew: all that it has done."""
    return _counted(_all(journal, actions, (), "", hidden=False))


def from_the_failed_step(journal: list[Entry], actions: Mapping[str, type[Action]], *, outside: bool) -> list[Repeated]:
    """What a run does once more that goes on at the step that failed: that step, if it had been `outside`."""
    if not outside:
        return []
    found = [one for one in _all(_last(journal), actions, (), "", hidden=False) if one.kind != "data"]
    return [
        Repeated(one.place, one.do, one.kind, one.what, one.certain, one.times, one.or_more, same_key=True)
        for one in found
    ]


def _last(journal: list[Entry]) -> list[Entry]:
    """The journal with its last entry alone, and so on within it: what the run was doing."""
    if not journal:
        return []
    entry = journal[-1]
    return [{**entry, "steps": _last(entry["steps"])} if "steps" in entry else entry]


def _all(
    journal: list[Entry],
    actions: Mapping[str, type[Action]],
    around: tuple[tuple[str, bool, int], ...],
    event: str,
    *,
    hidden: bool,
) -> Iterator[Repeated]:
    for entry in journal:
        if entry["do"] == "transaction" and entry.get("state") == "failed":  # nothing of it was kept
            continue
        place = (*around, (event, bool(entry.get("else")), entry["step"]))
        action = actions.get(entry["do"])
        done = None if action is None else _done(entry, action)
        if action is not None and done is not None:
            kind: Repeats | None = action.repeats or ("data" if action.effect is Effect.DATABASE else None)
            if kind is not None:
                yield Repeated(place, entry["do"], kind, _told(entry), done, or_more=hidden)
        if "steps" in entry:
            rounds = entry.get("rounds", 0)
            left_out = rounds > len({one.get("round") for one in entry["steps"]})
            yield from _all(entry["steps"], actions, place, entry.get("event", ""), hidden=hidden or left_out)


def _done(entry: Entry, action: type[Action]) -> bool | None:
    """Whether a step was done: True, False where that is not known, None where it was not."""
    state = entry.get("state")
    if state == "done" or entry.get("reached"):
        return True
    if action.effect is not Effect.OUTSIDE or state not in ("failed", "outside"):
        return None
    error = entry.get("error", {})
    why, status = error.get("why"), error.get("answer_status")
    if "inputs" not in entry or (state != "outside" and why is None):
        return None
    nothing_done = status in REFUSED if why == ANSWERED else why in NOT_SENT and status not in REDIRECTED
    return None if nothing_done else False


def _told(entry: Entry) -> dict[str, Any]:
    inputs = entry.get("inputs", {})
    return {name: inputs[name] for name in TELLING if inputs.get(name) not in (None, "", [])}


def _counted(found: Iterator[Repeated]) -> list[Repeated]:
    """Those of the same step that say the same, as one."""
    times: dict[Any, list[Repeated]] = {}
    for one in found:
        times.setdefault((one.place, one.certain, repr(one.what) if one.kind != "data" else ""), []).append(one)
    return [
        Repeated(one.place, one.do, one.kind, one.what, one.certain, len(same), one.or_more)
        for same in times.values()
        for one in same[:1]
    ]
