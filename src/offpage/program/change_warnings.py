"""Steps by which a caller could change a thing of somebody else: they choose it, and nothing asks whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from offpage.expr.ir import Call, Ir, Slot
from offpage.expr.scope import Scope
from offpage.kernel.address import join
from offpage.model.documents import StepDoc, WorkflowDoc
from offpage.model.node import Node, Scalar
from offpage.model.report import Report
from offpage.program.mentioned import texts
from offpage.program.reading import Reader

LOOP: Final = "for_each"

CHANGES: Final = {
    "change_thing": ("thing", "changes a thing"),
    "delete_thing": ("thing", "deletes a thing"),
    "set_slug": ("thing", "changes a thing"),
    "change_list": ("list", "changes things"),
    "delete_list": ("list", "deletes things"),
    LOOP: ("list", ""),
}
"""The property that says what an action changes, and what is said of it."""

CALLERS: Final = {"none": "Anybody may call this workflow", "user": "Any user may call this workflow"}

ENDS: Final = "terminate"
"""The action that ends a run, so that its condition decides what comes after it."""


def warn_of_changes(reader: Reader, doc: WorkflowDoc, scope: Scope) -> None:
    """Say where a caller chooses what is changed or deleted. `scope` has the parameters, but no results.

    A condition that mentions the thing or the caller is taken for a check, on the step, on the workflow, on a block that
    holds the step, and on an earlier step that may end the run.
    """
    if doc.trigger != "api" or not doc.expose or doc.disabled or doc.auth == "admin" or doc.verify is not None:
        return
    unsaid = {one.name for one in doc.parameters}
    items: dict[str, str] = {}  # what a loop calls an item → the parameter that is the list
    for step, conditions in _every(doc.steps, [] if doc.only_when is None else [doc.only_when]):
        key, words = CHANGES.get(step.do, ("", ""))
        given = step.props.items.get(key) if step.props else None
        if not isinstance(given, Scalar) or not given.text.startswith("="):
            continue
        tree = reader.trees.get(join(step.address, "with", key))
        name = items.get(given.text[1:].strip(), "") or _chosen(tree, scope, doc)
        if not name or _mentions([given], ["current_user"]):
            continue
        if step.do == LOOP and step.name:
            items[step.name] = name
            continue
        called = [name, "current_user", *(item for item, of in items.items() if of == name)]
        if name not in unsaid or _mentions(conditions, called):
            continue
        unsaid.discard(name)
        message = (
            f"{CALLERS[doc.auth]} (`auth: {doc.auth}`), and this step {words} that the caller chooses (`{name}`), whoever it"
            f" belongs to: privacy rules do not keep a workflow from it. Say whose it may be with `only_when`, such as"
            f" `only_when: ={name}.created_by == current_user`, or write `auth: admin`."
        )
        Report(reader.issues).warning(join(step.address, "with", key), given, message)


def _every(steps: Sequence[StepDoc], around: list[Node]) -> Iterator[tuple[StepDoc, list[Node]]]:
    """Each step that runs, with the conditions that decide whether it does."""
    conditions = list(around)
    for one in steps:
        if one.disabled:
            continue
        own = [*conditions, *([] if one.only_when is None else [one.only_when])]
        yield one, own
        held = [*own, *([] if one.props is None or one.do == LOOP else [one.props])]
        yield from _every(one.steps, held)
        yield from _every(one.otherwise, held)
        if one.do == ENDS and one.only_when is not None:
            conditions.append(one.only_when)


def _chosen(ir: Ir | None, scope: Scope, doc: WorkflowDoc) -> str:
    """The parameter that is the thing, or the list that it is taken from; "" where it is none."""
    match ir:
        case Slot(index=index):
            return next((one.name for one in doc.parameters if _is_thing(scope, one.name, index)), "")
        case Call(operands=(first, *_)):
            return _chosen(first, scope, doc)
    return ""


def _is_thing(scope: Scope, name: str, slot: int) -> bool:
    """Whether a parameter stands in this slot, and is of a data type that there is."""
    named = scope.names[name]
    return named.slot == slot and named.type.kind == "thing"


def _mentions(nodes: Sequence[Node], words: Sequence[str]) -> bool:
    word = re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b")
    return any(word.search(text) for node in nodes for text in texts(node))
