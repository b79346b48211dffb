"""By which fields things are sorted, over the Data API and in the editor."""

from __future__ import annotations

from typing import Final

from offpage.model.schema import Field

NOT_SORTED: Final = frozenset({"json", "address", "date_range", "number_range"})
"""Kinds of which no value comes before another."""


def may_sort(field: Field) -> bool:
    """Whether things can be sorted by a field: it has one value, and values have an order."""
    return not field.type.is_list and field.type.kind not in NOT_SORTED
