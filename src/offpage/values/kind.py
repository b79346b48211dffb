"""What every kind of value declares, and what conversions need to know.

One file of `kinds/` declares one kind (or two that live alike) in a constant; `kinds/__init__` collects them.
Empty (None) and lists are dealt with in one place, `codec`: a kind's own functions never meet them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any, Final, Protocol

from offpage.kernel.errors import InvalidData
from offpage.values.types import Type

TEXT_LIMIT: Final = 10_000_000
"""Most characters a text may have."""


class OptionNames(Protocol):
    """Who knows the options of the app's option sets."""

    def label(self, set_id: str, option_id: str) -> str | None:
        """Display text of an option; None where there is no such option."""
        ...

    def find(self, set_id: str, text: str) -> str | None:
        """Id of the option with this display text, else with this id; None where there is none."""
        ...

    def labels_of(self, set_id: str) -> Sequence[str]:
        """The display texts of a set, in its order."""
        ...


class _NoOptions:
    """An app without option sets."""

    def label(self, set_id: str, option_id: str) -> str | None:
        """There is no option."""
        return None

    def find(self, set_id: str, text: str) -> str | None:
        """There is no option."""
        return None

    def labels_of(self, set_id: str) -> Sequence[str]:
        """There is no option."""
        return ()


NO_OPTIONS: Final[OptionNames] = _NoOptions()


@dataclass(frozen=True, slots=True)
class Forms:
    """What conversions need to know: the app's options, and the zone of dates written without one."""

    options: OptionNames = NO_OPTIONS
    zone: tzinfo = UTC


Read = Callable[[Any, Type, Forms], Any]
"""Outside form (never None) → Python form; raises InvalidData."""

Write = Callable[[Any, Type, Forms], Any]
"""Python form (never None) → outside form."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of value and its forms.

    `words` names it in messages. `columns` is how many database columns a value takes (as sql/layout.py
    stores it). `encode` gives one database value per column; `decode` takes them back (not all of them NULL).
    `plain` kinds have one column that holds the Python form itself.
    """

    name: str
    words: str
    from_json: Read
    from_text: Read
    to_json: Write
    to_text: Write
    columns: int = 1
    plain: bool = False
    encode: Callable[[Any], tuple[Any, ...]] = lambda value: (value,)
    decode: Callable[[Sequence[Any]], Any] = lambda columns: columns[0]


SPOKEN: Final[dict[str, str]] = {}
"""Words for each kind in messages; filled by `kinds`."""


HOW: Final[dict[str, str]] = {
    "text": "A text is given as text, a number, true or false.",
    "number": 'A number is given as a number, or as text that holds one: 3.5 or "3.5".',
    "yes_no": "Give true or false, or yes or no.",
    "date": "A date is given like 2026-11-23T08:30:00Z or 11/23/2026, or in milliseconds since 1970.",
    "date_range": "A range is given as an array of two dates.",
    "number_range": "A range is given as an array of two numbers.",
    "interval": "An interval is given in milliseconds.",
    "address": "Give the address as text, or both lat and lng.",
    "file": "A file is given by its address, or as an object with filename and contents.",
    "image": "An image is given by its address, or as an object with filename and contents.",
    "thing": "A thing is given by its unique id.",
    "option": "An option is given by its display text.",
}
"""How a value of each kind is written, for whoever wrote it otherwise."""


def spoken(of: Type) -> str:
    """The type in words for messages: `yes/no`, `list of date`, or the id of a data type or option set."""
    one = of.of if of.kind in ("thing", "option") else SPOKEN.get(of.kind, of.kind)
    return f"list of {one}" if of.is_list else one


def unreadable(of: Type, reason: str = "") -> InvalidData:
    """InvalidData in Bubble's words, to be raised; `reason` (for people) goes into the error's details.

    Without one it says how such a value is written.
    """
    return InvalidData(f"could not parse this as a {spoken(of)}", reason=reason or HOW.get(of.kind, ""))


def same(value: Any, of: Type, forms: Forms) -> Any:
    """The outside form is the Python form."""
    return value
