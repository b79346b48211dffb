"""Sets of fields that are written together: each compiled once, in whichever order they come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from offpage.data.assignment import Change, Shape
from offpage.model.schema import DataType

MOST_SHAPES: Final = 1024
"""How many sets of fields that were written together are remembered; callers choose them."""


class Shapes:
    """The shapes of writes to one data type that set fields to values."""

    def __init__(self, of: DataType) -> None:
        self._type = of
        self._places = {field_id: place for place, field_id in enumerate(of.fields)}
        self._shapes: dict[tuple[str, ...], Shape] = {}

    def of(self, values: Mapping[str, Any]) -> tuple[Shape, list[Any]]:
        """The shape that sets these fields, and the values in its order."""
        key = tuple(sorted(values, key=self._places.__getitem__))
        found = self._shapes.get(key)
        if found is None:
            found = Shape(self._type.id, tuple(Change(self._type.fields[one], "set") for one in key))
            if len(self._shapes) >= MOST_SHAPES:
                self._shapes.clear()
            self._shapes[key] = found
        return found, [values[one] for one in key]
