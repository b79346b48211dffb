"""Values of a waiting run as JSON and back, exactly: each value as its database columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from offpage.data.frozen import FrozenThing, frozen
from offpage.values.codec import decode, encode
from offpage.values.records import Record
from offpage.values.types import Type


def pack(of: Type, value: Any) -> Any:
    """A value in Python form as JSON-ready data. Empty stays None."""
    if value is None:
        return None
    if isinstance(value, FrozenThing):
        return _pack_frozen(value)
    if isinstance(value, Record):
        # With its types: what made it may be of a workflow that is not at hand when it comes back.
        return {name: _part(value.types[name], one) for name, one in value.items()}
    if of.is_list:
        return [list(encode(of.item, item)) for item in value]
    return list(encode(of, value))


def _part(of: Type, value: Any) -> list[Any]:
    """A value with its type."""
    return [of.kind, of.of, of.is_list, pack(of, value)]


def _unpart(part: list[Any]) -> tuple[Type, Any]:
    of = Type(*part[:3])
    return of, unpack(of, part[3])


def _pack_frozen(thing: FrozenThing) -> dict[str, Any]:
    row = [_part(of, value) for of, value in zip(thing.types, thing.row, strict=True)]
    return {"id": str(thing), "row": row, "lists": {name: _part(*one) for name, one in thing.lists.items()}}


def _unpack_frozen(packed: dict[str, Any]) -> FrozenThing:
    row = [_unpart(part) for part in packed["row"]]
    lists = {name: _unpart(part) for name, part in packed["lists"].items()}
    return frozen(packed["id"], [value for _, value in row], [of for of, _ in row], lists)


def unpack(of: Type, packed: Any) -> Any:
    """What `pack` made, back in Python form."""
    if packed is None:
        return None
    if isinstance(packed, dict) and of.kind == "thing":
        return _unpack_frozen(packed)
    if isinstance(packed, dict):
        parts = {name: _unpart(part) for name, part in packed.items()}
        return Record(
            {name: of for name, (of, _) in parts.items()}, {name: value for name, (_, value) in parts.items()}
        )
    if of.is_list:
        return [decode(of.item, item) for item in packed]
    return decode(of, packed)


def pack_all(types: Sequence[Type], values: Sequence[Any]) -> list[Any]:
    """Several values of the given types."""
    return [pack(of, value) for of, value in zip(types, values, strict=True)]


def unpack_all(types: Sequence[Type], packed: Sequence[Any]) -> list[Any]:
    """What `pack_all` made, back in Python form."""
    return [unpack(of, value) for of, value in zip(types, packed, strict=True)]
