"""Where a run that has ended sends its caller, for workflows that answer with a redirection they compute."""

from __future__ import annotations

import contextlib

from offpage.engine.calls import State
from offpage.engine.progress import Progress
from offpage.engine.running import Running
from offpage.kernel.errors import OffpageError


def locate(running: Running, progress: Progress, state: State) -> None:
    """Evaluate the address for how the run ended, with its parameters and results. It stays "" where that fails."""
    workflow = running.run.workflow
    if not workflow.locations:
        return
    worked = state == "finished" or (state == "skipped" and workflow.return_200_if_skipped)
    closure = workflow.locations.get("success" if worked else "error")
    if closure is None:
        return
    # A run that failed inside an event has its own values below those of the event.
    outermost = next((one.caller for one in progress.frames if one.caller is not None), None)
    if outermost is not None:
        running.stand_in(outermost.values, outermost.lifted)
    with contextlib.suppress(OffpageError):
        running.answer.location = closure(running) or ""
