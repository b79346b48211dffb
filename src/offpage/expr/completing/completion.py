"""Text and cursor → what may stand there: what fits the wanted type first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from offpage.expr.completing.following import following
from offpage.expr.completing.item import Item
from offpage.expr.completing.members import members
from offpage.expr.completing.names import calls, keywords, names, option_sets, types
from offpage.expr.completing.spot import Spot, find_spot
from offpage.expr.scope import Scope
from offpage.expr.syntax import Member, Name
from offpage.expr.template import expression_at
from offpage.values.types import Type

MOST: Final = 120

Writing = Literal["expression", "template", "condition"]
"""How a text is meant: an expression with or without its `=`, or what a property holds (`=…`, or text with holes)."""


@dataclass(frozen=True, slots=True)
class Completion:
    """What may take the place of the text from `start` to `stop`."""

    start: int
    stop: int
    items: tuple[Item, ...]


def complete(
    text: str,
    cursor: int,
    writing: Writing,
    scope: Scope,
    expected: Type | None,
    *,
    given: Collection[str] = (),
    secrets: Collection[str] = (),
) -> Completion:
    """What may stand at the cursor. Takes any text. `given`: the names in scope that are parameters."""
    cursor = max(0, min(cursor, len(text)))
    region = region_of(text, cursor, writing)
    if region is None:
        return Completion(cursor, cursor, ())
    wanted = expected if text.startswith("=") or writing != "template" else None
    spot = find_spot(text, cursor, region, scope, wanted)
    items = _matching(_offered(spot, text, given, secrets), text[spot.start : cursor].casefold())
    shown = _ranked(items, spot)
    return Completion(spot.start, spot.stop, tuple(shown[:MOST]))


def region_of(text: str, cursor: int, writing: Writing) -> tuple[int, int] | None:
    """Where the expression at a cursor begins and ends; None where text stands."""
    if writing == "template" or text.startswith("="):
        return expression_at(text, cursor)
    return 0, len(text)


def _offered(spot: Spot, text: str, given: Collection[str], secrets: Collection[str]) -> Iterator[Item]:
    match spot.kind:
        case "name":
            yield from names(spot, given, secrets)
        case "member":
            yield from members(spot, secrets)
        case "after":
            yield from following(spot, text)
        case "type":
            yield from types(spot)
        case "option_set":
            yield from option_sets(spot)
        case "keyword":
            yield from keywords(spot)
        case "call":
            base = spot.base.base.name if isinstance(spot.base, Member) and isinstance(spot.base.base, Name) else ""
            yield from calls(spot, base)


def _matching(items: Iterable[Item], written: str) -> list[Item]:
    """What begins with the letters that stand there, or has a word that does."""
    if not written:
        return list(items)
    found = []
    for item in items:
        label = item.label.casefold()
        words = label.replace("(", "_").replace(".", "_").split("_")
        at = 0 if label.startswith(written) else 1 if any(one.startswith(written) for one in words) else -1
        if at < 0 and written in label:
            at = 2
        if at >= 0:
            found.append(replace(item, weight=item.weight + 20 * at))
    return found


def _ranked(items: Iterable[Item], spot: Spot) -> list[Item]:
    """What fits first; of what stands in a thing (`order.total`) only that."""
    found: dict[str, Item] = {}
    for item in items:
        one = replace(item, fits=item.type.kind != "unknown" and spot.fits(item.type))
        is_path = spot.kind == "name" and item.kind in ("field", "part")
        if not (is_path and not one.fits):
            found.setdefault(one.label, one)
    return sorted(found.values(), key=lambda one: (not one.fits, one.weight, one.label))
