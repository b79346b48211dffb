"""What was made of an app, kept: what has not changed, and rests on nothing that has, is not made again.

A workflow is read anew when its file, the ground, or a workflow that it names is another by now. Everything else is the
very same object as before, so a program shares with the former one whatever the two have in common.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import Final

from offpage.actions.kinds import WorkflowRef
from offpage.kernel.address import Address
from offpage.kernel.issues import Issue
from offpage.model.documents import WorkflowDoc
from offpage.model.parsed import Parsed
from offpage.model.schema import Schema
from offpage.program.faults import Uses
from offpage.program.ground import Ground, GroundOf
from offpage.program.program import Ending, Workflow
from offpage.program.reading import Written

GROUNDS: Final = 3
"""How many grounds are kept, with the workflows that were read last on each: that of the folder, and as held or former."""

Kinds = Mapping[str, str]
"""The trigger of every workflow of an app, by its name."""


@dataclass(frozen=True, slots=True)
class ReadWorkflow:
    """A workflow that was read, or could not be (None), and all that came of reading it.

    `looked_up`: the workflows that it names, as they were. `kinds`: those of all, where a sentence names what fits.
    `crashed`: a mistake of ours came in between.
    """

    doc: WorkflowDoc
    workflow: Workflow | None
    issues: tuple[Issue, ...]
    uses: Uses
    endings: Mapping[Address, Ending]
    references: Mapping[Address, str]
    conditions: Mapping[Address, Written]
    secrets_used: frozenset[str]
    looked_up: Mapping[str, WorkflowRef | None]
    kinds: Kinds | None
    crashed: bool

    def counts(self, doc: WorkflowDoc, workflows: Mapping[str, WorkflowRef], kinds: Kinds) -> bool:
        """Whether reading it again would come to the same; `workflows` and `kinds` are those of now."""
        return (
            not self.crashed
            and self.doc == doc
            and all(workflows.get(name) == one for name, one in self.looked_up.items())
            and (self.kinds is None or self.kinds == kinds)
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """A ground with the workflows that were read on it last; `refs`: what each takes and gives."""

    of: GroundOf
    ground: Ground
    refs: Mapping[str, WorkflowRef]
    workflows: Mapping[str, ReadWorkflow]


class Kept:
    """What was made of one app, for who makes it again and again. For any number of threads."""

    def __init__(self) -> None:
        self.parsed = Parsed()
        """Its files."""
        self._lock = Lock()
        self._standing: list[Standing] = []

    def find(self, of: GroundOf) -> Standing | None:
        """What was made on such a ground."""
        with self._lock:
            return next((one for one in self._standing if one.of == of), None)

    def below(self, schema: Schema) -> Standing | None:
        """What was made on the ground that this schema belongs to."""
        with self._lock:
            return next((one for one in self._standing if one.ground.schema is schema), None)

    def add(self, ground: Ground, one: ReadWorkflow) -> None:
        """Remember one more workflow that was read on a ground, instead of the one of its name."""
        with self._lock:
            self._standing = [
                replace(each, workflows={**each.workflows, one.doc.id: one}) if each.ground is ground else each
                for each in self._standing
            ]

    def keep(self, made: Standing) -> None:
        """Remember what was made, instead of what was made on the same ground before."""
        with self._lock:
            others = [one for one in self._standing if one.of != made.of]
            self._standing = [made, *others][:GROUNDS]
