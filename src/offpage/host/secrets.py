"""An app's secrets as a server holds them: `.env`, overruled by environment variables; read again when it changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from offpage.engine.masking import masker
from offpage.model.env_file import read_env

OURS: Final = "OFFPAGE_"
"""What the names of our own settings begin with: these are the operator's, not the app's."""


class Secrets(Mapping[str, str]):
    """The secrets by name. Environment variables count once the app asks for them by name (`use`).

    What is held is exchanged in one assignment, so that runs in other threads see the old secrets or the new ones.
    """

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        """Read them. Raises AppError if `.env` cannot be read."""
        self._folder = folder
        self._environ = environ
        self._asked: set[str] = set()
        self._values: dict[str, str] = {}
        self.masks = masker({})
        """What keeps them out of records."""
        self.read()

    def read(self) -> None:
        """Read `.env` again. Raises AppError, and keeps what it had, if it cannot be read."""
        self._file = read_env(self._folder)
        self._take()

    def use(self, names: Iterable[str]) -> None:
        """Take what the environment has under these names, too."""
        if not self._asked.issuperset(names):
            self._asked |= set(names)
            self._take()

    @property
    def available(self) -> frozenset[str]:
        """The names that the app may ask for."""
        return frozenset(self._file) | {name for name in self._environ if not name.startswith(OURS)}

    def _take(self) -> None:
        names = {*self._file, *(self._asked & self.available)}
        values = {name: self._environ.get(name, self._file.get(name, "")) for name in names}
        # Secrets that were in use a moment ago are still masked: runs may hold them.
        was = {f"{name} before": value for name, value in self._values.items() if values.get(name) != value}
        self.masks.take({**was, **values})
        self._values = values

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
