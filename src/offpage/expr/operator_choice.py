"""Which operator a call means: by its name, its form, and the types of its operands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import offpage.expr.operators  # noqa: F401  fills the catalogue
from offpage.expr.checking import FITS_EVERYWHERE, Checking, a, as_option, did_you_mean, listed
from offpage.expr.ir import Call, Const, Hole, Ir, Place
from offpage.expr.operator import CATALOGUE, Form, Operand, Operator
from offpage.expr.scope import Scope
from offpage.expr.syntax import Keyword, Problem, Tree
from offpage.values.types import TEXT, UNKNOWN, Type


@dataclass(frozen=True, slots=True)
class Wanted:
    """A use of an operator as written: its name, the operand before the dot, the ones in parentheses."""

    name: str
    form: Form
    place: Place
    name_place: Place
    first: Ir | None = None
    operands: Sequence[Tree] = ()
    keywords: Sequence[Keyword] = ()


@dataclass(frozen=True, slots=True)
class _Try:
    """One candidate with its operands checked; `mismatch` says what does not fit."""

    operator: Operator
    operands: tuple[Ir | None, ...]
    problems: list[Problem]
    mismatch: Problem | None


def choose(checking: Checking, wanted: Wanted, scope: Scope) -> Ir:
    """The call that is meant, or a hole and a problem."""
    named = [one for one in CATALOGUE.get(wanted.name, ()) if one.form == wanted.form]
    suited = [one for one in named if wanted.first is None or _takes_first(one, wanted.first)]
    if not suited:
        _check_operands(checking, wanted, scope)
        if wanted.first is not None and isinstance(wanted.first, Hole):
            return Hole(UNKNOWN, wanted.place)
        return checking.hole(wanted.name_place, _unknown(wanted, bool(named)))
    tries: list[_Try] = []
    complaint = ""
    for candidate in suited:
        bound = _bind(candidate, wanted)
        if isinstance(bound, str):
            complaint = complaint or bound
            continue
        one = _attempt(checking, candidate, wanted, bound, scope)
        if one.mismatch is None:
            return _call(checking, one, wanted.place)
        tries.append(one)
    if not tries:
        _check_operands(checking, wanted, scope)
        return checking.hole(wanted.place, complaint)
    closest = tries[0]
    checking.problems.extend(closest.problems)
    assert closest.mismatch is not None
    if not closest.problems:
        checking.problems.append(_mismatch(closest.mismatch, tries, wanted))
    return Hole(_result(closest), wanted.place)


def call_symbol(checking: Checking, name: str, operands: tuple[Ir, ...], place: Place) -> Ir:
    """The call of a symbol (`+`, `==`, `not`) with operands that have been checked already."""
    if len(operands) == 2:
        operands = _matched(checking, *operands)
    named = [one for one in CATALOGUE.get(name, ()) if one.form == "symbol" and len(one.operands) == len(operands)]
    for candidate in named:
        first = operands[0].type
        tests = (one.accepts for one in candidate.operands)
        if all(
            _accepted(accepts.test, operand.type, None if at == 0 else first)
            for at, (accepts, operand) in enumerate(zip(tests, operands, strict=True))
        ):
            return _call(checking, _Try(candidate, operands, [], None), place)
    if any(isinstance(one, Hole) for one in operands):
        return Hole(UNKNOWN, place)
    shown = _shown(name)
    types = " and ".join(a(one.type) for one in operands)
    return checking.hole(place, f"{shown} cannot take {types}. {_symbol_remedy(shown, operands)}")


def _matched(checking: Checking, left: Ir, right: Ir) -> tuple[Ir, Ir]:
    """A constant text beside an option is that option."""
    if left.type.kind == "option":
        right = as_option(checking, right, replace(left.type, is_list=right.type.is_list))
    elif right.type.kind == "option":
        left = as_option(checking, left, replace(right.type, is_list=left.type.is_list))
    return left, right


def _symbol_remedy(symbol: str, operands: tuple[Ir, ...]) -> str:
    kinds = {one.type.kind for one in operands}
    if any(one.type.is_list for one in operands) and symbol not in {"in", "not in", "==", "!="}:
        return "Take one item of the list, such as .first, or one figure of it, such as .count."
    if "json" in kinds:
        return "Convert the json first: .to_number, .to_text, .to_date, .to_yes_no."
    if symbol == "+" and "text" in kinds:
        return "Turn the other into text with .as_text, or write {{ }} inside a text."
    if "date" in kinds and "text" in kinds:
        return 'Write the date as date("2026-01-31").'
    if "date" in kinds and "number" in kinds and symbol in {"+", "-"}:
        return "Write an interval, such as days(3)."
    if symbol in {"and", "or", "not"}:
        return "Write something that is yes or no, such as a comparison or .is_not_empty."
    return "Both must be of kinds that go together; convert one of them."


def _shown(name: str) -> str:
    return "-" if name == "negate" else name.removesuffix("strict")


def methods_of(first: Ir) -> list[str]:
    """The names of the operators that may be written after a dot here."""
    return [
        name
        for name, every in CATALOGUE.items()
        if any(one.form == "method" and _takes_first(one, first) for one in every)
    ]


def _takes_first(candidate: Operator, first: Ir) -> bool:
    return bool(candidate.operands) and _accepted(candidate.operands[0].accepts.test, first.type, None)


def _accepted(test: object, given: Type, first: Type | None) -> bool:
    """Whether a type is accepted; mistakes and `empty` are accepted everywhere."""
    assert callable(test)
    return given.kind in FITS_EVERYWHERE or bool(test(given, first))


def _bind(candidate: Operator, wanted: Wanted) -> list[Tree | None] | str:
    """Which operand each written one is (None: left out), or a sentence saying why they do not go in."""
    declared = candidate.operands[0 if wanted.first is None else 1 :]
    given = list(wanted.operands)
    places: list[Tree | None] = [*given[: len(declared)], *([None] * (len(declared) - len(given)))]
    if len(given) > len(declared):
        if not declared or not declared[-1].repeated:
            return (
                f"{_written(wanted)} takes {_signature(declared) or 'nothing in parentheses'}. Remove what is too much."
            )
        places.extend(given[len(declared) :])
    names = [one.name for one in declared]
    for keyword in wanted.keywords:
        if keyword.name not in names:
            hint = did_you_mean(keyword.name, names)
            return (
                f"{_written(wanted)} has no operand {keyword.name}.{hint} It takes {_signature(declared) or 'nothing'}."
            )
        at = names.index(keyword.name)
        if places[at] is not None:
            return f"{keyword.name} is given twice. Remove one."
        places[at] = keyword.value
    for one, place in zip(declared, places, strict=False):
        if place is None and not (one.optional or one.repeated):
            return f"{_written(wanted)} needs {one.name}: {one.accepts.words}. Write it in the parentheses."
    return places


def _attempt(checking: Checking, candidate: Operator, wanted: Wanted, bound: list[Tree | None], scope: Scope) -> _Try:
    """Check the operands as this candidate wants them."""
    aside = checking.aside()
    first = wanted.first
    operands: list[Ir | None] = [] if first is None else [first]
    first_type = None if first is None else first.type
    mismatch: Problem | None = None
    declared = candidate.operands[len(operands) :]
    for at, tree in enumerate(bound):
        if tree is None:
            operands.append(None)
            continue
        accepts = declared[min(at, len(declared) - 1)].accepts
        if accepts.each is not None:
            item = first_type.item if first_type is not None else UNKNOWN
            inner = scope.over(item, strict=scope.strict or wanted.name == "where")
            operand = aside.ir(tree, inner)
        else:
            operand = aside.ir(tree, scope)
            if first_type is not None and first_type.kind == "option":
                operand = _option_operand(aside, operand, accepts.test, first_type)
        if not _accepted(accepts.test, operand.type, first_type if operands else None):
            message = f"{_written(wanted)} takes {accepts.words} here, but this is {a(operand.type)}."
            mismatch = mismatch or Problem(operand.place, message)
        if not operands:
            first_type = operand.type
        operands.append(operand)
    return _Try(candidate, tuple(operands), aside.problems, mismatch)


def _option_operand(checking: Checking, operand: Ir, test: object, first: Type) -> Ir:
    """A constant text becomes an option where the operator takes options of the first operand's set."""
    if operand.type == TEXT and not _accepted(test, TEXT, first) and _accepted(test, first.item, first):
        return as_option(checking, operand, first.item)
    if operand.type == TEXT.listed and _accepted(test, first.listed, first):
        return as_option(checking, operand, first.listed)
    return operand


def _call(checking: Checking, one: _Try, place: Place) -> Ir:
    checking.problems.extend(one.problems)
    declared = one.operator.operands
    for at, operand in enumerate(one.operands):
        wrong = declared[min(at, len(declared) - 1)].accepts.wrong
        if (
            wrong is not None
            and isinstance(operand, Const)
            and operand.value is not None
            and (said := wrong(operand.value))
        ):
            checking.problem(operand.place, said)
    return Call(_result(one), one.operator, one.operands, place)


def _result(one: _Try) -> Type:
    gives = one.operator.gives
    if isinstance(gives, Type):
        return gives
    return gives(tuple(None if operand is None else operand.type for operand in one.operands))


def _mismatch(found: Problem, tries: list[_Try], wanted: Wanted) -> Problem:
    """The problem of the closest candidate; where several were possible, all that would do are named."""
    places = {one.mismatch.place for one in tries if one.mismatch}
    at = len([one for one in (wanted.first,) if one is not None])
    if len(tries) == 1 or len(places) > 1 or len(tries[0].operands) <= at:
        return found
    words = sorted({one.operator.operands[min(at, len(one.operator.operands) - 1)].accepts.words for one in tries})
    operand = tries[0].operands[at]
    given = f", but this is {a(operand.type)}" if operand is not None else ""
    return Problem(found.place, f"{_written(wanted)} takes {' or '.join(words)} here{given}.")


def _check_operands(checking: Checking, wanted: Wanted, scope: Scope) -> None:
    """Check what is in the parentheses of something unknown, as far as that makes sense."""
    inner = scope if scope.this is not None else scope.over(UNKNOWN, strict=scope.strict)
    for tree in (*wanted.operands, *(keyword.value for keyword in wanted.keywords)):
        checking.ir(tree, inner)


def _written(wanted: Wanted) -> str:
    return f".{wanted.name}" if wanted.form == "method" else wanted.name


def _signature(declared: Sequence[Operand]) -> str:
    return ", ".join(f"{one.name} ({one.accepts.words})" for one in declared)


def _unknown(wanted: Wanted, named: bool) -> str:
    if wanted.first is None:
        known = [name for name, every in CATALOGUE.items() if any(one.form == "function" for one in every)]
        known += ["search", "option", "all_options"]
        if any(one.form == "method" for one in CATALOGUE.get(wanted.name, ())):
            return f"{wanted.name} is written after a dot: x.{wanted.name}."
        return f"There is no {wanted.name}(…).{did_you_mean(wanted.name, known)}"
    first = wanted.first.type
    hint = did_you_mean(wanted.name, methods_of(wanted.first))
    if named:
        takes = listed(
            sorted({one.operands[0].accepts.words for one in CATALOGUE[wanted.name] if one.form == wanted.form})
        )
        return f".{wanted.name} is for {takes}, but this is {a(first)}.{hint}"
    return f"{a(first).capitalize()} has no .{wanted.name}.{hint}"
