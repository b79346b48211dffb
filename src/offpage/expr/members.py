"""What stands after a dot or in brackets: fields, attributes, parts, operators, items."""

from __future__ import annotations

from typing import Final

from offpage.expr.checking import Checking, a, did_you_mean, listed
from offpage.expr.ir import Attribute, Call, Const, FieldOf, Hole, Ir, Part, Place, Slot
from offpage.expr.operator import CATALOGUE
from offpage.expr.operator_choice import Wanted, call_symbol, choose, methods_of
from offpage.expr.outside_calls import ENCODED, encoded_file
from offpage.expr.scope import Scope
from offpage.expr.sources import json_part, part_of_source, sample_has
from offpage.expr.syntax import Application, Index, Member, Name, Problem
from offpage.values.types import FILE, IMAGE, NUMBER, TEXT, UNKNOWN, Type

BUILTIN_ATTRIBUTES: Final = {"id": TEXT, "label": TEXT}
"""What every option has besides its own attributes."""


def member(checking: Checking, node: Member, scope: Scope) -> Ir:
    """`base.name` without parentheses."""
    if isinstance(node.base, Name):
        source = part_of_source(checking, node.base, node.name, scope, node.place)
        if source is not None:
            return source
    base = checking.ir(node.base, scope)
    if node.name == "" or base.type.kind == "unknown":  # what is unknown has its own problem elsewhere
        return Hole(UNKNOWN, node.place)
    found = _part(checking, base, node.name, scope, node.place)
    if found is not None:
        return found
    if node.name == ENCODED and base.type in (FILE, IMAGE):
        return encoded_file(checking, base, scope, node.place)
    return _operator(checking, node, base, scope)


def _part(checking: Checking, base: Ir, name: str, scope: Scope, place: Place) -> Ir | None:
    """A field, an attribute or a part of `base` by this name; None where it must be an operator."""
    of = base.type
    if isinstance(base, Slot) and base.name in scope.names:
        part = scope.names[base.name].parts.get(name)
        if part is not None:
            return Part(part, base, name, place)
    if of.is_list:
        return None
    match of.kind:
        case "thing":
            field = checking.schema.field(of.of, name)
            return FieldOf(field.type, base, of.of, name, place) if field else None
        case "option":
            options = checking.schema.option_sets.get(of.of)
            attribute = options.attributes.get(name) if options else None
            attribute = attribute or BUILTIN_ATTRIBUTES.get(name)
            return Attribute(attribute, base, of.of, name, place) if attribute else None
        case "json" if not _reads_json(name) or sample_has(base, name, scope):
            return json_part(checking, base, name, scope, place)
    return None


def _reads_json(name: str) -> bool:
    """Whether a word after json is an operator although it has no parentheses: a conversion or a test."""
    if not (name.startswith(("to_", "as_")) or name in {"is_empty", "is_not_empty"}):
        return False
    return any(one.form == "method" for one in CATALOGUE.get(name, ()))


def _operator(checking: Checking, node: Member, base: Ir, scope: Scope) -> Ir:
    """An operator without operands: `.count`. What is neither gets a problem that knows about fields too."""
    aside = checking.aside()
    wanted = Wanted(node.name, "method", node.place, node.name_place, base)
    found = choose(aside, wanted, scope)
    if aside.problems and not any(one.form == "method" for one in CATALOGUE.get(node.name, ())):
        aside.problems[:] = [Problem(node.name_place, _no_such_part(checking, base, node.name, aside.problems))]
    checking.problems.extend(aside.problems)
    return found


def _no_such_part(checking: Checking, base: Ir, name: str, otherwise: list[Problem]) -> str:
    """What to say about an unknown name after a dot."""
    of = base.type
    schema = checking.schema
    if of.kind == "thing" and of.is_list and schema.field(of.of, name):
        return f"This is {a(of)}. Write .each(this.{name}) for the {name} of each, or take one item first."
    if of.kind == "thing" and not of.is_list and of.of in schema.types:
        fields = schema.types[of.of].fields
        hint = did_you_mean(name, [*fields, *methods_of(base)])
        return f"{of.of} has no field {name}.{hint} Its fields: {listed(fields)}."
    if of.kind == "option" and not of.is_list and of.of in schema.option_sets:
        known = [*BUILTIN_ATTRIBUTES, *schema.option_sets[of.of].attributes]
        hint = did_you_mean(name, [*known, *methods_of(base)])
        return f"{of.of} has no attribute {name}.{hint} Its attributes: {listed(known)}."
    if of.kind in {"record", "batch"} and isinstance(base, Slot):
        return f"{base.name} has no {name}."
    return otherwise[0].message


def method(checking: Checking, node: Application, target: Member, scope: Scope) -> Ir:
    """`base.name(operands)`."""
    base = checking.ir(target.base, scope)
    if target.name == "" or base.type.kind == "unknown":
        return Hole(UNKNOWN, node.place)
    wanted = Wanted(target.name, "method", node.place, target.name_place, base, node.operands, node.keywords)
    return choose(checking, wanted, scope)


def index(checking: Checking, node: Index, scope: Scope) -> Ir:
    """`base[index]`: a key or index of json, a field by its id, an item of a list counted from 0."""
    base = checking.ir(node.base, scope)
    key = checking.ir(node.index, scope)
    if isinstance(base, Hole) or isinstance(key, Hole):
        return Hole(UNKNOWN, node.place)
    if isinstance(key, Const) and key.type == TEXT and not base.type.is_list:
        name = str(key.value)
        if base.type.kind == "json":
            return json_part(checking, base, name, scope, node.place)
        found = _part(checking, base, name, scope, node.place)
        return found or checking.hole(key.place, _no_such_part(checking, base, name, [_no_key(base.type, key.place)]))
    if key.type != NUMBER:
        return checking.hole(key.place, f"Write a number in the brackets, not {a(key.type)}.")
    if base.type.kind == "json" and not base.type.is_list:
        if not isinstance(key, Const) or not float(key.value).is_integer():
            return checking.hole(key.place, "An index of json is a whole number written out, such as [0].")
        return json_part(checking, base, int(key.value), scope, node.place)
    if isinstance(base, Part) and base.type.is_list and isinstance(key, Const) and float(key.value).is_integer():
        return json_part(checking, base, int(key.value), scope, node.place)
    if base.type.is_list:
        return _item(checking, node, base, key)
    return checking.hole(node.place, f"{a(base.type).capitalize()} has no items. Only lists and json take [ ].")


def _no_key(of: Type, place: Place) -> Problem:
    return Problem(place, f"{a(of).capitalize()} has no parts by name.")


def _item(checking: Checking, node: Index, base: Ir, key: Ir) -> Ir:
    """`list[0]` is the first item, as in Python; `.item(1)` says the same, counted from 1 as in Bubble."""
    if isinstance(key, Const) and float(key.value) < 0:
        if key.value != -1:
            return checking.hole(key.place, "Count from the front, or write [-1] for the last item.")
        return _only(checking, "last", (base,), node.place)
    if isinstance(key, Const):
        position: Ir = Const(NUMBER, float(key.value) + 1, key.place)
    else:
        position = call_symbol(checking, "+", (key, Const(NUMBER, 1.0, key.place)), key.place)
    return _only(checking, "item", (base, position), node.place)


def _only(checking: Checking, name: str, operands: tuple[Ir, ...], place: Place) -> Ir:
    """The call of a list operator whose operands are known to fit."""
    for candidate in CATALOGUE.get(name, ()):
        if candidate.form == "method":
            return Call(operands[0].type.item, candidate, operands, place)
    return checking.hole(place, f"There is no .{name}.")
