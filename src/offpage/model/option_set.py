"""The files of options/ → option sets."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from offpage.kernel.address import Address, join
from offpage.model.form_reader import read_keys
from offpage.model.known import Known, Labels
from offpage.model.literal import fixed_value
from offpage.model.node import Keys, Node
from offpage.model.plain import part, parts
from offpage.model.report import Report, shown
from offpage.model.schema import Option, OptionSet
from offpage.model.type_keys import OPTION_SET_FILE
from offpage.model.type_text import read_type
from offpage.values.types import Type

BUILT_IN = ("id", "label")
"""What every option has; no attribute can be called so."""

Found = Mapping[str, dict[str, Any]]
"""The files as read, by the option set's id."""


def read_option_sets(files: Mapping[str, Keys], report: Report) -> dict[str, dict[str, Any]]:
    """Read the keys of every file of options/."""
    return {one: read_keys(OPTION_SET_FILE, keys, join("options", one), report) for one, keys in files.items()}


def option_labels(found: Found) -> Labels:
    """The display texts of all options; one without a label is shown by its id."""
    return Labels(
        {
            set_id: {option_id: option["label"] or option_id for option_id, option in (one["options"] or {}).items()}
            for set_id, one in found.items()
        }
    )


def resolve_option_sets(files: Mapping[str, Keys], found: Found, known: Known) -> dict[str, OptionSet]:
    """All option sets, with the values of their attributes in Python form."""
    return {set_id: _option_set(set_id, files[set_id], one, known) for set_id, one in found.items()}


def _option_set(set_id: str, keys: Keys, one: dict[str, Any], known: Known) -> OptionSet:
    address = join("options", set_id)
    declared = one["attributes"] or {}
    attributes = _attributes(keys, declared, join(address, "attributes"), known)
    nodes = parts(keys.items.get("options"))
    options = {}
    for option_id in one["options"] or {}:
        place = join(address, "options", option_id)
        _check_attributes(nodes[option_id], declared, place, known.report)
        values = _values(nodes[option_id], attributes, place, known)
        options[option_id] = Option(option_id, known.names.labels[set_id][option_id], values)
    _check_labels(options, nodes, address, known.report)
    return OptionSet(set_id, one["label"] or set_id, attributes, options)


def _attributes(keys: Keys, declared: Found, address: Address, known: Known) -> dict[str, Type]:
    """The types of the attributes."""
    attributes = {}
    nodes = parts(keys.items.get("attributes"))
    for name, attribute in declared.items():
        place, node = join(address, name), nodes[name]
        if name in BUILT_IN:
            known.report.error(place, node, f"Every option has `{name}` already; choose another id for this attribute.")
        elif attribute["type"] is not None:
            at = part(node, "type")
            of = read_type(attribute["type"], known, place, at)
            if of and of.kind == "thing":
                message = "An attribute cannot refer to things; use a data type with a field instead."
                known.report.error(place, at, message)
            elif of:
                attributes[name] = of
    return attributes


def _check_attributes(node: Node, declared: Container[str], address: Address, report: Report) -> None:
    """An option has only attributes that its set declares."""
    if not isinstance(node, Keys):
        return
    for name, mark in node.key_marks.items():
        if name != "label" and name not in declared:
            message = f"This option set has no attribute {shown(name)}; declare it under `attributes`, or remove it."
            report.error(join(address, name), mark, message)


def _values(node: Node, attributes: Mapping[str, Type], address: Address, known: Known) -> dict[str, Any]:
    """The values of one option's attributes; an attribute that is left out is empty."""
    written = parts(node)
    return {
        name: fixed_value(written[name], of, known, join(address, name)) if name in written else None
        for name, of in attributes.items()
    }


def _check_labels(options: Mapping[str, Option], nodes: Mapping[str, Node], address: Address, report: Report) -> None:
    """Callers name options by their display text, so no two can share one."""
    seen: dict[str, str] = {}
    for option_id, option in options.items():
        if other := seen.get(option.label):
            message = f"The option `{other}` has the label {shown(option.label)} too; give one of them another label."
            report.error(join(address, "options", option_id), nodes[option_id], message)
        seen.setdefault(option.label, option_id)
