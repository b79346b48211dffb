"""The mark of a database that `offpage copy` has left behind: where its app is now.

It is a file beside the database, `live.moved`, so that nothing opens the old one because somebody forgot to name the new one.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from offpage.kernel.errors import AppError


def leave(data: Path, environment: str, now_in: str, how: str) -> None:
    """Mark the database of an environment: its app is in `now_in` (without a password), reached with the option `how`."""
    _mark(data, environment).write_text(f"{now_in}\n{how}\n", "utf-8")


def come_back(data: Path, environment: str) -> None:
    """Take the mark away: the app is here again."""
    _mark(data, environment).unlink(missing_ok=True)


def check(data: Path, environment: str) -> None:
    """Raise AppError, with what to do, for a database that was left behind."""
    mark = _mark(data, environment)
    with contextlib.suppress(FileNotFoundError):
        now_in, how, *_ = [*mark.read_text("utf-8").splitlines(), "", ""]
        raise AppError(
            f"The database {environment} was copied to {now_in}, and its app has been there since. Go on there with {how}."
            f" To go on with what is left in {data}, as it was then, delete {mark}."
        )


def _mark(data: Path, environment: str) -> Path:
    return data / f"{environment}.moved"
