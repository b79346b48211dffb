"""The installation's key: in the file `key` of the data folder, or in the environment."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Final

from offpage.kernel.errors import AppError
from offpage.services.sealing import KEY_BYTES

NAME: Final = "key"
VARIABLE: Final = "OFFPAGE_KEY"

_KEY: Final = re.compile(r"[0-9a-fA-F]{64}")


def given_key(text: str) -> bytes:
    """The key that the environment gives. Raises AppError if it is none."""
    return _read(text, f"The environment variable {VARIABLE}")


def find_key(folder: Path) -> bytes | None:
    """The key in the data folder, None where there is no file. Raises AppError if it cannot be read."""
    path = folder / NAME
    try:
        text = path.read_text("ascii", "replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise AppError(f"Cannot read the key in {path}: {error.strerror}. Run as the user who owns it.") from error
    return _read(text, f"The file {path}")


def make_key(folder: Path) -> bytes:
    """Make a key in the data folder, whole and on disk, or take the one that another process made meanwhile."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{NAME}.{secrets.token_hex(8)}"
    try:
        _write(unfinished, f"{secrets.token_hex(KEY_BYTES)}\n")
        try:
            os.link(unfinished, folder / NAME)
        except FileExistsError:
            pass
        finally:
            unfinished.unlink()
        _sync_folder(folder)
    except OSError as error:
        raise AppError(f"Cannot write a key into {folder}: {error.strerror}. Name another data folder.") from error
    found = find_key(folder)
    assert found is not None
    return found


def _write(path: Path, text: str) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.write(file, text.encode())
        os.fsync(file)
    finally:
        os.close(file)


def _sync_folder(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _read(text: str, where: str) -> bytes:
    if not _KEY.fullmatch(text.strip()):
        raise AppError(
            f"{where} must hold {2 * KEY_BYTES} hexadecimal digits. Put back what was there, or, where nothing is kept"
            " yet, make one with: openssl rand -hex 32"
        )
    return bytes.fromhex(text.strip())
