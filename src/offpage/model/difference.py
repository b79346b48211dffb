"""What is different between two versions of an app, document by document."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from offpage.model.documents import App
from offpage.model.node import Node
from offpage.model.plain import written_form

How = Literal["added", "changed", "removed"]

FIELDS: Final = "fields"
"""The key of a data type under which each entry is told apart."""


@dataclass(frozen=True, slots=True)
class Change:
    """One document that is different. `parts` are the keys that are: `steps`, `fields/total`.

    `label`: what people call it, or did before it was removed; "" where it has no name but its id.
    """

    how: How
    kind: str
    id: str
    parts: tuple[str, ...] = ()
    label: str = ""


def difference(former: App | None, latter: App) -> tuple[Change, ...]:
    """What changes with the step from one version of an app to another; without a former one all is new."""
    found: list[Change] = []
    before = {} if former is None else _documents(former)
    after = _documents(latter)
    for kind, documents in after.items():
        there = before.get(kind, {})
        for name in sorted({*there, *documents}):
            if name not in there:
                found.append(Change("added", kind, name, label=_label(documents[name])))
            elif name not in documents:
                found.append(Change("removed", kind, name, label=_label(there[name])))
            elif parts := _parts(there[name], documents[name]):
                found.append(Change("changed", kind, name, parts, _label(documents[name])))
    return tuple(found)


def _label(document: Any) -> str:
    """What people call a document; texts begin with `'` (see `written_form`)."""
    label = document.get("label") if isinstance(document, dict) else None
    return label.removeprefix("'") if isinstance(label, str) else ""


def _documents(app: App) -> dict[str, dict[str, Any]]:
    """Every document as plain data that tells apart what files tell apart, by kind and id."""
    return {
        "settings": {"app.yaml": dataclasses.asdict(app.settings)},
        "data type": _plain(app.types),
        "option set": _plain(app.option_sets),
        "workflow": {
            one.id: {**written_form(one.keys), "file": one.path} for one in app.workflows.values() if one.keys
        },
        "connector": _plain(app.connectors),
    }


def _plain(documents: Mapping[str, Node]) -> dict[str, Any]:
    return {name: written_form(one) for name, one in documents.items()}


def _parts(before: Any, after: Any) -> tuple[str, ...]:
    """The keys whose values are different; ("…",) where only their order is."""
    if before == after and (not isinstance(before, dict) or list(before) == list(after)):
        return ()
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return ("…",)
    found: list[str] = []
    for key in dict.fromkeys([*before, *after]):
        was, is_now = before.get(key), after.get(key)
        if was == is_now and (key in before) == (key in after):
            continue
        inside = key == FIELDS and isinstance(was, dict) and isinstance(is_now, dict)
        found += [f"{key}/{one}" for one in _parts(was, is_now)] if inside else [key]
    return tuple(found) or ("…",)
