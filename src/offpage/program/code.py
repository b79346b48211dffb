"""The steps of a workflow → its code: one flat list, in which a step that holds steps knows where they stand.

A flat list has an address for every place where a run may stand, which is all that must be kept of a run that waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from offpage.actions.action import Action, Effect
from offpage.actions.block import Block
from offpage.actions.catalogue import actions
from offpage.expr.scope import Calls, Named, Scope
from offpage.kernel.address import join
from offpage.model.documents import StepDoc
from offpage.program.calling import no_such_call
from offpage.program.hoisting import Hoisting
from offpage.program.program import BlockOf, Step
from offpage.program.reading import Reader
from offpage.program.step import ReadStep, read_step
from offpage.program.words import WORDS
from offpage.values.types import UNKNOWN, Type

DEEPEST: Final = 20
"""How many steps may hold one another. Deeper nesting is a mistake, or meant to harm."""


class CodeReader:
    """Reads the steps of one workflow, in order: each sees the results of those before it.

    `code` holds the steps that run; disabled ones are checked but left out. `types` are those of all slots.
    """

    def __init__(self, reader: Reader, scope: Scope, types: Sequence[Type]) -> None:
        self._reader = reader
        self._calls = Calls(reader.calls, lambda name: no_such_call(name, reader.calls))
        self._scope = scope
        self._names = dict(scope.names)
        self._atomic = 0
        self._depth = 0
        self.code: list[Step] = []
        self.types: list[Type] = list(types)
        self._hoisting = reader.hoisting = Hoisting(self.types)

    @property
    def after(self) -> Scope:
        """What expressions may use that are evaluated when all steps have been done."""
        return replace(self._scope, names=dict(self._names))

    def read(self, docs: Sequence[StepDoc]) -> None:
        """Read a list of steps."""
        for index, doc in enumerate(docs):
            start = len(self.code)
            self._check_name(doc)
            scope = replace(self._scope, names=dict(self._names), calls=self._calls)
            found = read_step(self._reader, doc, index, scope)
            if found is not None:
                found = self._before(doc, found)
            self._reader.uses.unfinished |= found is None
            action = actions().get(doc.do)
            if doc.name:
                self._name_result(doc, found)
            if action is not None and issubclass(action, Block):
                self._read_block(doc, action, found)
            else:
                self._check_plain(doc, action)
                if found is not None:
                    self.code.append(found.step)
            if doc.disabled:
                del self.code[start:]

    def _before(self, doc: StepDoc, found: ReadStep) -> ReadStep:
        """Put the calls of a step's expressions before it, and give its result a slot after theirs."""
        if found.before:
            self.code.extend(found.before)
            if self._atomic:
                message = "A call leaves the database and could not be undone. Make it before the `transaction`."
                self._reader.wrong(doc.address, doc.mark, message)
            elif doc.do == "while":
                message = "A call here would have to be made before every round. Make it a step inside, and look at its result."
                self._reader.wrong(join(doc.address, "with"), doc.mark, message)
        if found.step.slot < 0:
            return found
        return replace(found, step=replace(found.step, slot=len(self.types)))

    def _check_name(self, doc: StepDoc) -> None:
        # That a name is taken was said when the file was read.
        if doc.name in WORDS:
            self._wrong(doc, "as", f"The name `{doc.name}` has a meaning of its own in expressions. Choose another.")

    def _name_result(self, doc: StepDoc, found: ReadStep | None) -> None:
        """Let the later steps use the result; a step that has an issue names it too, so that one mistake gives one issue."""
        gives = found.gives if found else UNKNOWN
        if gives is None:
            self._wrong(doc, "as", f"`{doc.do}` gives no result. Remove `as`.")
            gives = UNKNOWN
        self._names[doc.name] = Named(
            len(self.types), gives, found.parts if found else {}, found.samples if found else {}
        )
        self.types.append(gives)

    def _read_block(self, doc: StepDoc, action: type[Block], found: ReadStep | None) -> None:
        """A step that holds steps: itself, its steps, an end mark, and the same for those under `else`."""
        if action.kind == "for_each" and not doc.name:
            self._wrong(doc, "as", "`for_each` needs `as`: what an item is called in the steps inside.")
        if doc.otherwise and not action.has_else:
            self._wrong(doc, "else", f"`{doc.do}` has no `else`; `branch` has.")
        if self._depth >= DEEPEST:
            self._wrong(
                doc, "steps", f"Steps are nested more than {DEEPEST} deep here. Put the inner ones into an event."
            )
            return
        at, first = len(self.code), len(self.types)
        head = found.step if found else _nothing(doc)
        self.code.append(head)
        self._depth += 1
        self._atomic += action.kind == "transaction"
        self.read(doc.steps)
        self.code.append(_end(doc, at))
        otherwise = len(self.code)
        if doc.otherwise:
            self.read(doc.otherwise)
            self.code.append(_end(doc, at))
        self._atomic -= action.kind == "transaction"
        self._depth -= 1
        if action.kind == "for_each":
            self._names.pop(doc.name, None)
        block = BlockOf(action.kind, otherwise, len(self.code), range(first, len(self.types)))
        self.code[at] = replace(head, block=block)

    def _check_plain(self, doc: StepDoc, action: type[Action] | None) -> None:
        if action is None:
            return
        for key, held in (("steps", doc.steps), ("else", doc.otherwise)):
            if held:
                self._wrong(doc, key, f"`{doc.do}` holds no steps. `for_each`, `while`, `branch` and `transaction` do.")
        if self._atomic and action.effect is Effect.OUTSIDE:
            message = f"`{doc.do}` leaves the database and could not be undone. Move it out of the `transaction`."
            self._reader.wrong(join(doc.address, "do"), doc.mark, message)

    def _wrong(self, doc: StepDoc, key: str, message: str) -> None:
        node = doc.keys.items.get(key) if doc.keys else None
        self._reader.wrong(join(doc.address, key), node.mark if node else doc.mark, message)


def _end(doc: StepDoc, at: int) -> Step:
    return replace(_nothing(doc), closes=at)


def _nothing(doc: StepDoc) -> Step:
    return Step(-1, doc.address, "", "", Block, ())
