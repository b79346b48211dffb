"""What may stand after a dot: fields, attributes, parts, options, operators."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from offpage.expr.completing.item import Item, call_text, result_of
from offpage.expr.completing.spot import Spot
from offpage.expr.ir import Ir, Slot
from offpage.expr.members import BUILTIN_ATTRIBUTES
from offpage.expr.operator import CATALOGUE
from offpage.expr.scope import Scope
from offpage.expr.sources import APP, REQUEST, json_type, sample_at
from offpage.expr.syntax import Application, Literal, Name, Tree
from offpage.values.types import TEXT, Type, option


def members(spot: Spot, secrets: Collection[str]) -> Iterator[Item]:
    """Everything that may stand after the dot."""
    if spot.base_ir is None:
        yield from _of_word(spot.base, spot.scope, secrets)
        return
    if spot.base_ir.type.kind in ("unknown", "empty"):
        return
    yield from _parts(spot.base_ir, spot.scope)
    yield from _operators(spot.base_ir.type)


def _of_word(base: Tree | None, scope: Scope, secrets: Collection[str]) -> Iterator[Item]:
    """After `app`, `request`, `secret`, and after option(…)."""
    match base:
        case Name(name="app"):
            yield from (Item(one, one, "field", TEXT) for one in APP)
        case Name(name="request") if scope.request:
            yield from (Item(one, one, "field", of) for one, of in REQUEST.items())
        case Name(name="secret"):
            yield from (Item(one, one, "field", TEXT) for one in secrets if one.isidentifier())
        case Application(operands=(Name(name=set_id) | Literal(value=str() as set_id), *_)):
            found = scope.schema.option_sets.get(set_id)
            for one in found.options.values() if found else ():
                if one.id.isidentifier():
                    yield Item(one.id, one.id, "option", option(set_id), one.label, weight=1)


def _parts(base: Ir, scope: Scope) -> Iterator[Item]:
    of = base.type
    if isinstance(base, Slot) and base.name in scope.names:
        yield from (
            Item(name, name, "part", part, weight=1)
            for name, part in scope.names[base.name].parts.items()
            if name.isidentifier()
        )
    if of.is_list:
        yield from _of_each(of, scope)
        return
    match of.kind:
        case "thing" if of.of in scope.schema.types:
            for field in scope.schema.types[of.of].fields.values():
                doc = "" if field.label == field.id else field.label
                yield Item(field.id, field.id, "field", field.type, doc, weight=2 if field.builtin else 1)
        case "option" if of.of in scope.schema.option_sets:
            attributes = {**BUILTIN_ATTRIBUTES, **scope.schema.option_sets[of.of].attributes}
            yield from (Item(name, name, "field", attribute, weight=1) for name, attribute in attributes.items())
        case "json":
            yield from _of_sample(sample_at(base, scope))


def _of_each(of: Type, scope: Scope) -> Iterator[Item]:
    """The fields of each thing of a list, as one list."""
    if of.kind == "thing" and of.of in scope.schema.types:
        for field in scope.schema.types[of.of].fields.values():
            if not field.type.is_list:
                shown = f"each(this.{field.id})"
                yield Item(shown, shown, "field", field.type.listed, f"The {field.label} of each.", weight=3)


def _of_sample(sample: Any) -> Iterator[Item]:
    """What a sample has shown."""
    if isinstance(sample, dict):
        for key, value in sample.items():
            if isinstance(key, str) and key.isidentifier():
                shown = value if isinstance(value, str | int | float | bool) else ""
                yield Item(
                    key, key, "field", json_type(sample, key), f"In the sample: {shown}"[:80] if shown != "" else ""
                )


def _operators(of: Type) -> Iterator[Item]:
    for name, every in CATALOGUE.items():
        for one in every:
            if one.form == "method" and one.operands and one.operands[0].accepts.test(of, None):
                insert, caret = call_text(name, one, first=True)
                takes = any(not operand.optional for operand in one.operands[1:])
                label = f"{name}(…)" if takes else name
                yield Item(label, insert, "operator", result_of(one, of), one.doc, weight=6, caret=caret)
                break
