"""What an app can be made of, from the declarations: actions, keys of files, types, operators."""

from __future__ import annotations

import re
from functools import cache
from inspect import cleandoc
from typing import Any, Final

import msgspec

from offpage.actions.action import Action, Static
from offpage.actions.block import Block
from offpage.actions.catalogue import actions, group_of
from offpage.editor.asked import Asked
from offpage.editor.roles import Role
from offpage.editor.route import Route
from offpage.expr.catalogue_page import result_words, subject_order, written
from offpage.expr.operator import all_operators
from offpage.model.connector_keys import CONNECTOR_FILE
from offpage.model.form import ChoiceForm, Form, Key, ListForm, MappingForm, NamesForm
from offpage.model.keys import APP_FILE, STEP, TRIGGERS, WORKFLOW_FILE
from offpage.model.type_keys import OPTION_SET_FILE, TYPE_FILE
from offpage.values.kind import HOW, SPOKEN
from offpage.values.types import SCALARS


class PropShown(msgspec.Struct):
    """A property of an action. `form`: how it is written (actions/kinds.py); `of`: the properties it depends on.

    `required_without`: it must be given where none of these is.
    """

    name: str
    label: str
    doc: str
    required: bool
    default: Any
    of: str
    secret: bool
    form: str
    type: str
    words: list[str]
    takes: str
    required_without: list[str] = []


class ActionShown(msgspec.Struct):
    """An action. `holds`: the keys under which such a step holds steps. `result`: what it gives, "" for nothing; `words`: others for it."""

    do: str
    group: str
    label: str
    doc: str
    effect: str
    result: str
    props: list[PropShown]
    holds: list[str]
    words: str


class KeyShown(msgspec.Struct):
    """A key of a file. `label`: what people call it. `keys`: those of what it holds, where that is a mapping; `short`: the one that a lone value is."""

    name: str
    label: str
    doc: str
    form: str
    words: list[str]
    default: Any
    required: bool = False
    keys: list[KeyShown] = []
    short: str = ""


class TypeChoice(msgspec.Struct):
    """A type by name; data types and option sets of the app come beside these."""

    id: str
    label: str
    doc: str


class OperatorShown(msgspec.Struct):
    """An operator of expressions."""

    name: str
    on: str
    takes: str
    gives: str
    doc: str
    example: str
    group: str


class Catalogue(msgspec.Struct):
    """Everything. `triggers`: the keys that mean something for each trigger; `files`: those of each kind of file."""

    actions: list[ActionShown]
    steps: list[KeyShown]
    triggers: dict[str, list[KeyShown]]
    files: dict[str, list[KeyShown]]
    types: list[TypeChoice]
    operators: list[OperatorShown]


_FORM: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


async def show(asked: Asked) -> Catalogue:
    """The catalogue; it changes with the version of Offpage only."""
    return catalogue()


@cache
def catalogue() -> Catalogue:
    """Made from the declarations."""
    workflow = WORKFLOW_FILE.keys
    return Catalogue(
        actions=[_action(name, one) for name, one in sorted(actions().items())],
        steps=_keys(STEP),
        triggers={
            trigger: [_key(name, key) for name, key in workflow.items() if not key.only or trigger in key.only]
            for trigger in TRIGGERS
        },
        files={
            "app": _keys(APP_FILE),
            "type": _keys(TYPE_FILE),
            "option_set": _keys(OPTION_SET_FILE),
            "workflow": _keys(WORKFLOW_FILE),
            "connector": _keys(CONNECTOR_FILE),
        },
        types=[TypeChoice(name, SPOKEN.get(name, name), HOW.get(name, "")) for name in SCALARS],
        operators=_operators(),
    )


def _action(name: str, action: type[Action]) -> ActionShown:
    said = cleandoc(action.__doc__ or name)
    first, _, rest = said.partition("\n")
    holds = []
    if issubclass(action, Block):
        holds = ["steps", "else"] if action.has_else else ["steps"]
    return ActionShown(
        do=name,
        group=group_of(action),
        label=first.strip().rstrip("."),
        doc=rest.strip(),
        effect=action.effect.value,
        result=_result(action),
        props=[
            PropShown(
                key,
                prop.label,
                prop.doc,
                prop.required,
                prop.default,
                prop.of,
                prop.secret,
                prop.kind.form,
                "" if prop.kind.type is None else str(prop.kind.type),
                list(prop.kind.words),
                prop.kind.words_for_people,
                [one for one in action.one_of if one != key] if key in action.one_of else [],
            )
            for key, prop in action.props.items()
        ],
        holds=holds,
        words=action.words,
    )


def _result(action: type[Action]) -> str:
    """What kind of result a step of this action has; "" for none. Where it depends on the properties, just that."""
    gives = action.gives.__func__  # type: ignore[attr-defined]  # a classmethod's function
    if gives is Action.gives.__func__:  # type: ignore[attr-defined]
        return ""
    try:
        found = action.gives(Static({}, {}))
    except (KeyError, AttributeError):  # it looks at a property
        return "depends"
    return "" if found is None else str(found)


def _keys(form: MappingForm) -> list[KeyShown]:
    return [_key(name, key) for name, key in form.keys.items()]


def _key(name: str, key: Key) -> KeyShown:
    inner: Form = key.form
    while isinstance(inner, NamesForm | ListForm):
        inner = inner.of
    mapping = inner if isinstance(inner, MappingForm) else None
    return KeyShown(
        name=name,
        label=key.label or name.replace("_", " ").capitalize(),
        doc=key.doc,
        form=_FORM.sub("_", type(key.form).__name__.removesuffix("Form")).lower(),
        words=list(key.form.words) if isinstance(key.form, ChoiceForm) else [],
        default=key.default if isinstance(key.default, str | int | float | bool | None) else None,
        required=key.required,
        keys=[] if mapping is None else _keys(mapping),
        short="" if mapping is None else mapping.short,
    )


def _operators() -> list[OperatorShown]:
    found: dict[tuple[str, str], OperatorShown] = {}
    for one in sorted(all_operators(), key=lambda each: (subject_order(each.subject), each.subject)):
        if one.name.endswith("strict"):
            continue
        on = one.operands[0].accepts.words if one.operands else ""
        takes = ", ".join(f"{each.name}: {each.accepts.words}" for each in one.operands[1:])
        shown = OperatorShown(one.name, on, takes, result_words(one), one.doc, written(one), one.subject)
        found.setdefault((shown.example, shown.on), shown)
    return list(found.values())


ROUTES = (Route("GET", "/catalogue", Role.VIEW, show),)
