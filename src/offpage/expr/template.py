r"""The text of a property: an expression after `=`, or text with `{{ holes }}`; `\=` and `\{{` mean themselves.

Places are those of the whole text, so that a problem points to where it was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from offpage.expr.checker import Checked, check
from offpage.expr.ir import Const, Hole, Ir, TextOf
from offpage.expr.parser import parse
from offpage.expr.scope import Scope
from offpage.expr.syntax import Problem, Tree
from offpage.values.types import TEXT, UNKNOWN, Type

MOST_HOLES: Final = 1_000
"""How many `{{ }}` one text may have."""

_OPENING: Final = re.compile(r"\\?\{\{")
_INSIDE: Final = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\}\}""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Template:
    """A property's text in parts: constant texts and the trees of its expressions.

    `is_value` says that it is one expression after `=`, whose value keeps its type.
    """

    parts: tuple[str | Tree, ...]
    problems: tuple[Problem, ...] = ()
    is_value: bool = False

    @property
    def is_constant(self) -> bool:
        """Whether it has no expression at all."""
        return not any(not isinstance(part, str) for part in self.parts) and not self.problems

    @property
    def constant(self) -> str:
        """The text, where it is constant."""
        return "".join(part for part in self.parts if isinstance(part, str))


def is_dynamic(text: str) -> bool:
    """Whether a property's text is an expression, or has holes (escaped ones do not count)."""
    if text.startswith("="):
        return True
    return any(not found.group().startswith("\\") for found in _OPENING.finditer(text))


def parse_template(text: str) -> Template:
    """Cut a property's text into its parts. Takes any text."""
    if text.startswith("="):
        parsed = parse(text, 1)
        return Template((parsed.tree,), parsed.problems, is_value=True)
    if text.startswith("\\="):
        return _with_holes(text, 1)
    return _with_holes(text, 0)


def expression_at(text: str, cursor: int) -> tuple[int, int] | None:
    """Where the expression begins and ends in which a place of a property's text lies; None for constant text."""
    if text.startswith("="):
        return (1, len(text)) if cursor > 0 else None
    at = 1 if text.startswith("\\=") else 0
    while (opening := _OPENING.search(text, at)) is not None and opening.end() <= cursor:
        at = opening.end()
        if opening.group().startswith("\\"):
            continue
        closing = _closing(text, at)
        stop = len(text) if closing < 0 else closing
        if cursor <= stop:
            return at, stop
        at = stop
    return None


def check_text(text: str, scope: Scope, expected: Type | None = None) -> Checked:
    """The typed tree of a property's text; a text without expressions is a constant text."""
    template = parse_template(text)
    if template.is_value:
        tree = template.parts[0]
        assert not isinstance(tree, str)
        checked = check(tree, scope, expected)
        return Checked(checked.ir, _in_order((*template.problems, *checked.problems)), checked.warnings)
    problems = list(template.problems)
    warnings: list[Problem] = []
    parts: list[str | Ir] = []
    for part in template.parts:
        if isinstance(part, str):
            parts.append(part)
            continue
        inner = check(part, scope)
        problems.extend(inner.problems)
        warnings.extend(inner.warnings)
        parts.append(inner.ir)
    whole = (0, len(text))
    ir: Ir = Const(TEXT, template.constant, whole) if template.is_constant else TextOf(TEXT, tuple(parts), whole)
    return Checked(
        ir if expected is None else _fitting(ir, expected, problems), _in_order(tuple(problems)), tuple(warnings)
    )


def _fitting(ir: Ir, expected: Type, problems: list[Problem]) -> Ir:
    """A text is wanted where text, a URL or json may stand; elsewhere an expression must be."""
    if expected.kind in {"text", "file", "image", "json", "unknown", "empty"} and not expected.is_list:
        return ir
    if isinstance(ir, TextOf):
        problems.append(Problem(ir.place, f"This gives a text, but {expected} is needed here. Begin with = instead."))
        return Hole(UNKNOWN, ir.place)
    return ir


def _in_order(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(dict.fromkeys(sorted(problems, key=lambda one: one.place)))


def _with_holes(text: str, at: int) -> Template:
    parts: list[str | Tree] = []
    problems: list[Problem] = []
    holes = 0
    while (opening := _OPENING.search(text, at)) is not None:
        if opening.group().startswith("\\"):
            parts.append(text[at : opening.start()] + "{{")
            at = opening.end()
            continue
        parts.append(text[at : opening.start()])
        closing = _closing(text, opening.end())
        holes += 1
        if closing < 0 or holes > MOST_HOLES:
            problems.append(_unclosed(text, opening.span(), holes))
            parts.append(text[opening.start() :])
            return Template(_merged(parts), tuple(problems))
        parsed = parse(text, opening.end(), closing)
        parts.append(parsed.tree)
        problems.extend(parsed.problems)
        at = closing + 2
    parts.append(text[at:])
    return Template(_merged(parts), tuple(problems))


def _unclosed(text: str, place: tuple[int, int], holes: int) -> Problem:
    if holes > MOST_HOLES:
        return Problem(place, f"This text has more than {MOST_HOLES:,} holes. Split it over several steps.")
    return Problem(place, "This {{ is not closed. Write }} where the expression ends, or \\{{ for the characters.")


def _closing(text: str, start: int) -> int:
    """Where the `}}` of a hole stands; one inside a quoted text does not count. -1 if there is none."""
    at = start
    while (found := _INSIDE.search(text, at)) is not None:
        if found.group() == "}}":
            return found.start()
        at = found.end()
    # A quote that does not end would hide every }} after it.
    return text.find("}}", start)


def _merged(parts: list[str | Tree]) -> tuple[str | Tree, ...]:
    """Neighbouring constant texts as one, without empty ones."""
    merged: list[str | Tree] = []
    for part in parts:
        last = merged[-1] if merged else None
        if isinstance(part, str) and isinstance(last, str):
            merged[-1] = last + part
        elif part != "":
            merged.append(part)
    return tuple(merged)
