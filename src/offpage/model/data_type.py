"""The files of types/ and options/ → the schema: what data types, fields and option sets there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from offpage.kernel.address import Address, join
from offpage.kernel.issues import Issue, Issues
from offpage.model.documents import App
from offpage.model.form_reader import read_keys
from offpage.model.known import Known
from offpage.model.literal import fixed_value
from offpage.model.names import awkward_type_id
from offpage.model.node import Items, Keys, Mark, Node, Scalar
from offpage.model.option_set import option_labels, read_option_sets, resolve_option_sets
from offpage.model.plain import part, parts
from offpage.model.report import Report, did_you_mean, shown
from offpage.model.schema import USER, DataType, Field, Held, Schema, builtin_fields
from offpage.model.type_keys import TYPE_FILE
from offpage.model.type_text import RESERVED, parse_type, read_type
from offpage.values.kinds import KINDS
from offpage.values.types import Type

__all__ = ["HeldFields", "parse_type", "resolve_schema"]

MOST_COLUMNS = 1_500
"""How many columns the fields of one type may take; PostgreSQL has room for 1,600 in a table."""

NAMING_FIELDS: Mapping[str, tuple[str, ...]] = {"view": ("all",), "create": (), "modify": ()}
"""The keys of a privacy rule that may name fields, with the words that are none but may stand there too."""

HeldFields = Mapping[tuple[str, str], Held]
"""By data type and field."""

COMPARED_WHOLE = ("text", "number", "yes_no", "date", "interval", "file", "image", "thing", "option")
"""Kinds of which two values are the same in one comparison: what `unique` needs."""


def resolve_schema(app: App, held: HeldFields | None = None) -> tuple[Schema, Issues]:
    """The app's data types and option sets, and what is wrong with them; what is wrong is left out.

    `held`: fields for which the database has something else than the app says, which counts.
    """
    issues = Issues()
    report = Report(issues)
    files = {name: keys for name, keys in app.types.items() if _usable(name, keys, "types", report)}
    sets = {name: keys for name, keys in app.option_sets.items() if _usable(name, keys, "options", report)}
    for name in [*sets]:
        if name in files or name == USER:
            place = Mark(sets[name].mark.file, 1, 1)
            message = f"There is a data type `{name}` too, so `{name}` would mean two things; rename one of the files."
            report.error(join("options", name), place, message)
            del sets[name]
    found = read_option_sets(sets, report)
    known = Known(frozenset({*files, USER}), frozenset(sets), option_labels(found), report)
    option_sets = resolve_option_sets(sets, found, known)
    types = {name: _as_held(_data_type(name, keys, known), held or {}) for name, keys in files.items()}
    if USER not in types:
        types[USER] = DataType(USER, "User", builtin_fields(USER))
    doubtful = _doubtful([*app.issues, *issues])
    return Schema(types, option_sets, _unread(app, {*types, *option_sets}), doubtful), issues


def _as_held(of: DataType, held: HeldFields) -> DataType:
    """A data type with its fields as the database has them."""
    if not any(type_id == of.id for type_id, _ in held):
        return of
    fields = {}
    for field in of.fields.values():
        found = held.get((of.id, field.id))
        if found is None or field.builtin:
            fields[field.id] = field
        elif found.type is not None:
            fields[field.id] = replace(
                field,
                type=found.type,
                default=field.default if found.type == field.type else None,
                unique=field.unique and found.unique and not found.type.is_list and found.type.kind in COMPARED_WHOLE,
                index=field.index and not found.type.is_list,
            )
    return replace(of, fields=fields)


def _unread(app: App, known: set[str]) -> frozenset[str]:
    stems = {
        file.rpartition("/")[2].removesuffix(".yaml")
        for file in app.files
        if file.startswith(("types/", "options/")) and file.endswith(".yaml")
    }
    return frozenset(stems - known)


def _doubtful(issues: Iterable[Issue]) -> frozenset[tuple[str, str]]:
    """The fields (and types, with "") that mistakes are about; rules of privacy are another matter."""
    found = set()
    for one in issues:
        match one.address.split("/"):
            case ["types", _, "privacy", *_]:
                pass
            case ["types", type_id, "fields", field_id, *_] if one.severity == "error":
                found.add((type_id, field_id))
            case ["types", type_id, *_] if one.severity == "error":
                found.add((type_id, ""))
    return frozenset(found)


def _usable(name: str, keys: Keys, folder: str, report: Report) -> bool:
    """Whether an id does not mean something else already."""
    if problem := awkward_type_id(name):
        report.warning(join(folder, name), Mark(keys.mark.file, 1, 1), problem)
    if name not in RESERVED:
        return True
    message = f"`{name}` is the name of a type of value; rename the file."
    report.error(join(folder, name), Mark(keys.mark.file, 1, 1), message)
    return False


def _data_type(type_id: str, keys: Keys, known: Known) -> DataType:
    address = join("types", type_id)
    found = read_keys(TYPE_FILE, keys, address, known.report)
    fields = builtin_fields(type_id)
    nodes = parts(keys.items.get("fields"))
    for field_id, written in (found["fields"] or {}).items():
        place = join(address, "fields", field_id)
        if field_id in fields:
            message = f"Every {type_id} has a field `{field_id}` already; remove this one, or choose another id."
            known.report.error(place, nodes[field_id], message)
        elif field := _field(field_id, written, nodes[field_id], place, known):
            fields[field_id] = field
    _leave_room(fields, nodes, address, known.report)
    _check_privacy(keys, found["privacy"] or {}, {*fields, *nodes}, address, known.report)
    return DataType(type_id, found["label"] or type_id, fields, found["api"])


def _leave_room(fields: dict[str, Field], nodes: Mapping[str, Node], address: Address, report: Report) -> None:
    """Leave out the fields for which a table has no room."""
    taken = 0
    for field_id, field in [*fields.items()]:
        taken += 0 if field.type.is_list else KINDS[field.type.kind].columns
        if taken > MOST_COLUMNS:
            del fields[field_id]
    if taken > MOST_COLUMNS:
        first = next(name for name in nodes if name not in fields)
        message = (
            f"The fields of this type need {taken:,} columns (an address needs three, a range two); {MOST_COLUMNS:,} "
            "are the limit. Move some of them to another type, or keep them together in a json field."
        )
        report.error(join(address, "fields", first), nodes[first], message)


def _field(field_id: str, written: dict[str, Any], node: Node, address: Address, known: Known) -> Field | None:
    """One field, or None when its type cannot be understood."""
    if written["type"] is None:
        return None
    at = part(node, "type")
    of = read_type(written["type"], known, address, at)
    if of is None:
        return None
    unique = _unique(written["unique"], of, node, address, known.report)
    index = written["index"]
    return Field(
        id=field_id,
        type=of,
        label=written["label"] or field_id,
        default=_default(written["default"], of, unique, join(address, "default"), known),
        unique=unique,
        index=(of.kind == "thing" if index is None else index) and not of.is_list,
    )


def _unique(wanted: bool, of: Type, node: Node, address: Address, report: Report) -> bool:
    if wanted and (of.is_list or of.kind not in COMPARED_WHOLE):
        report.error(
            join(address, "unique"), part(node, "unique"), f"A field of type {of} cannot be unique; remove `unique`."
        )
        return False
    return wanted


def _default(node: Node | None, of: Type, unique: bool, address: Address, known: Known) -> Any:
    if node is None:
        return None
    if unique and not (isinstance(node, Scalar) and node.value is None):
        known.report.error(
            address, node, "A unique field cannot have a default: the second new thing would have it too."
        )
        return None
    return fixed_value(node, of, known, address)


def _check_privacy(
    keys: Keys, rules: Mapping[str, dict[str, Any]], fields: set[str], address: Address, report: Report
) -> None:
    """Fields that rules name must be written in the file; the rules themselves are resolved where expressions are known."""
    nodes = parts(keys.items.get("privacy"))
    for name, rule in rules.items():
        for key, words in NAMING_FIELDS.items():
            named = rule[key]
            written = part(nodes[name], key)
            for at, field_id in enumerate(named if isinstance(named, tuple) else ()):
                if field_id not in fields and field_id not in words:
                    place = written.items[at] if isinstance(written, Items) else written
                    hint = did_you_mean(field_id, [*fields, *words])
                    report.error(
                        join(address, "privacy", name, key, at), place, f"There is no field {shown(field_id)}.{hint}"
                    )
