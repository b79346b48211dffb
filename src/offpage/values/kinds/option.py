"""An option of an option set: its id inside, its display text outside."""

from __future__ import annotations

from typing import Any, Final

from offpage.values.kind import Forms, Kind, unreadable
from offpage.values.types import Type

SHOWN: Final = 20
"""How many options an error names."""


def _from_json(raw: Any, of: Type, forms: Forms) -> str:
    if isinstance(raw, str):
        found = forms.options.find(of.of, raw)
        if found is not None:
            return found
    known = forms.options.labels_of(of.of)
    listed = ", ".join(known[:SHOWN]) + (", …" if len(known) > SHOWN else "")
    raise unreadable(of, f"An option is given by its display text{f': {listed}' if known else ''}.")


def _show(value: Any, of: Type, forms: Forms) -> str:
    """Display text; an option that the app no longer has shows its id."""
    label = forms.options.label(of.of, value)
    return str(value) if label is None else label


OPTION_KIND: Final = Kind("option", "option", _from_json, _from_json, _show, _show, plain=True)
