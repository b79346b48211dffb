"""Which workflows cannot run, and why: mistakes in their own files, in types that they use, in workflows that they start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from offpage.kernel.issues import Issue
from offpage.model.documents import App

FOLDERS_OF_TYPES = ("types/", "options/")


@dataclass(slots=True)
class Uses:
    """What a workflow rests on: data types and option sets by id, other workflows by name.

    `unfinished`: something in it could not be read because of a mistake that stands elsewhere.
    """

    types: set[str] = field(default_factory=set)
    workflows: set[str] = field(default_factory=set)
    unfinished: bool = False


class Faults:
    """The errors of an app by the file that they stand in."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        self._by_file: dict[str, list[Issue]] = {}
        for one in issues:
            if one.severity == "error":
                self._by_file.setdefault(one.file, []).append(one)

    def of_file(self, file: str) -> list[Issue]:
        """What is wrong in one file."""
        return self._by_file.get(file, [])

    def of_type(self, type_id: str) -> list[Issue]:
        """What is wrong with a data type or option set. Its privacy rules do not count: one that is wrong lets nobody in."""
        found = [issue for folder in FOLDERS_OF_TYPES for issue in self.of_file(f"{folder}{type_id}.yaml")]
        return [one for one in found if not one.address.startswith(f"types/{type_id}/privacy")]

    def unread(self, app: App) -> dict[str, tuple[Issue, ...]]:
        """The workflows whose files could not be read at all, by the name that they would have."""
        known = {f"workflows/{doc.path}.yaml" for doc in app.workflows.values()}
        files = [file for file in self._by_file if file.startswith("workflows/") and file not in known]
        return {file.rpartition("/")[2].removesuffix(".yaml"): tuple(self.of_file(file)) for file in sorted(files)}


def spread(broken: dict[str, tuple[Issue, ...]], uses: Mapping[str, Uses]) -> None:
    """Add to the broken workflows those that start one of them: what they promise could not be kept."""
    grew = True
    while grew:
        grew = False
        for name, one in uses.items():
            cause = next((other for other in sorted(one.workflows) if other in broken), None)
            if name not in broken and cause is not None:
                broken[name] = broken[cause]
                grew = True
