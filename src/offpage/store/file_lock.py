"""A lock file: one server for one database file."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from offpage.kernel.errors import StoreError
from offpage.store.failures import Taken


class FileLock:
    """Held from construction until `release`, or until the process ends in whatever way."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(f"Cannot write {path}: {error.strerror}. Name another data folder.") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(self._file, 32).decode("ascii", "replace").strip()
            os.close(self._file)
            raise Taken(
                f"Another Offpage process{f' ({holder})' if holder else ''} has {path.name.removesuffix('.lock')} "
                f"in {path.parent} open. Stop it first, or name another data folder."
            ) from error
        os.ftruncate(self._file, 0)
        os.write(self._file, f"pid {os.getpid()}\n".encode())

    def release(self) -> None:
        """Let the next process have it. Releasing twice does nothing."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
