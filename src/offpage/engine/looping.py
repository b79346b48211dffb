"""Rounds of a loop: the items of a `for_each`, the condition of a `while`."""

from __future__ import annotations

from typing import Any, Final

from offpage.engine.frames import Frame
from offpage.engine.journal import Entry
from offpage.engine.running import Running
from offpage.kernel.errors import LimitReached
from offpage.program.program import Step

SHOWN: Final = 20
"""How many rounds of a loop a journal shows, besides those in which something failed."""

SHOWN_FAILURES: Final = 50


def begin_loop(frame: Frame, kind: str, call: Any, entry: Entry) -> None:
    """Note the items of a `for_each`, once for all its rounds."""
    if kind == "for_each":
        frame.items = call.list.value or []
        entry["items"] = len(frame.items)
    entry["rounds"] = 0


def next_round(frame: Frame, step: Step, running: Running) -> bool:
    """Begin the next round; False when the loop is over. Raises LimitReached for a `while` that goes on and on."""
    following = frame.round + 1
    if step.block is not None and step.block.kind == "for_each":
        if following >= len(frame.items):
            return False
        running.values[step.slot] = frame.items[following]
    else:
        read = {prop.name: prop.read for prop in step.props}
        if read["condition"](running) is not True:
            return False
        most = read["at_most"](running) if "at_most" in read else None
        most = step.action.props["at_most"].default if most is None else most
        if following >= most:
            raise LimitReached(
                f"The loop has gone {most:g} rounds and its condition still holds. Mend the condition, or raise `at_most`."
            )
    frame.round = following
    return True


def clean_round(frame: Frame, entry: Entry) -> None:
    """Count a round that is over, and forget its steps in the journal unless it is among the first, or failed."""
    if frame.round < 0:
        return
    entry["rounds"] = frame.round + 1
    steps = entry["steps"]
    start = len(steps)
    while start and steps[start - 1].get("round") == frame.round:
        start -= 1
    failures = sum(one.get("state") == "failed" for one in steps[start:])
    if failures:
        entry["failures"] = entry.get("failures", 0) + failures
    if frame.round >= SHOWN and (not failures or entry["failures"] > SHOWN_FAILURES):
        del steps[start:]
