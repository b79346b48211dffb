"""Where a folder's server listens, told to the other commands by a file in the data folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_FILE: Final = "address"


@contextmanager
def address_told(data: Path, url: str) -> Iterator[None]:
    """While the server runs, the file says where. One that a killed server has left is overwritten by the next."""
    data.mkdir(parents=True, exist_ok=True)
    file = data / _FILE
    file.write_text(url + "\n", encoding="utf-8")
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def told_address(data: Path) -> str:
    """Where the server of this data folder says that it listens; "" where none runs."""
    try:
        return (data / _FILE).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
