"""Forms: what a key of a file may hold. Declared once in `keys`, read by `form_reader` and by `json_schema`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class TextForm:
    """Text as written: `12` and `yes` are read as the texts "12" and "yes"."""


@dataclass(frozen=True, slots=True)
class YesNoForm:
    """yes or no (true, false)."""


@dataclass(frozen=True, slots=True)
class PartlyForm:
    """yes or no, or the names of what it is yes for: read as a bool, or as the names."""


@dataclass(frozen=True, slots=True)
class NumberForm:
    """A finite number of at least `minimum`."""

    minimum: float = 0
    whole: bool = False


@dataclass(frozen=True, slots=True)
class ChoiceForm:
    """One of a few words."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpanForm:
    """How long something is kept, such as `30 days`, or `forever`; read as ms, 0 for ever."""


@dataclass(frozen=True, slots=True)
class ZoneForm:
    """The name of a time zone, such as Europe/Oslo."""


@dataclass(frozen=True, slots=True)
class ValueForm:
    """A value or an expression, kept as a node for whoever knows its type."""


@dataclass(frozen=True, slots=True)
class ListForm:
    """A list, or one item written alone."""

    of: Form


@dataclass(frozen=True, slots=True)
class NamesForm:
    """A mapping whose keys the maker chooses: fields, parameters, options, rules. `what` names one of them."""

    of: Form
    what: str
    kind: str = "name"
    """How the keys must be written: `name` (usable in an expression), `field` (the id of a field), or `any`."""


@dataclass(frozen=True, slots=True)
class MappingForm:
    """A mapping with known keys. `short` is the key that a lone value stands for, where that is allowed."""

    keys: Mapping[str, Key]
    what: str
    short: str = ""
    open: bool = False
    """Whether keys that are not known here belong to somebody else and are left alone."""


Form = (
    TextForm
    | YesNoForm
    | PartlyForm
    | NumberForm
    | ChoiceForm
    | SpanForm
    | ZoneForm
    | ValueForm
    | ListForm
    | NamesForm
    | MappingForm
)


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a mapping: what it holds, what it is for, and what its absence means."""

    form: Form
    doc: str
    default: Any = None
    required: bool = False
    missing: str = ""
    """What to do when a required key is missing, as a sentence."""
    only: tuple[str, ...] = field(default=())
    """The triggers of a workflow for which the key means something; empty for all."""
    label: str = ""
    """What people call it, where its name alone would not tell them."""
    wrong: Any = None
    """What counts where the key is misspelt or its value is wrong, so that a mistake opens nothing; None: the default."""
