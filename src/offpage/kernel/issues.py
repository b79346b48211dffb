"""Issues: what is wrong with an app, found before it runs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from offpage.kernel.address import Address

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong in an app folder, and what to do about it.

    `message` is one or two sentences: what is wrong, then what to do.
    `line` and `column` count from 1; 0 means unknown. `end_column` is exclusive.
    """

    address: Address
    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    end_column: int = 0
    severity: Severity = "error"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}: " if self.file else ""
        return f"{place}{self.message} ({self.address})"


class Issues:
    """A growing list of issues; every part of resolving an app adds to one of these."""

    def __init__(self) -> None:
        self._found: list[Issue] = []

    def add(self, issue: Issue) -> None:
        """Keep one more issue."""
        self._found.append(issue)

    def extend(self, issues: Iterable[Issue]) -> None:
        """Keep more issues, in their order."""
        self._found.extend(issues)

    def __iter__(self) -> Iterator[Issue]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    @property
    def errors(self) -> list[Issue]:
        """The issues that keep the place they stand at from working."""
        return [issue for issue in self._found if issue.severity == "error"]
