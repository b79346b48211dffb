"""What a custom event gives back: every value that it promises, of the type that it says."""

from __future__ import annotations

from collections.abc import Sequence

from offpage.kernel.address import join
from offpage.model.documents import WorkflowDoc
from offpage.program.program import Parameter, Step
from offpage.program.reading import Reader

RETURNING = frozenset({"return_data", "terminate"})
FITS_ANYWHERE = frozenset({"unknown", "empty"})


def check_returns(reader: Reader, doc: WorkflowDoc, returns: Sequence[Parameter], code: Sequence[Step]) -> None:
    """Say what is wrong with the values that an event's steps return."""
    if doc.trigger != "event":
        return
    known = {one.name: one for one in returns}
    for step in code:
        if step.do in RETURNING:
            _check_step(reader, doc, known, step)
    promised = [one.name for one in returns if not one.optional]
    sure = [
        step for step in code if step.do in RETURNING and step.only_when is None and set(promised) <= set(step.answers)
    ]
    if promised and not sure:
        message = (
            f"This event promises {', '.join(f'`{one}`' for one in promised)}, but no step without a condition returns "
            "that. Add a `return_data` step with these values, or make them optional."
        )
        reader.wrong(join(doc.address, "returns"), doc.mark, message)


def _check_step(reader: Reader, doc: WorkflowDoc, known: dict[str, Parameter], step: Step) -> None:
    for prop in step.props:
        if prop.name != "values":
            message = f"A custom event returns `values`; `{prop.name}` is for answers to HTTP calls. Remove it."
            reader.wrong(join(step.address, "with", prop.name), doc.mark, message)
    for name, of in step.answers.items():
        wanted = known.get(name)
        address = join(step.address, "with", "values", name)
        if wanted is None:
            reader.wrong(
                address, doc.mark, f"This event returns no `{name}`. Add it under `returns`, or remove it here."
            )
        elif of != wanted.type and of.kind not in FITS_ANYWHERE and wanted.type.kind not in FITS_ANYWHERE:
            reader.wrong(address, doc.mark, f"`{name}` is {wanted.type} under `returns`, but this gives {of}.")
