"""A YAML value that may be an expression, read for the place where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from offpage.actions.connecting import CallRef
from offpage.actions.encoding import FILE_CONTENT
from offpage.actions.kinds import WorkflowRef
from offpage.expr.access import OPEN, Access
from offpage.expr.checker import check
from offpage.expr.closure import compile_closure
from offpage.expr.ir import Const, Hole, Ir, ListOf, Reach, Source
from offpage.expr.nodes import nodes
from offpage.expr.outside_calls import ENCODED
from offpage.expr.rewriting import reaches, without_reaches
from offpage.expr.scope import Scope
from offpage.expr.template import check_text, is_dynamic
from offpage.kernel.address import Address, join
from offpage.kernel.errors import InvalidData
from offpage.kernel.issues import Issue, Issues
from offpage.model.node import Items, Keys, Mark, Node, Scalar
from offpage.model.report import nearest
from offpage.model.schema import Schema
from offpage.program.faults import Uses
from offpage.program.hoisting import Hoisting
from offpage.program.program import Closure, Ending
from offpage.sql.dialect import Dialect
from offpage.values.codec import Forms, literal
from offpage.values.types import EMPTY, JSON, TEXT, UNKNOWN, Type

MEMBER: Final = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*(\(.*\))?)+")


@dataclass(frozen=True, slots=True)
class Bound:
    """A value ready to be read: its type, and a closure. `ir` is None for a json value made of several."""

    type: Type
    read: Closure
    ir: Ir | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A condition as its maker wrote it, with its typed tree."""

    text: str
    ir: Ir

    def words(self, part: Ir) -> str:
        """A part of it as it is written."""
        return self.text[slice(*part.place)].strip()


Crashed = Callable[[Address, Exception], None]
"""Hears of a mistake inside Offpage that was met while something of the app was read."""


def unheard(address: Address, error: Exception) -> None:
    """For who keeps no log."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What may stand at a place of a file: the names that an expression may use there, and the type that is wanted.

    `is_rule`: the condition of a privacy rule, which the database must be able to evaluate. `given`: which of the names
    are parameters.
    """

    scope: Scope
    expected: Type | None
    is_rule: bool = False
    given: frozenset[str] = frozenset()


class Reader:
    """Reads the values of one app; what is wrong goes to `issues`."""

    def __init__(
        self, schema: Schema, dialect: Dialect, forms: Forms, issues: Issues, crashed: Crashed = unheard
    ) -> None:
        self._tell_crash = crashed
        self.schema = schema
        self.dialect = dialect
        self.forms = forms
        self.issues = issues
        self.secret_slots: set[int] = set()
        """Slots of the workflow being read whose values go where no record may show them."""
        self.workflows: Mapping[str, WorkflowRef] = {}
        """All workflows of the app, for the steps that refer to one."""
        self.calls: Mapping[str, CallRef] = {}
        """All calls of the app's connectors, by their names (`stripe.charge`)."""
        self.hoisting: Hoisting | None = None
        """Where the calls go that stand in expressions of the workflow being read."""
        self.endings: dict[Address, Ending] = {}
        """What follows the ends of batches, by the address of its declaration."""
        self.noted: dict[Address, Noted] | None = None
        """What was wanted where, for who asks (`looking`)."""
        self.references: dict[Address, str] = {}
        """The workflows that are named somewhere, by the address of the place."""
        self.access: Access = OPEN
        """What workflows may see; known only after the privacy rules have been read."""

        self.conditions: dict[Address, Written] = {}
        """The conditions of workflows and steps."""
        self.trees: dict[Address, Ir] = {}
        """What was read without an issue, by where it stands."""
        self.looked_up: dict[str, WorkflowRef | None] = {}
        """The workflows that were asked for by name: what was read rests on them."""
        self.looked_around = False
        """Whether a sentence was made of what other workflows there are."""
        self.crashed = False
        """Whether a mistake of ours came in between."""

        self.secrets: frozenset[str] | None = None
        """The names of the secrets that there are; None: any name may be used."""
        self.secrets_used: set[str] = set()
        self.uses = Uses()
        """What the workflow being read rests on."""

    def use(self, *types: Type) -> None:
        """Note that the workflow being read rests on these types."""
        self.uses.types.update(one.of for one in types if one.kind in ("thing", "option"))

    def workflow(self, name: str) -> WorkflowRef | None:
        """The workflow of this name."""
        found = self.looked_up[name] = self.workflows.get(name)
        return found

    def workflows_of(self, triggers: Sequence[str]) -> list[str]:
        """The names of all workflows with one of these triggers."""
        self.looked_around = True
        return [one.name for one in self.workflows.values() if one.trigger in triggers]

    def crash(self, address: Address, mark: Mark, what: str, error: Exception) -> None:
        """Keep an issue about a mistake of ours that keeps `what` from being read, and tell who listens."""
        found = f"{type(error).__name__}: {error}"[:200]
        self.wrong(address, mark, f"A mistake inside Offpage keeps {what} from being read ({found}). Please report it.")
        self.crashed = True
        self._tell_crash(address, error)

    def wrong(self, address: Address, mark: Mark, message: str, *, offset: int = 0, end: int = 0) -> None:
        """Keep an issue; `offset` and `end` (exclusive; 0: not known) count characters from the mark."""
        column = mark.column + offset if mark.column else 0
        last = mark.column + end if column and end > offset else 0
        self.issues.add(Issue(address, message, mark.file, mark.line, column, last))

    def read(self, node: Node, scope: Scope, expected: Type | None, address: Address) -> Bound | None:
        """Read a value where `expected` (None: anything) is wanted; None when it has an issue."""
        self.note(address, Noted(scope, expected))
        match node:
            case Scalar():
                bound = self._scalar(node, scope, expected, address)
                if bound is not None and bound.ir is not None:
                    self.trees[address] = bound.ir
                return bound
            case Items():
                return self._items(node, scope, expected, address)
            case Keys():
                return self._keys(node, scope, expected, address)

    def note(self, address: Address, noted: Noted) -> None:
        """Keep what is wanted at a place, if anybody asks."""
        if self.noted is not None:
            self.noted[address] = noted

    def condition(self, node: Node, scope: Scope, address: Address) -> Closure | None:
        """Read a yes/no; None when it has an issue."""
        bound = self.read(node, scope, Type("yes_no"), address)
        if bound is not None and bound.ir is not None and isinstance(node, Scalar):
            self.conditions[address] = Written(node.text, bound.ir)
        return bound.read if bound else None

    def _scalar(self, node: Scalar, scope: Scope, expected: Type | None, address: Address) -> Bound | None:
        if isinstance(node.value, str) and is_dynamic(node.text):
            checked = check_text(node.text, scope, expected)
            for problem in checked.problems:
                more = 0 if node.plain else 1
                end = 0 if "\n" in node.text else problem.place[1] + more
                self.wrong(address, node.mark, problem.message, offset=problem.place[0] + more, end=end)
            for problem in checked.warnings:
                self._warn(address, node, problem.place[0], problem.message)
            return None if checked.problems else self._compiled(checked.ir)
        bound = self._literal(node, scope, expected, address)
        if expected == TEXT and bound is not None and node.plain and _is_member(node.text, scope):
            self._warn(address, node, 0, f"This is the text {node.text!r} itself. To compute it, begin with `=`.")
        return bound

    def _warn(self, address: Address, node: Scalar, at: int, message: str) -> None:
        """Keep a warning about the character `at` of a text."""
        mark = node.mark
        column = mark.column + (at if node.plain else at + 1) if mark.column else 0
        self.issues.add(Issue(address, message, mark.file, mark.line, column, severity="warning"))

    def _literal(self, node: Scalar, scope: Scope, expected: Type | None, address: Address) -> Bound | None:
        text = node.text
        if isinstance(node.value, str) and (text.startswith("\\=") or "\\{{" in text):
            text = text.removeprefix("\\") if text.startswith("\\=") else text
            text = text.replace("\\{{", "{{")
        if node.value is None and node.plain:
            return self._compiled(Const(expected or EMPTY, None))
        try:
            of, value = literal(expected, node.value, text, plain=node.plain, forms=self.forms)
        except InvalidData as error:
            if _is_expression(node.text, scope):
                more = "To compute it, begin with `=`."
            elif expected is not None and expected.kind == "option" and expected.of in self.schema.option_sets:
                options = self.schema.option_sets[expected.of].options
                near = nearest(node.text, options)
                more = (f"Did you mean `{near}`? " if near else "") + f"Its options: {', '.join(list(options)[:12])}."
            else:
                more = ""
            said = f"`{node.text[:80]}` does not fit here: {error.message.rstrip('.')}."
            end = len(node.text) if node.plain and "\n" not in node.text else 0
            self.wrong(address, node.mark, f"{said} {more}".rstrip(), end=end)
            return None
        return self._compiled(Const(of, value))

    def _items(self, node: Items, scope: Scope, expected: Type | None, address: Address) -> Bound | None:
        if expected is not None and not expected.is_list and expected.kind not in ("json", "unknown"):
            self.wrong(address, node.mark, f"A list stands here where {expected} is expected. Give a single value.")
            return None
        one = expected.item if expected is not None and expected.is_list else None
        bound = [self.read(item, scope, one, join(address, i)) for i, item in enumerate(node.items)]
        parts = [item for item in bound if item is not None]
        if len(parts) < len(bound):
            return None
        of = one or _shared(parts)
        if of == JSON or any(part.ir is None for part in parts):
            reads = [part.read for part in parts]
            return Bound(JSON, lambda rt: [read(rt) for read in reads])
        return self._compiled(ListOf(of.listed, tuple(part.ir for part in parts if part.ir is not None)))

    def _keys(self, node: Keys, scope: Scope, expected: Type | None, address: Address) -> Bound | None:
        if expected is not None and expected.kind not in ("json", "unknown"):
            self.wrong(address, node.mark, f"Keys and values stand here where {expected} is expected.")
            return None
        reads: dict[str, Closure] = {}
        for key, item in node.items.items():
            bound = self.read(item, scope, None, join(address, key))
            if bound is None:
                return None
            reads[key] = bound.read
        return Bound(JSON, lambda rt: {key: read(rt) for key, read in reads.items()})

    def _compiled(self, ir: Ir) -> Bound:
        if reaches(ir):
            ir = without_reaches(ir, self._before)
        for node in nodes(ir):
            if isinstance(node, Source) and node.name == "secret":
                self.secrets_used.update(node.path)
            self.use(node.type)
            # A hole without an issue stands for something whose mistake is elsewhere: it must not run as empty.
            self.uses.unfinished |= isinstance(node, Hole)
        return Bound(ir.type, compile_closure(ir, self.schema, self.dialect, self.access), ir)

    def _before(self, reach: Reach) -> Ir:
        """What stands instead of a call, which is made before."""
        call = FILE_CONTENT if reach.name == ENCODED else self.calls[reach.name]
        if call.broken or self.hoisting is None:
            return Hole(UNKNOWN, reach.place)
        return self.hoisting.slot_for(reach, call, lambda ir: self._compiled(ir).read)


def _is_expression(text: str, scope: Scope) -> bool:
    """Whether a text without `=` would be an expression that means something here."""
    return len(text) < 500 and not check(text, scope).problems and not text.isidentifier()


def _is_member(text: str, scope: Scope) -> bool:
    """Whether a text looks like a part of something that has a name here, `title.trimmed`, and like nothing else."""
    return (
        MEMBER.fullmatch(text) is not None
        and text.split(".", maxsplit=1)[0] in scope.names
        and _is_expression(text, scope)
    )


def _shared(parts: list[Bound]) -> Type:
    """The type that all parts have, json when they differ."""
    types = {part.type for part in parts}
    return types.pop() if len(types) == 1 else (JSON if types else UNKNOWN)


def as_data(node: Node) -> Any:
    """A YAML value as plain Python data, for places that take no expressions."""
    match node:
        case Scalar():
            return node.value
        case Items():
            return [as_data(item) for item in node.items]
        case Keys():
            return {key: as_data(item) for key, item in node.items.items()}
