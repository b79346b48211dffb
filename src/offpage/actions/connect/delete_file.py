"""Delete a file of the app's storage."""

from __future__ import annotations

import asyncio

from offpage.actions.action import Cost, Prop
from offpage.actions.kinds import SOME_FILES
from offpage.actions.outside import OutsideAction, OutsideContext


class DeleteFile(OutsideAction):
    """Delete a file of this app's storage, or several.

    A private one only where whoever the run acts for may open it. For a file that is not there nothing happens; one that is
    kept somewhere else fails the step. Fields that hold its address keep it: clear them.
    """

    cost = Cost(base=0.3)
    repeats = "file"

    file = Prop(SOME_FILES, "File", doc="A file, or a list of files.")

    async def reach(self, step: OutsideContext) -> None:
        """Look at all of them before one is deleted."""
        found = [one for one in [await step.find_file(address) for address in self.file or ()] if one is not None]
        files = step.services.files
        for one in found:
            assert files is not None  # that is where it was found
            await asyncio.to_thread(files.drop, one.address)
