"""What the files of types/ and options/ may refer to: gathered first, before any of them is resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from offpage.model.report import Report
from offpage.model.schema import Schema


@dataclass(frozen=True, slots=True)
class Labels:
    """The display texts of all options, by option set and option."""

    labels: Mapping[str, Mapping[str, str]]

    def label(self, set_id: str, option_id: str) -> str | None:
        """The display text of an option, or None where there is no such option."""
        return self.labels.get(set_id, {}).get(option_id)

    def find(self, set_id: str, text: str) -> str | None:
        """The id of the option with this display text, else with this id, else None."""
        options = self.labels.get(set_id, {})
        by_label = (option for option, label in options.items() if label == text)
        return next(by_label, text if text in options else None)

    def labels_of(self, set_id: str) -> list[str]:
        """The display texts of a set, in its order."""
        return [*self.labels.get(set_id, {}).values()]


@dataclass(frozen=True, slots=True)
class Known:
    """The ids of all data types and option sets, the options' labels, and where to put issues."""

    types: frozenset[str]
    option_sets: frozenset[str]
    names: Labels
    report: Report


def known_from(schema: Schema, report: Report) -> Known:
    """What a finished schema holds, for reading the types of parameters."""
    labels = {
        one.id: {option.id: option.label for option in one.options.values()} for one in schema.option_sets.values()
    }
    return Known(frozenset(schema.types), frozenset(schema.option_sets), Labels(labels), report)
