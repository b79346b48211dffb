"""The workflows that follow failures: of a step (`on_error: {run: …}`), of a workflow or of any (`on_failure`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from offpage.actions.action import Prop
from offpage.actions.kinds import API_WORKFLOW
from offpage.kernel.address import Address
from offpage.model.node import Node, Scalar
from offpage.program.calling import read_workflow_ref
from offpage.program.faults import Uses
from offpage.program.reading import Reader
from offpage.values.types import DATE, NUMBER, TEXT, UNKNOWN, Type

TOLD: Final[Mapping[str, Type]] = {
    "failed_run": TEXT,
    "failed_workflow": TEXT,
    "failed_step": TEXT,
    "failed_at": DATE,
    "code": TEXT,
    "message": TEXT,
    "why": TEXT,
    "answer_status": NUMBER,
}
"""What such a workflow is told, if it has a parameter of the name."""

_WANTED: Final = Prop(API_WORKFLOW, "Workflow")
_WANTED.name = "workflow"


def read_handler(reader: Reader, node: Node | None, address: Address) -> str:
    """The name of the workflow that follows; "" for none. What is wrong in that workflow does not keep this one from running."""
    if node is None or (isinstance(node, Scalar) and node.value is None):
        return ""
    uses, reader.uses = reader.uses, Uses()
    try:
        target = read_workflow_ref(reader, _WANTED, node, address)
    finally:
        reader.uses = uses
    if target is None:
        return ""
    for one in target.parameters:
        told = TOLD.get(one.name)
        if told is None and not one.optional:
            known = ", ".join(f"{name} ({of})" for name, of in TOLD.items())
            message = (
                f"`{target.name}` needs `{one.name}`, which nobody gives it here. After a failure it can have: {known}."
            )
            reader.wrong(address, node.mark, message)
        elif told is not None and one.type not in (told, UNKNOWN):
            reader.wrong(
                address, node.mark, f"The parameter `{one.name}` of `{target.name}` is a {one.type}; make it a {told}."
            )
    return target.name
