"""One file as it is being written, looked at beside the program that runs: its issues, and what may stand where.

It is read by the very code that makes the program, so that what an editor offers is what will count.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from offpage.expr.scope import Scope
from offpage.kernel.address import Address, join
from offpage.kernel.errors import AppError
from offpage.kernel.issues import Issue, Issues
from offpage.model.edit import Path, SetValue, edited
from offpage.model.node import Items, Keys, Node, Scalar
from offpage.model.parsed import address_of
from offpage.model.report import Report
from offpage.model.workflow import read_workflow as read_document
from offpage.model.yaml_text import read_yaml
from offpage.program.connectors import read_connectors
from offpage.program.privacy import read_policy
from offpage.program.program import Program
from offpage.program.reading import Noted, Reader
from offpage.program.workflow import read_workflow
from offpage.values.types import YES_NO, thing

_ANY: Final = Scalar("=empty", "=empty")
"""An expression that fits wherever one may stand."""

_ACTION: Final = Scalar("terminate", "terminate")


@dataclass(frozen=True, slots=True)
class Look:
    """What was found: issues of the file, and what is wanted at each address where a value may stand."""

    issues: tuple[Issue, ...]
    noted: Mapping[Address, Noted]


def look(program: Program, secrets: frozenset[str] | None, file: str, text: str) -> Look:
    """Look at a file with this text. Never raises for what is in it."""
    issues = Issues()
    root = read_yaml(file, text, address_of(file), Report(issues))
    if not isinstance(root, Keys):
        return Look(tuple(issues), {})
    return _look(program, secrets, file, root, issues)


def around(file: str, root: Keys, path: Path) -> Keys:
    """What of a file a place in it depends on: not what comes after it, nor what stands there now."""
    if file.startswith("workflows/") and path and path[0] != "redirect":
        last = path[1] if len(path) > 1 and path[0] == "steps" and isinstance(path[1], int) else -1
        steps = root.items.get("steps")
        if isinstance(steps, Items):
            root = Keys({**root.items, "steps": Items(steps.items[: last + 1], steps.mark)}, root.key_marks, root.mark)
    if "with" in path[:-1] or (path and path[-1] == "only_when"):
        with contextlib.suppress(AppError):
            return _keys(edited(_with_items(root, path), SetValue(path, _ANY)), root)
    return root


def _keys(node: Node, otherwise: Keys) -> Keys:
    return node if isinstance(node, Keys) else otherwise


def noted_at(program: Program, secrets: frozenset[str] | None, file: str, start: Keys, path: Path) -> Noted:
    """What may stand at a path of a file, whatever stands there now: also where there is nothing yet.

    Where no value can stand, it is what may stand in the condition of the same step, or of the workflow. `start` is the
    file, as far as the place depends on it.
    """
    for attempt, place in enumerate(_places(path)):
        try:
            tree = edited(_with_items(start, place), SetValue(place, _ANY))
            if attempt and len(place) > 1:
                # A step whose action is not known yet has a condition all the same.
                tree = edited(tree, SetValue([*place[:-1], "do"], _ACTION))
        except AppError:
            continue
        if not isinstance(tree, Keys):
            continue
        noted = _look(program, secrets, file, tree, Issues()).noted.get(join(address_of(file), *place))
        if noted is not None:
            expected = noted.expected if list(place) == list(path) else None
            return replace(noted, expected=expected, given=_given(file, tree, noted.scope))
    return Noted(Scope(program.schema, secrets=secrets), None)


def _places(path: Path) -> list[Path]:
    """The path, then the conditions of what it stands in, the innermost first."""
    inside = [end for end in range(len(path) - 1, 0, -1) if isinstance(path[end - 1], int)]
    return [path, *([*path[:end], "only_when"] for end in inside), ["only_when"]]


def _with_items(node: Node, path: Path) -> Node:
    """The tree with an empty step where a path leads to an item that is not there yet."""
    if not path:
        return node
    name, *rest = path
    if isinstance(name, int):
        items = node.items if isinstance(node, Items) else ()
        if name == len(items):
            items = (*items, Keys({}, {}))
        if not 0 <= name < len(items):
            return node
        return Items((*items[:name], _with_items(items[name], rest), *items[name + 1 :]), node.mark)
    if not isinstance(node, Keys):
        return node
    below = node.items.get(name, Scalar(None, ""))
    if rest and isinstance(below, Scalar) and isinstance(rest[0], int):
        below = Items(())
    if isinstance(below, Scalar) and not rest:
        return node
    return Keys({**node.items, name: _with_items(below, rest)}, {**node.key_marks, name: node.mark}, node.mark)


def _look(program: Program, secrets: frozenset[str] | None, file: str, root: Keys, issues: Issues) -> Look:
    reader = Reader(program.schema, program.dialect, program.forms, issues)
    noted: dict[Address, Noted] = {}
    reader.noted, reader.secrets, reader.access = noted, secrets, program.privacy
    reader.calls, reader.workflows = program.calls, program.signatures
    kind, _, name = file.removesuffix(".yaml").partition("/")
    match kind:
        case "workflows":
            doc = read_document(name, root, Report(issues))
            try:
                read_workflow(reader, program.app.settings, doc)
            except Exception as error:  # noqa: BLE001 - a mistake of ours costs this file, not the editor
                reader.crash(doc.address, doc.mark, "this workflow", error)
        case "connectors":
            read_connectors(reader, replace(program.app, connectors={name: root}))
        case "types" if name in program.schema.types:
            app = replace(program.app, types={**program.app.types, name: root})
            read_policy(reader, app, program.schema.types[name])
            for rule in _names(root.items.get("privacy")):
                noted.setdefault(join("types", name, "privacy", rule, "when"), _rule(program, name))
    return Look(tuple(issues), noted)


def _given(file: str, root: Keys, scope: Scope) -> frozenset[str]:
    """The names that are parameters."""
    if not file.startswith("workflows/"):
        return frozenset(scope.names)
    written = frozenset(_names(root.items.get("parameters")))
    return written or frozenset({"before", "after", "thing"} & scope.names.keys())


def _names(node: Node | None) -> list[str]:
    return list(node.items) if isinstance(node, Keys) else []


def _rule(program: Program, type_id: str) -> Noted:
    return Noted(Scope(program.schema, this=thing(type_id), strict=True), YES_NO, is_rule=True)
