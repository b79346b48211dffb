"""The values of a connector's call: what its parameters, secrets and the moment make of them, without a database."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from offpage.actions.connecting import SourceOf
from offpage.expr.ir import Const, FieldOf, Ir, Search, Slot, Source, TextOf
from offpage.expr.meter import Meter
from offpage.expr.nodes import nodes
from offpage.expr.runtime import Gives
from offpage.expr.scope import Scope
from offpage.kernel.address import Address, join
from offpage.model.node import Items, Keys, Mark, Node
from offpage.program.filling import read_filled
from offpage.program.reading import Bound, Reader
from offpage.sql.dialect import Dialect
from offpage.values.codec import Forms, to_json, to_text
from offpage.values.types import TEXT, Type

_LEFT_OUT: Final = object()
"""Stands for a value that is empty, and so is not sent."""


class Facts:
    """What a call's expressions may ask for. Implements Runtime, as far as they may."""

    this: Any = None
    current_user: str | None = None
    sees_all = False

    def __init__(self, values: list[Any], source: SourceOf, now: int, forms: Forms, dialect: Dialect) -> None:
        self.values = values
        self.source = source
        self.forms = forms
        self.zone = forms.zone
        self.random: random.Random = random.SystemRandom()
        self.dialect = dialect
        self.meter = Meter(lambda: None)
        self.now = lambda: now

    def thing(self, type_id: str, thing_id: str) -> Sequence[Any] | None:
        """There is no database here."""
        return None

    def list_field(self, type_id: str, field_id: str, thing_id: str) -> list[Any]:
        """There is no database here."""
        return []

    def select(self, text: str, values: Sequence[Any], gives: Gives = "") -> list[tuple[Any, ...]]:
        """There is no database here."""
        return []


@dataclass(frozen=True, slots=True)
class Written:
    """A text: called, it is evaluated. `ir` is its typed tree."""

    read: Callable[[Any], Any]
    ir: Ir | None

    def __call__(self, facts: Facts) -> str:
        """The text; "" where it is empty."""
        found = self.read(facts)
        return "" if found is None else str(found)

    @property
    def uses_values(self) -> bool:
        """Whether it depends on what a call is given."""
        return self.ir is None or any(isinstance(one, Slot) for one in nodes(self.ir))


@dataclass(frozen=True, slots=True)
class Read:
    """Values of a query, a form or headers: called, it gives as many texts as there are."""

    of: Callable[[Facts], Iterator[str]]
    type: Type | None

    def __call__(self, facts: Facts) -> Iterator[str]:
        """The texts."""
        return self.of(facts)


def read_written(
    reader: Reader, node: Node, scope: Scope, address: Address, escape: Callable[[str], str] | None = None
) -> Written | None:
    """A text, in which what stands in `{{ }}` is escaped; None when there is an issue."""
    bound = _bound(reader, node, scope, TEXT, address)
    if bound is None:
        return None
    if escape is not None and isinstance(bound.ir, TextOf):
        filled = read_filled(reader, node, scope, address, escape)
        return None if filled is None else Written(filled, bound.ir)
    return Written(bound.read, bound.ir)


def text_pairs(
    reader: Reader, found: Mapping[str, Node] | None, scope: Scope, address: Address
) -> list[tuple[str, Read]]:
    """Names with one text each; those that are empty are left out."""
    return pairs(reader, found, scope, address, single=True)


def pairs(
    reader: Reader, found: Mapping[str, Node] | None, scope: Scope, address: Address, *, single: bool = False
) -> list[tuple[str, Read]]:
    """Names with their values as texts: none for what is empty, several for a list unless they are `single`."""
    made: list[tuple[str, Read]] = []
    for name, node in (found or {}).items():
        bound = _bound(reader, node, scope, None, join(address, name))
        if bound is None:
            continue
        if single and bound.type.is_list:
            reader.wrong(join(address, name), node.mark, f"`{name}` is one text, and this is {bound.type}.")
        made.append((name, Read(_texts(bound), bound.type)))
    return made


def _texts(bound: Bound) -> Callable[[Facts], Iterator[str]]:
    of, read = bound.type, bound.read

    def texts(facts: Facts) -> Iterator[str]:
        value = read(facts)
        several = value if isinstance(value, list | tuple) else [value]
        for one in several:
            if one is not None and one != "":
                yield as_sent(of.item, one, facts.forms)

    return texts


def as_sent(of: Type, value: Any, forms: Forms) -> str:
    """A value as other programs read it in a query or a form: dates as ISO, yes/no as true and false."""
    shown = to_json(of, value, forms)
    match shown:
        case bool():
            return "true" if shown else "false"
        case str():
            return shown
        case int() | float():
            return str(int(shown)) if float(shown).is_integer() and abs(shown) < 1e15 else repr(float(shown))
    return to_text(Type("json"), shown, forms)


def read_tree(reader: Reader, node: Node, scope: Scope, address: Address) -> Callable[[Facts], Any]:
    """JSON with expressions in it; keys whose expression is empty are left out, what is written as null is sent."""
    tree = _tree(reader, node, scope, address)

    def read(facts: Facts) -> Any:
        found = tree(facts)
        return None if found is _LEFT_OUT else found

    return read


def _tree(reader: Reader, node: Node, scope: Scope, address: Address) -> Callable[[Facts], Any]:
    match node:
        case Keys():
            inner = {key: _tree(reader, one, scope, join(address, key)) for key, one in node.items.items()}
            return lambda facts: {key: found for key, one in inner.items() if (found := one(facts)) is not _LEFT_OUT}
        case Items():
            items = [_tree(reader, one, scope, join(address, at)) for at, one in enumerate(node.items)]
            return lambda facts: [None if (found := one(facts)) is _LEFT_OUT else found for one in items]
    bound = _bound(reader, node, scope, None, address)
    if bound is None:
        return lambda facts: None
    of, read, fixed = bound.type, bound.read, isinstance(bound.ir, Const)

    def value(facts: Facts) -> Any:
        found = read(facts)
        if found is None:
            return None if fixed else _LEFT_OUT
        shown = to_json(of, found, facts.forms)
        return int(shown) if isinstance(shown, float) and shown.is_integer() and abs(shown) < 2**53 else shown

    return value


def _bound(reader: Reader, node: Node, scope: Scope, expected: Type | None, address: Address) -> Bound | None:
    """A value that needs no database; None when there is an issue."""
    if isinstance(node, Items | Keys):
        return _several(reader, node, scope, expected, address)
    bound = reader.read(node, scope, expected, address)
    if bound is None or bound.ir is None:
        return bound
    for one in nodes(bound.ir):
        what = _outside_reach(one)
        if what:
            _beyond(reader, address, node.mark, what)
            return None
    return bound


def _several(reader: Reader, node: Items | Keys, scope: Scope, expected: Type | None, address: Address) -> Bound | None:
    if isinstance(node, Keys) or expected is not None:
        reader.wrong(address, node.mark, "A single value stands here, or a list in `query`, `form` and `multipart`.")
        return None
    found = [_bound(reader, one, scope, None, join(address, at)) for at, one in enumerate(node.items)]
    items = [one for one in found if one is not None]
    if len(items) < len(found):
        return None
    of = items[0].type if items else TEXT
    return Bound(of.listed, lambda rt: [one.read(rt) for one in items])


def needs_database(ir: Ir) -> str:
    """What a value asks for that is not known without a database; "" if nothing."""
    return next((what for one in nodes(ir) if (what := _outside_reach(one))), "")


def _outside_reach(ir: Ir) -> str:
    match ir:
        case Search():
            return "a search"
        case FieldOf(field_id=field_id) if field_id != "id":
            return f"the field `{field_id}` of a thing"
        case Source(name="current_user"):
            return "`current_user`"
    return ""


def _beyond(reader: Reader, address: Address, mark: Mark, what: str) -> None:
    message = f"This asks for {what}. A connector knows its parameters, secrets, `app`, `env` and `now`: add a parameter for it."
    reader.wrong(address, mark, message)
