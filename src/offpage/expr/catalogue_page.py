"""The reference page of all operators, made from their declarations."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from itertools import groupby

import offpage.expr.operators
from offpage.expr.operator import CATALOGUE, Operand, Operator, all_operators
from offpage.values.types import Type

_HEAD = """\
# Operators

Made from the operators' declarations. An operator on something empty gives empty (a yes/no operator gives no, a count
gives 0), unless it says otherwise. *Search* marks what can be used on a row inside a search or a privacy rule: there it
becomes SQL, with the same meaning. *List* marks what a search turns into one statement when it follows the search.
"""


def catalogue_markdown() -> str:
    """The page as Markdown: one section for each subject, one row for each operator."""
    every = sorted(all_operators(), key=lambda one: (subject_order(one.subject), one.subject))
    sections = (_section(subject, list(same)) for subject, same in groupby(every, key=lambda one: one.subject))
    return "\n".join([_HEAD, *sections])


def subject_order(subject: str) -> int:
    """Where a subject stands: in the order of the map in the package's docstring."""
    known = (offpage.expr.operators.__doc__ or "").split()
    return known.index(subject) if subject in known else len(known)


def _section(subject: str, operators: Iterable[Operator]) -> str:
    module = importlib.import_module(f"offpage.expr.operators.{subject}")
    words = " ".join((module.__doc__ or "").split())
    rows = dict.fromkeys(_row(one) for one in operators if not one.name.endswith("strict"))
    title = subject.replace("_", " ").capitalize()
    return "\n".join([f"## {title}", "", words, "", "| written | gives | meaning | |", "|---|---|---|---|", *rows, ""])


def _row(one: Operator) -> str:
    cells = (f"`{written(one)}`", result_words(one), one.doc, _where(one))
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def written(one: Operator) -> str:
    """How the operator is written, with what it accepts."""
    accepted = [_operand(operand) for operand in one.operands]
    match one.form, accepted:
        case "symbol", [only]:
            return f"-{only}" if one.name == "negate" else f"{one.name} {only}"
        case "symbol", [first, second]:
            return f"{first} {one.name} {second}"
        case "method", [first, *rest]:
            return f"{first}.{one.name}" + (f"({', '.join(rest)})" if rest else "")
    return f"{one.name}({', '.join(accepted)})"


def _operand(operand: Operand) -> str:
    words = operand.accepts.words
    named = words if operand.name in ("of", "one", "other") else f"{operand.name}: {words}"
    return f"[{named}]" if operand.optional else named


def result_words(one: Operator) -> str:
    """What comes out; for an operator whose result depends on its operands, in a word."""
    if isinstance(one.gives, Type):
        return str(one.gives)
    names = {"same_as_first": "the same", "item_of_first": "an item", "listed_first": "a list of it"}
    return names.get(one.gives.__name__, "depends")


def _where(one: Operator) -> str:
    """Whether it can be used on a row of a search (`==` as its strict twin), and on a search as a list."""
    words = one.operands[0].accepts.words if one.operands else ""
    twins = [twin for twin in CATALOGUE.get(f"{one.name}strict", ()) if twin.operands[0].accepts.words == words]
    on_row = any(each.sql is not None for each in (one, *twins))
    return ", ".join(mark for mark, holds in (("Search", on_row), ("List", one.query)) if holds)
