"""A workflow that runs are asked for by, and that is not there: a mistake in its name must not look like a quiet day."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from offpage.kernel.errors import NotFound

if TYPE_CHECKING:
    from offpage.store.tx import Database


def check_workflow(database: Database, folder: Path, workflow: str) -> None:
    """Raise NotFound for a workflow that the app does not have, and of which there are no records either."""
    from offpage.model.reader import read_folder
    from offpage.model.report import did_you_mean
    from offpage.store.run_lists import RunFilter, lines

    known = read_folder(folder)[0].workflows
    if workflow not in known and not database.read(lambda tx: lines(tx, RunFilter(workflow=workflow), limit=1)):
        raise NotFound(f"There is no workflow {workflow}, and there are no runs of one.{did_you_mean(workflow, known)}")
