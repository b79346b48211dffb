"""Values of a waiting run as JSON and back, exactly: each value as its database columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from offpage.values.codec import decode, encode
from offpage.values.records import Record
from offpage.values.types import Type


def pack(of: Type, value: Any) -> Any:
    """A value in Python form as JSON-ready data. Empty stays None."""
    if value is None:
        return None
    if isinstance(value, Record):
        # With its types: what made it may be of a workflow that is not at hand when it comes back.
        return {name: _part(value.types[name], one) for name, one in value.items()}
    if of.is_list:
        return [list(encode(of.item, item)) for item in value]
    return list(encode(of, value))


def _part(of: Type, value: Any) -> list[Any]:
    return [of.kind, of.of, of.is_list, pack(of, value)]


def unpack(of: Type, packed: Any) -> Any:
    """What `pack` made, back in Python form."""
    if packed is None:
        return None
    if isinstance(packed, dict):
        types = {name: Type(*part[:3]) for name, part in packed.items()}
        return Record(types, {name: unpack(types[name], part[3]) for name, part in packed.items()})
    if of.is_list:
        return [decode(of.item, item) for item in packed]
    return decode(of, packed)


def pack_all(types: Sequence[Type], values: Sequence[Any]) -> list[Any]:
    """Several values of the given types."""
    return [pack(of, value) for of, value in zip(types, values, strict=True)]


def unpack_all(types: Sequence[Type], packed: Sequence[Any]) -> list[Any]:
    """What `pack_all` made, back in Python form."""
    return [unpack(of, value) for of, value in zip(types, packed, strict=True)]
