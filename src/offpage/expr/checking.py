"""What the parts of the checker share: where problems go, how to check a sub-expression, how types fit."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from offpage.expr.ir import Const, Hole, Ir, ListOf, Place
from offpage.expr.operator import CATALOGUE
from offpage.expr.scope import Scope
from offpage.expr.syntax import Problem, Tree
from offpage.model.schema import OptionSet, Schema
from offpage.values.types import UNKNOWN, Type

FITS_EVERYWHERE: Final = frozenset({"unknown", "empty"})
"""Kinds that never give a mismatch: a mistake already reported, and the word `empty`."""

_TEXT_LIKE: Final = frozenset({"text", "file", "image"})
_JSON_LIKE: Final = frozenset({"json", "text", "number", "yes_no"})

_CONVERSIONS: Final = {"text": "as_text", "number": "to_number", "date": "to_date", "yes_no": "to_yes_no"}


@dataclass(frozen=True, slots=True)
class Checking:
    """One check in progress. `check(self, tree, scope, expected)` is the checker's own entry, for sub-expressions."""

    schema: Schema
    check: Callable[[Checking, Tree, Scope, Type | None], Ir]
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    """What is allowed, but hardly meant."""

    def warn(self, place: Place, message: str) -> None:
        """Say that something is probably not what was meant."""
        self.warnings.append(Problem(place, message))

    def problem(self, place: Place, message: str) -> None:
        """Say that something is wrong."""
        self.problems.append(Problem(place, message))

    def hole(self, place: Place, message: str) -> Hole:
        """Say that something is wrong, and stand in for what it should have been."""
        self.problem(place, message)
        return Hole(UNKNOWN, place)

    def ir(self, tree: Tree, scope: Scope, expected: Type | None = None) -> Ir:
        """Check a sub-expression."""
        return self.check(self, tree, scope, expected)

    def aside(self) -> Checking:
        """The same check with a list of problems of its own, for a try that may be dropped."""
        return replace(self, problems=[])


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """` Did you mean x?`, or nothing when nothing is near."""
    near = difflib.get_close_matches(name, sorted(set(known)), n=1, cutoff=0.6)
    return f" Did you mean {near[0]}?" if near else ""


def listed(names: Iterable[str], limit: int = 12) -> str:
    """Names for people: `a, b, c …`."""
    every = list(names)
    return ", ".join(every[:limit]) + (" …" if len(every) > limit else "")


def there_are(names: Iterable[str]) -> str:
    """`There are a, b.`, or what is right for one and for none."""
    every = list(names)
    if len(every) == 1:
        return f"There is only {every[0]}."
    return f"There are {listed(every) or 'none'}."


def fits(given: Type, wanted: Type) -> bool:
    """Whether a value of type `given` may stand where `wanted` is expected."""
    if given.kind in FITS_EVERYWHERE or wanted.kind in FITS_EVERYWHERE:
        return True
    if wanted.kind == "json" and given.kind in _JSON_LIKE:
        return True
    if given.is_list != wanted.is_list:
        return False
    if given.kind in _TEXT_LIKE and wanted.kind in _TEXT_LIKE:
        return True
    return (given.kind, given.of) == (wanted.kind, wanted.of)


def joined(first: Type, second: Type) -> Type | None:
    """The type that both fit, or None: for the two cases of an `if`, and for the items of a list."""
    if first.kind in FITS_EVERYWHERE:
        return second
    if fits(second, first):
        return first
    return second if fits(first, second) else None


def fit(checking: Checking, ir: Ir, wanted: Type | None) -> Ir:
    """`ir` where `wanted` is expected: constant texts become options, what does not fit is a problem."""
    if wanted is None:
        return ir
    ir = as_option(checking, ir, wanted)
    if fits(ir.type, wanted):
        return ir
    checking.problem(ir.place, f"This is {a(ir.type)}, but {a(wanted)} is needed here. {_remedy(ir.type, wanted)}")
    return Hole(wanted, ir.place)


def as_option(checking: Checking, ir: Ir, wanted: Type) -> Ir:
    """A constant text (or list of them) where an option is wanted is that option, by id or by label."""
    if wanted.kind != "option":
        return ir
    if isinstance(ir, ListOf) and ir.type.kind == "text" and all(isinstance(one, Const) for one in ir.items):
        items = tuple(as_option(checking, one, wanted.item) for one in ir.items)
        return replace(ir, type=wanted.listed, items=items)
    found = checking.schema.option_sets.get(wanted.of)
    if found is None or not isinstance(ir, Const) or ir.type.kind != "text" or not isinstance(ir.value, str):
        return ir
    option_id = option_named(found, ir.value)
    if option_id is None:
        message = f"{found.id} has no option {ir.value!r}.{did_you_mean(ir.value, found.options)} "
        return checking.hole(ir.place, message + f"Its options: {listed(found.options)}.")
    return Const(wanted.item, option_id, ir.place)


def option_named(options: OptionSet, name: str) -> str | None:
    """The id of the option with this id or this label."""
    if name in options.options:
        return name
    return next((one.id for one in options.options.values() if one.label == name), None)


def a(of: Type) -> str:
    """`a number`, `an order`, `a list of text`: for sentences."""
    words = str(of)
    return f"{'an' if words[:1] in 'aeio' else 'a'} {words}"


def _is_method_of(name: str, of: Type) -> bool:
    """Whether values of a type have an operator of this name."""
    return any(one.form == "method" and one.operands[0].accepts.test(of, None) for one in CATALOGUE.get(name, ()))


def _remedy(given: Type, wanted: Type) -> str:
    if wanted.is_list and not given.is_list and fits(given, wanted.item):
        return "Put it in brackets: [x]."
    if given.is_list and not wanted.is_list and fits(given.item, wanted):
        return "Take one item of it, such as .first."
    if given.kind == "json" and wanted.kind == "text":
        return "Convert it with .to_text."
    if wanted.kind == "date" and given.kind == "text":
        return 'Write date("2026-01-31"), or convert it with .to_date.'
    conversion = _CONVERSIONS.get(wanted.kind)
    if conversion is not None and not given.is_list and not wanted.is_list and _is_method_of(conversion, given):
        return f"Convert it with .{conversion}."
    return "Change the expression, or what it is used for."
