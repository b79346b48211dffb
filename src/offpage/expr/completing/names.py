"""What may stand alone where a value is wanted: names, sources, searches, options, functions, words."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from offpage.expr.completing.item import Item, ItemKind, call_text, result_of
from offpage.expr.completing.spot import Spot
from offpage.expr.operator import CATALOGUE, Operand
from offpage.expr.scope import Scope
from offpage.expr.sources import APP, REQUEST
from offpage.model.schema import USER
from offpage.values.types import DATE, EMPTY, TEXT, YES_NO, Type, option, thing

_SOURCES: Final[tuple[tuple[str, Type, str], ...]] = (
    ("current_user", thing(USER), "Who the workflow runs for; empty where nobody is logged in."),
    ("now", DATE, "The moment at which the run began."),
    ("env", TEXT, "`live` or `development`."),
)
_ABOUT_APP: Final = {"url": "Where callers reach the server.", "name": "What the app is called."}
_ABOUT_REQUEST: Final = {
    "body": "What was sent, as JSON.",
    "headers": "The headers, by name in small letters.",
    "query": "What stands behind the ? of the address.",
    "raw": "The body as it came, as text.",
    "raw_base64": "The body as it came, in Base64.",
    "ip": "The caller's address.",
}


def names(spot: Spot, given: Collection[str], secrets: Collection[str]) -> Iterator[Item]:
    """Everything that may stand here. `given`: which names are parameters; `secrets`: which are offered."""
    scope = spot.scope
    yield from keywords(spot)
    for name, named in scope.names.items():
        kind: ItemKind = "parameter" if name in given else "step"
        yield Item(name, name, kind, named.type, "", weight=0)
        yield from _inside(scope, name, named.type, 1)
        yield from (
            Item(f"{name}.{part}", f"{name}.{part}", "part", of, weight=2)
            for part, of in named.parts.items()
            if part.isidentifier()
        )
    if scope.this is not None:
        yield Item("this", "this", "source", scope.this, "The thing (or item) in question.", weight=0)
        yield from _inside(scope, "this", scope.this, 0)
    for name, of, doc in _SOURCES:
        yield Item(name, name, "source", of, doc, weight=3)
    yield from _inside(scope, "current_user", thing(USER), 3)
    yield from options(scope, spot.wanted)
    yield from _parts_of_sources(scope, secrets)
    for type_id, of_type in scope.schema.types.items():
        shown = f"search({type_id if type_id.isidentifier() else repr(type_id)})"
        yield Item(
            shown, shown, "source", thing(type_id).listed, f"All {of_type.label} things; add a condition.", weight=4
        )
    for set_id in scope.schema.option_sets:
        shown = f"all_options({set_id if set_id.isidentifier() else repr(set_id)})"
        yield Item(shown, shown, "source", option(set_id).listed, "Every option, in the order of the set.", weight=6)
    yield from _functions(scope)


def keywords(spot: Spot) -> Iterator[Item]:
    """Operands that are given by name."""
    for one in spot.keywords:
        name, doc = (one.name, f"Takes {one.accepts.words}.") if isinstance(one, Operand) else (one, "")
        if spot.kind == "keyword" or not isinstance(one, Operand) or one.optional:
            yield Item(f"{name}=", f"{name}=", "keyword", doc=doc, weight=7)


def options(scope: Scope, wanted: Type | None) -> Iterator[Item]:
    """The options of the set that is wanted."""
    if wanted is None or wanted.kind != "option" or wanted.of not in scope.schema.option_sets:
        return
    shown_set = wanted.of if wanted.of.isidentifier() else repr(wanted.of)
    for one in scope.schema.option_sets[wanted.of].options.values():
        after = f".{one.id}" if one.id.isidentifier() and not one.id.isdigit() else f"[{one.id!r}]"
        yield Item(one.label, f"option({shown_set}){after}", "option", wanted.item, f"The option {one.id}.", weight=1)


def types(spot: Spot) -> Iterator[Item]:
    """The data types that can be searched."""
    for of in spot.scope.schema.types.values():
        yield Item(of.id, of.id if of.id.isidentifier() else repr(of.id), "type", doc=of.label)


def option_sets(spot: Spot) -> Iterator[Item]:
    """The option sets."""
    for one in spot.scope.schema.option_sets.values():
        yield Item(one.id, one.id if one.id.isidentifier() else repr(one.id), "option_set", doc=one.label)


def calls(spot: Spot, base: str) -> Iterator[Item]:
    """The calls of connectors; behind a dot those of one."""
    for name, call in (spot.scope.calls.by_name if spot.scope.calls else {}).items():
        connector, _, own = name.partition(".")
        if not base or connector == base:
            of = call.gives or EMPTY
            takes = ", ".join(f"{one.name}: {one.type}" for one in call.parameters)
            yield Item(own if base else name, own if base else name, "source", of, f"Takes {takes or 'nothing'}.")


def _inside(scope: Scope, name: str, of: Type, weight: int) -> Iterator[Item]:
    """The fields of a thing with its name before them: offered where they fit."""
    if of.kind == "thing" and not of.is_list and of.of in scope.schema.types:
        for field in scope.schema.types[of.of].fields.values():
            shown = f"{name}.{field.id}"
            doc = "" if field.label == field.id else field.label
            yield Item(shown, shown, "field", field.type, doc, weight=weight + (2 if field.builtin else 1))


def _parts_of_sources(scope: Scope, secrets: Collection[str]) -> Iterator[Item]:
    if "app" not in scope.names:
        yield from (Item(f"app.{one}", f"app.{one}", "source", TEXT, _ABOUT_APP[one], weight=6) for one in APP)
    if scope.request and "request" not in scope.names:
        for one, of in REQUEST.items():
            yield Item(f"request.{one}", f"request.{one}", "source", of, _ABOUT_REQUEST.get(one, ""), weight=3)
    if "secret" not in scope.names:
        for one in secrets:
            if one.isidentifier():
                yield Item(f"secret.{one}", f"secret.{one}", "source", TEXT, "No record ever shows it.", weight=6)


def _functions(scope: Scope) -> Iterator[Item]:
    for name, every in CATALOGUE.items():
        for one in every:
            if one.form == "function" and name not in scope.names:
                insert, caret = call_text(name, one, first=False)
                yield Item(insert, insert, "operator", result_of(one, None), one.doc, weight=5, caret=caret)
                break
    if scope.calls is not None and scope.calls.by_name:
        yield Item("call_api()", "call_api()", "source", doc="Asks another program's API.", weight=6, caret=9)
    for word, of in (("yes", YES_NO), ("no", YES_NO), ("empty", EMPTY)):
        yield Item(word, word, "word", of, weight=4)
    yield Item("not", "not ", "word", YES_NO, "Yes where what follows is no.", weight=6)
