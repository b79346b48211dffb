"""A failed run goes on from the step that failed: as the run that it was, so that steps keep their idempotency keys."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from offpage.engine.again import add_attempt
from offpage.engine.idempotency import take_place
from offpage.engine.restoring import restored
from offpage.kernel.errors import StepError
from offpage.store import runs

if TYPE_CHECKING:
    from offpage.engine.definitions import Definitions
    from offpage.engine.journal import Entry
    from offpage.engine.progress import Progress
    from offpage.engine.run import Run
    from offpage.services.sealing import Sealing
    from offpage.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Stands:
    """Where a run goes on that had failed. `resting`: not outside; else `same` is what its outside step was given."""

    progress: Progress
    resting: bool
    same: list[Any] | None


def check_delivery(tx: Tx, run: Run, now: int) -> None:
    """Take the place of a delivery again, so that it runs once. Raises StepError where it has come again and has run."""
    former = None if run.idempotency is None else take_place(tx, run, now)
    if former is not None:
        raise StepError(repeated_since(former.run_id))


def repeated_since(run_id: str | None) -> str:
    """Why a delivery is not tried again that has come again since."""
    return f"The same delivery has come again since, as run {run_id}. This one stays as it is (`dedupe`)."


def revived(tx: Tx, run_id: str, definitions: Definitions, sealing: Sealing) -> Run:
    """The run, ready to go on. Raises StepError where it cannot, KeyLost."""
    row = runs.get(tx, run_id)
    if row is None or row.state != "failed" or row.resume is None:
        raise StepError("This run has not failed, or nothing was kept of where it stood.")
    run, progress, kept = restored(tx, row, sealing, definitions)
    resting = kept.get("resting", True)
    _open_again(progress.journal, len(progress.frames), outside=not resting)
    # Whoever called with an Idempotency-Key has the answer already; a delivery must not run twice.
    idempotency = run.idempotency if run.workflow.dedupe is not None else None
    return replace(run, idempotency=idempotency, stands=Stands(progress, resting, kept.get("same")))


def _open_again(journal: list[Entry], depth: int, *, outside: bool) -> None:
    """Let the steps around the failed one be open in the journal, as they were; one that was outside goes on."""
    for _ in range(depth):
        entry = journal[-1]
        entry["state"] = "done"
        entry.pop("error", None)
        journal = entry["steps"]
    if outside:
        entry = journal[-1]
        failure = entry.pop("error", None)
        entry["state"] = "outside"
        entry.pop("reached", None)
        if failure is not None and not entry.get("attempts"):
            add_attempt(entry, failure["code"], failure["message"])
        entry.pop("attempts", None)
