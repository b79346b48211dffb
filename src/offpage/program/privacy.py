"""The `privacy:` of each data type → its policy: conditions typed, permissions read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from offpage.data.policy import PERMISSIONS, Policies, Policy, Rule
from offpage.expr.checker import check_rule
from offpage.expr.ir import Const, Hole, Ir
from offpage.expr.nodes import nodes
from offpage.expr.parser import parse
from offpage.expr.scope import Scope
from offpage.expr.syntax import Problem
from offpage.kernel.address import Address, join
from offpage.kernel.issues import Issues
from offpage.model.documents import App
from offpage.model.form_reader import read_keys
from offpage.model.node import Keys, Mark, Node, Scalar
from offpage.model.plain import parts
from offpage.model.report import Report
from offpage.model.schema import DataType
from offpage.model.type_keys import RULE
from offpage.program.privacy_warnings import warn
from offpage.program.reading import Noted, Reader
from offpage.values.types import YES_NO, thing

NEVER = Const(YES_NO, False)
"""The condition of a rule that has an issue: it holds for nothing."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as it is evaluated, as it is written, and what is wrong with it. None: for everyone."""

    certain: Ir | None = None
    written: Ir | None = None
    problem: str = ""


def read_policies(reader: Reader, app: App) -> Policies:
    """The policy of every data type; a rule that has an issue allows nothing."""
    return {of.id: read_policy(reader, app, of) for of in reader.schema.types.values()}


def read_policy(reader: Reader, app: App, of: DataType) -> Policy:
    """The policy of one type. A mistake of ours costs this type: it allows nothing."""
    try:
        return _policy(reader, app, of)
    except Exception as error:  # noqa: BLE001
        keys = app.types.get(of.id)
        mark = keys.mark if keys is not None else Mark("app.yaml", 1, 1)
        reader.crash(join("types", of.id, "privacy"), mark, "these privacy rules", error)
        return Policy(of.id)


def _policy(reader: Reader, app: App, of: DataType) -> Policy:
    keys = app.types.get(of.id)
    nodes = parts(keys.items.get("privacy")) if keys is not None else {}
    address = join("types", of.id, "privacy")
    rules = [_rule(reader, of, name, node, join(address, name)) for name, node in nodes.items()]
    policy = Policy(of.id, tuple(one for one in rules if one is not None))
    mark = Mark(keys.mark.file, 1, 1) if keys is not None else Mark("app.yaml", 1, 1)
    marks = {name: node.mark for name, node in nodes.items()}
    warn(policy, of, Report(reader.issues), join("types", of.id), mark, marks)
    return policy


def _rule(reader: Reader, of: DataType, name: str, node: Node, address: Address) -> Rule | None:
    """One rule. What is wrong with its keys was said when the file was read."""
    if not isinstance(node, Keys):
        return None
    found: dict[str, Any] = read_keys(RULE, node, address, Report(Issues()))
    when: Node | None = found["when"]
    if when is not None and not (isinstance(when, Scalar) and when.value is None):
        condition = _condition(reader, of, when, join(address, "when"))
    elif "when" in node.items:
        message = "`when` is empty. Write a condition, or remove `when`: everyone."
        condition = _broken(reader, join(address, "when"), node.mark, message)
    else:
        condition = Condition()
    return Rule(
        name,
        condition.certain,
        when.text if isinstance(when, Scalar) else "",
        _view(found["view"], of),
        frozenset(permission for permission in PERMISSIONS if found[permission]),
        condition.written,
        condition.problem,
        _limited(found["create"], of),
        _limited(found["modify"], of),
    )


def _view(written: tuple[str, ...] | None, of: DataType) -> frozenset[str] | None:
    """The fields that a rule shows; None for all. A field that there is not has its issue already."""
    if written is None:
        return frozenset()
    if "all" in written and "all" not in of.fields:
        return None
    return frozenset(one for one in written if one in of.fields)


def _limited(written: bool | tuple[str, ...], of: DataType) -> frozenset[str] | None:
    """The fields that a permission is limited to; None where it is a plain yes or no."""
    return frozenset(one for one in written if one in of.fields) if isinstance(written, tuple) else None


def _condition(reader: Reader, of: DataType, node: Node, address: Address) -> Condition:
    """The condition of a rule over the thing `this`, or one that never holds, after saying what is wrong with it."""
    scope = Scope(reader.schema, this=thing(of.id), strict=True)
    reader.note(address, Noted(scope, YES_NO, is_rule=True))
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return Condition(Const(YES_NO, node.value))
    if not isinstance(node, Scalar) or not node.text.startswith("="):
        message = "A condition is an expression: begin it with `=`, as in `when: =this.created_by == current_user`."
        return _broken(reader, address, node.mark, message)
    parsed = parse(node.text, 1)
    checked = check_rule(parsed.tree, scope)
    problems = sorted({*parsed.problems, *checked.problems}, key=lambda one: one.place)
    for problem in problems:
        _say(reader, address, node, problem)
    if problems:
        return Condition(NEVER, problem=problems[0].message)
    if any(isinstance(one, Hole) for one in nodes(checked.ir)):
        return Condition(NEVER, problem="It uses a data type whose file cannot be read.")
    return Condition(checked.ir, checked.written)


def _broken(reader: Reader, address: Address, mark: Mark, message: str) -> Condition:
    reader.wrong(address, mark, message)
    return Condition(NEVER, problem=message)


def _say(reader: Reader, address: Address, node: Scalar, problem: Problem) -> None:
    offset = problem.place[0] if node.plain else problem.place[0] + 1
    reader.wrong(address, node.mark, problem.message, offset=offset)
