"""`photo.base64` in an expression: the file is read before the step that needs it, by a step of its own."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, Final

from offpage.actions.action import Cost, Prop
from offpage.actions.connecting import CallRef
from offpage.actions.kinds import ARGUMENTS, CALL, Taken
from offpage.actions.outside import OutsideAction, OutsideContext
from offpage.actions.saving import fetched
from offpage.kernel.errors import StepError
from offpage.services.files import ROUTE
from offpage.values.records import Record
from offpage.values.text_length import LONGEST
from offpage.values.types import FILE, TEXT, Type

MOST_BYTES: Final = LONGEST // 4 * 3
"""How large a file may be whose Base64 is no longer than a text may be."""

FILE_CONTENT: Final = CallRef("base64", (Taken("file", FILE),), TEXT)
"""What is asked for, in the form of a call."""


class EncodeFile(OutsideAction):
    """Read a file: one of this app's storage that the run may open, or one of the internet."""

    cost = Cost(base=0.3)

    call = Prop(CALL, "Call")
    parameters = Prop(ARGUMENTS, "Parameters", of="call")

    def same(self) -> tuple[Sequence[Type], Sequence[Any]]:
        """Which file."""
        return [FILE], self.parameters

    def take_same(self, values: list[Any]) -> None:
        """Read the file of before."""
        vars(self)["parameters"] = values

    async def reach(self, step: OutsideContext) -> Record:
        """Read it; no file has no content."""
        (address,) = self.parameters
        content = await _content(step, address) if address else None
        encoded = None if content is None else await step.compute(lambda: base64.b64encode(content).decode())
        return Record({"body": TEXT}, {"body": encoded})


async def _content(step: OutsideContext, address: str) -> bytes:
    if address.removeprefix(step.app_url).startswith(f"{ROUTE}/"):
        return (await step.open_file(address, MOST_BYTES)).content
    content = (await fetched(step, address)).content
    if len(content) > MOST_BYTES:
        raise StepError(
            f"The file has {len(content):,} bytes. With more than {MOST_BYTES:,} its Base64 is no text any more."
        )
    return content
