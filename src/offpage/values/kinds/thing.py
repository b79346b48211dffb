"""A thing of a data type: its unique id. Whether it exists is asked where there is a database."""

from __future__ import annotations

from typing import Any, Final

from offpage.kernel.ids import is_id
from offpage.values.kind import Forms, Kind, same, unreadable
from offpage.values.types import Type


def _from_json(raw: Any, of: Type, forms: Forms) -> str:
    if isinstance(raw, str) and is_id(raw):
        return raw
    raise unreadable(of, "A thing is given by its unique id.")


def _from_text(raw: Any, of: Type, forms: Forms) -> str:
    return _from_json(raw.strip(), of, forms)


THING_KIND: Final = Kind("thing", "thing", _from_json, _from_text, same, same, plain=True)
