"""Nodes → plain values, following a form. What is wrong becomes one issue and counts as absent."""

from __future__ import annotations

from datetime import tzinfo
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from offpage.kernel.address import Address, join
from offpage.kernel.errors import InvalidData
from offpage.model.form import (
    ChoiceForm,
    Form,
    ListForm,
    MappingForm,
    NamesForm,
    NumberForm,
    PartlyForm,
    SpanForm,
    TextForm,
    ValueForm,
    YesNoForm,
    ZoneForm,
)
from offpage.model.names import wrong_field_id, wrong_name
from offpage.model.node import Items, Keys, Node, Scalar
from offpage.model.report import Report, did_you_mean, kind_of, nearest, shown
from offpage.values.codec import Forms, from_text
from offpage.values.shapes import Interval
from offpage.values.types import INTERVAL

OTHER_KEYS: Final = {"at": " Say it with `cron: '0 9 * * *'`, or the first time with `starts`."}
"""What people look for in a workflow that starts again and again, and how it is said."""

OTHER_NEED: Final = frozenset({"cron", "starts"})

NAME_CHECKS: Final = {"name": wrong_name, "field": wrong_field_id}


def read_keys(form: MappingForm, keys: Keys, address: Address, report: Report) -> dict[str, Any]:
    """Every key of the form with its value, or its default where it is absent or wrong."""
    found = {name: key.default for name, key in form.keys.items()}
    for name, node in keys.items.items():
        key = form.keys.get(name)
        if key is None:
            if not form.open:
                mark = keys.key_marks.get(name, node.mark)
                hint = OTHER_KEYS.get(name, "") if form.keys.keys() >= OTHER_NEED else ""
                hint = hint or did_you_mean(name, form.keys) or f" Its keys: {', '.join(form.keys)}."
                report.error(join(address, name), mark, f"{shown(name)} is not a key of {form.what}.{hint}")
                _meant(form, name, keys, found)
        elif not isinstance(node, Scalar) or node.value is not None or isinstance(key.form, ValueForm):
            value = read_form(key.form, node, join(address, name), report)
            if value is not None:
                found[name] = value
            elif key.wrong is not None:
                found[name] = key.wrong
    for name, key in form.keys.items():
        absent = name not in keys.items or keys.items[name] == Scalar(None, "", True, keys.items[name].mark)
        if key.required and absent:
            report.error(address, keys, key.missing or f"The key `{name}` is missing here: {key.doc}")
    return found


def _meant(form: MappingForm, name: str, keys: Keys, found: dict[str, Any]) -> None:
    """A misspelt key counts as one whose value is wrong."""
    meant = nearest(name, form.keys)
    if meant in form.keys and meant not in keys.items and form.keys[meant].wrong is not None:
        found[meant] = form.keys[meant].wrong


def read_form(form: Form, node: Node, address: Address, report: Report) -> Any:
    """The value of a node, or None after saying what is wrong with it."""
    match form:
        case ValueForm():
            return node
        case MappingForm():
            return _mapping(form, node, address, report)
        case NamesForm():
            return _names(form, node, address, report)
        case ListForm():
            nodes = node.items if isinstance(node, Items) else (node,)
            read = [read_form(form.of, one, join(address, at), report) for at, one in enumerate(nodes)]
            return tuple(value for value in read if value is not None)
        case PartlyForm():
            return _partly(node, address, report)
        case _:
            return _scalar(form, node, address, report)


def _partly(node: Node, address: Address, report: Report) -> bool | tuple[str, ...] | None:
    if isinstance(node, Scalar) and (isinstance(node.value, bool) or node.text in ("yes", "no")):
        read: bool | None = _scalar(YesNoForm(), node, address, report)
        return read
    names: tuple[str, ...] = read_form(ListForm(TextForm()), node, address, report)
    return names


def _mapping(form: MappingForm, node: Node, address: Address, report: Report) -> dict[str, Any] | None:
    if isinstance(node, Keys):
        return read_keys(form, node, address, report)
    if form.short and isinstance(node, Scalar):
        return read_keys(form, Keys({form.short: node}, {form.short: node.mark}, node.mark), address, report)
    if isinstance(node, Scalar) and node.value is None:
        return read_keys(form, Keys({}, {}, node.mark), address, report)
    report.error(address, node, f"Here stands {kind_of(node)}, but {form.what} is a mapping: write `key: value` lines.")
    return None


def _names(form: NamesForm, node: Node, address: Address, report: Report) -> dict[str, Any] | None:
    if not isinstance(node, Keys):
        report.error(address, node, f"Here stands {kind_of(node)}; write one `name: …` line for each {form.what}.")
        return None
    found = {}
    check = NAME_CHECKS.get(form.kind)
    for name, value in node.items.items():
        problem = check(name, form.what) if check else None
        if problem:
            report.error(join(address, name), node.key_marks[name], problem)
        else:
            read = read_form(form.of, value, join(address, name), report)
            if read is not None:
                found[name] = read
    return found


def _scalar(form: Form, node: Node, address: Address, report: Report) -> Any:
    if not isinstance(node, Scalar):
        report.error(address, node, f"Here stands {kind_of(node)}, but this is {_wanted(form)}.")
        return None
    match form:
        case TextForm():
            return node.text
        case YesNoForm() if isinstance(node.value, bool):
            return node.value
        case YesNoForm() if node.text in ("yes", "no"):
            return node.text == "yes"
        case NumberForm() if _is_number(node.value, form):
            return node.value
        case ChoiceForm() if node.text in form.words:
            return node.text
        case ZoneForm() if zone(node.text) is not None:
            return node.text
        case SpanForm() if (ms := span(node.text)) is not None:
            return ms
    hint = ""
    if isinstance(form, ZoneForm):
        hint = did_you_mean(node.text, available_timezones()) or " Write it as Europe/Oslo or UTC."
    elif isinstance(form, ChoiceForm):
        near = nearest(node.text, form.words)
        hint = f" Did you mean `{near}`?" if near else ""
    elif isinstance(form, SpanForm) and node.text.strip().isdigit():
        hint = f" Say the unit: `{node.text.strip()} s`, or `min`, `h`, `days`."
    report.error(address, node, f"{shown(node.text)} is not {_wanted(form)}.{hint}")
    return None


def _is_number(value: object, form: NumberForm) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return form.minimum <= value <= 2**53 and (not form.whole or value == int(value))


def _wanted(form: Form) -> str:
    match form:
        case YesNoForm():
            return "yes or no"
        case NumberForm():
            kind = "a whole number" if form.whole else "a number"
            return f"{kind} of at least {form.minimum:g}"
        case ChoiceForm():
            return "one of " + ", ".join(form.words)
        case ZoneForm():
            return "the name of a time zone"
        case SpanForm():
            return "a time such as `30 days` or `12 hours`, or `forever`"
        case _:
            return "text"


def span(text: str) -> int | None:
    """The ms of a time such as `30 days`, 0 for `forever`, None where it is neither."""
    if text.strip().lower() == "forever":
        return 0
    if not text[-1:].isalpha():  # a number alone would be so many ms
        return None
    try:
        found: Interval = from_text(INTERVAL, text, Forms())
    except InvalidData:
        return None
    return found.total_ms if found.total_ms > 0 else None


@lru_cache(maxsize=256)
def zone(name: str) -> tzinfo | None:
    """The time zone of a name, or None where there is none."""
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        return None
