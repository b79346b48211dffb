"""The file .env: the app's secrets, read as `secret.NAME` in expressions."""

from __future__ import annotations

import logging
from io import StringIO
from pathlib import Path
from typing import Final

from dotenv import dotenv_values

from offpage.kernel.errors import AppError

logging.getLogger("dotenv").addHandler(logging.NullHandler())  # `check` says which line is none

NAME: Final = ".env"
"""Of all environments; `.env.live` and `.env.development` are each of one."""


def read_env(folder: Path, name: str = NAME) -> dict[str, str]:
    """The secrets of an app folder by name; none where there is no .env. Raises AppError if it cannot be read.

    Lines are `NAME=value`; quotes, comments and `export` are understood, `${OTHER}` is not filled in.
    """
    found = dotenv_values(stream=StringIO(env_text(folder, name)), interpolate=False)
    return {name: value for name, value in found.items() if value is not None}


def env_text(folder: Path, name: str = NAME) -> str:
    """What such a file holds; "" where there is none. Raises AppError if it cannot be read."""
    try:
        return (folder / name).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise AppError(f"{folder / name} cannot be read; it must be UTF-8 text that this user may read.") from error
