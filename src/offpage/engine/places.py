"""Places: what a run holds, from its first pause to its end, of a workflow that says how many may run at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offpage.store import flow

if TYPE_CHECKING:
    from offpage.engine.run import Run
    from offpage.store.tx import Tx


def gate_of_places(key: str) -> str:
    """The gate where those wait who need a place of this key."""
    return f"at_once {key}"


def give_place_back(tx: Tx, run: Run, now: int) -> bool:
    """A run with a place has ended; whether somebody waits for one."""
    assert run.place is not None
    flow.free_place(tx, run.id)
    return flow.open_gate(tx, run.workflow.name, gate_of_places(run.place), now)
