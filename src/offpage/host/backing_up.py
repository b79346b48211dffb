"""A data folder on SQLite copied as it is at one moment, beside its server: databases, then files and kept mail."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from offpage.kernel.errors import AppError
from offpage.services.key_file import NAME as KEY
from offpage.services.local_files import ATTACHED
from offpage.store.backup import back_up

ALSO: Final = ("files", "mail")
"""Folders beside the databases. They come second: a file is on the disk before a thing speaks of it."""

__all__ = ["ALSO", "KEY", "back_up_folder"]

Advance = Callable[[str, int, int], None]
"""Takes what is being copied, how much is done and how much there is."""


def back_up_folder(data: Path, output: Path, environments: Sequence[str], advance: Advance) -> list[str]:
    """Make `output`, which takes its name once it is whole; returns what is in it. Raises AppError, StoreError."""
    names = [f"{one}.db" for one in environments if (data / f"{one}.db").is_file()]
    if not names:
        raise AppError(f"There is nothing to back up in {data}: no database {' or '.join(environments)}.")
    if output.exists():
        raise AppError(f"{output} is there already. Name a folder that is not there yet.")
    unfinished = output.with_name(f".{output.name}.{secrets.token_hex(4)}")
    try:
        unfinished.mkdir(mode=0o700, parents=True)
        for name in names:
            target = unfinished / name
            target.touch(mode=0o600)
            back_up(data / name, target, lambda done, total, name=name: advance(name, done, total))  # type: ignore[misc]
        also = [one for one in ALSO if (data / one).is_dir()]
        for one in also:
            for environment in environments:
                if (data / one / environment).is_dir():
                    _copy(data / one / environment, unfinished / one / environment)
        os.sync()
        unfinished.rename(output)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return [*names, *also]


def _copy(source: Path, target: Path) -> None:
    """Copy a folder in which files and folders come and go: what is gone when its turn comes was not there."""
    for folder, _, names in os.walk(source, onerror=_unless_gone):
        there = target / Path(folder).relative_to(source)
        there.mkdir(parents=True, exist_ok=True)
        # The note of what a private file is attached to begins with a dot, and so comes first; what is still being written does, too.
        for name in sorted(names):
            if not name.startswith(".") or name == ATTACHED:
                with contextlib.suppress(FileNotFoundError):
                    shutil.copy2(Path(folder, name), there / name)


def _unless_gone(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error
