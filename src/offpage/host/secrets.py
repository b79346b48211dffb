"""An app's secrets as a server holds them: out of files and environment variables, read again when a file changes.

What is said for one environment alone (`.env.live`, `.env.development`) overrules what is said for all: environment
variables, which overrule `.env`. So a key of the live app cannot get into development by a variable of the process.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from offpage.engine.masking import masker
from offpage.model.env_file import NAME, read_env

OURS: Final = "OFFPAGE_"
"""What the names of our own settings begin with: these are the operator's, not the app's."""


class Secrets(Mapping[str, str]):
    """The secrets by name. Environment variables count once the app asks for them by name (`use`).

    What is held is exchanged in one assignment, so that runs in other threads see the old secrets or the new ones.
    """

    def __init__(self, folder: Path, environ: Mapping[str, str], environment: str = "") -> None:
        """Read those of one environment (`live`, `development`). Raises AppError if a file cannot be read."""
        self._folder = folder
        self._environment = environment
        self._environ = environ
        self._asked: set[str] = set()
        self._values: dict[str, str] = {}
        self.masks = masker({})
        """What keeps them out of records."""
        self.read()

    def read(self) -> None:
        """Read the files again. Raises AppError, and keeps what it had, if one cannot be read."""
        own = read_env(self._folder, f"{NAME}.{self._environment}") if self._environment else {}
        self._file, self._own = read_env(self._folder), own
        self._take()

    def use(self, names: Iterable[str]) -> None:
        """Take what the environment has under these names, too."""
        if not self._asked.issuperset(names):
            self._asked |= set(names)
            self._take()

    @property
    def available(self) -> frozenset[str]:
        """The names that the app may ask for."""
        return frozenset({*self._file, *self._own}) | {name for name in self._environ if not name.startswith(OURS)}

    @property
    def written(self) -> frozenset[str]:
        """The names that stand in the files: what may be offered to who writes an expression."""
        return frozenset({*self._file, *self._own})

    def _take(self) -> None:
        names = {*self._file, *self._own, *(self._asked & self.available)}
        general = {name: self._environ.get(name, self._file.get(name, "")) for name in names}
        values = {**general, **self._own}
        # Secrets that were in use a moment ago are still masked: runs may hold them.
        was = {f"{name} before": value for name, value in self._values.items() if values.get(name) != value}
        self.masks.take({**was, **values}, self._asked | was.keys())
        self._values = values

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
