"""What of an expression cannot be said in SQL, although it must be: the condition and the order of a search."""

from __future__ import annotations

from dataclasses import replace

from offpage.expr.access import OPEN
from offpage.expr.free import all_of
from offpage.expr.ir import Call, Ir, Search
from offpage.expr.query.chain import is_list_source, select_of
from offpage.expr.query.compilation import condition_of
from offpage.expr.query.draft import Draft, Surroundings
from offpage.expr.query.row import condition, row
from offpage.expr.query.term import Unsayable
from offpage.expr.syntax import Problem
from offpage.model.schema import Schema
from offpage.sql.sqlite import SQLITE


def unsayable(ir: Ir, schema: Schema) -> list[Problem]:
    """A problem for every condition or order of a search that the database cannot evaluate."""
    found: dict[tuple[int, int], Problem] = {}
    for node in all_of(ir):
        problem = _try(node, schema) if _must_be_said(node) else None
        if problem is not None:
            found.setdefault(problem.place, problem)
    return list(found.values())


def unsayable_rule(ir: Ir, schema: Schema, type_id: str) -> list[Problem]:
    """The same for a privacy rule over the rows of a type."""
    try:
        for around in (_around(schema), replace(_around(schema), user_in_sql=True, by_ids=True)):
            condition_of(ir, around, type_id, "a")
    except Unsayable as problem:
        # In a rule nothing can be computed before.
        message = problem.message.replace("; compute it before", "").replace("inside a search", "in a privacy rule")
        return [Problem(problem.place, message)]
    return []


def _around(schema: Schema) -> Surroundings:
    # What is said does not depend on the database: an operator has SQL for both or for none.
    return Surroundings(schema, SQLITE, OPEN, lambda _: lambda rt: None)


def _draft(schema: Schema) -> Draft:
    return Draft(_around(schema), row, condition)


def _must_be_said(ir: Ir) -> bool:
    match ir:
        case Search():
            return True
        case Call(operator=operator):
            return operator.query in {"where", "sort_by"} and _begins_with_search(ir)
    return False


def _begins_with_search(ir: Ir | None) -> bool:
    while isinstance(ir, Call) and is_list_source(ir):
        ir = ir.operands[0]
    return isinstance(ir, Search)


def _try(ir: Ir, schema: Schema) -> Problem | None:
    if isinstance(ir, Call) and ir.operands[0] is not None and _try(ir.operands[0], schema) is not None:
        # What comes before is evaluated in Python (or has a problem of its own), and so is this.
        return None
    try:
        select_of(ir, _draft(schema), None)
    except Unsayable as problem:
        return Problem(problem.place, problem.message)
    return None
