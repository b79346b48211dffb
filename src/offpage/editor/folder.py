"""The app's files as the editor reads and writes them: only what belongs to an app, and never a secret."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import Final

from offpage.kernel.errors import AppError, Conflict, InvalidData, NotFound, TooLarge
from offpage.model.reader import BYTES, KINDS, SETTINGS
from offpage.model.writer import BOM, write_file

REMEMBERED: Final = 300
"""How many texts of files are remembered, for edits that were made of a text that is not the newest."""

_SEGMENT: Final = re.compile(r"[^/\\\0.][^/\\\0]{0,199}\Z")


def revision_of(text: str) -> str:
    """What tells one text of a file from another."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def normal(name: str) -> str:
    """A file's name as it may be asked for. Raises NotFound for what is no file of an app: .env, other folders."""
    parts = name.split("/")
    is_app = name == SETTINGS or (len(parts) > 1 and parts[0] in KINDS and name.endswith(".yaml"))
    if not is_app or not all(_SEGMENT.match(part) for part in parts):
        raise NotFound("The files of an app are app.yaml and .yaml files in types/, options/, workflows/, connectors/.")
    return name


@contextlib.contextmanager
def told(name: str) -> Iterator[None]:
    """What goes wrong inside with a file is told in a sentence: an edit that cannot be, a folder that cannot be written."""
    try:
        yield
    except AppError as error:
        raise InvalidData(error.message) from error
    except RecursionError:
        raise InvalidData("The value is nested too deeply for a file.")
    except OSError as error:
        raise AppError(f"{name} cannot be read or written: {(error.strerror or str(error)).lower()}.") from error


class Folder:
    """The files of one app folder. Writing is one at a time, so that no edit is lost between reading and writing."""

    def __init__(self, path: Path, writing: Lock) -> None:
        """`writing`: whoever else writes files of the app holds it, too."""
        self.path = path
        self.writing = writing
        self._texts: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._remembering = Lock()

    def read(self, name: str) -> str:
        """A file's text. Raises NotFound, AppError."""
        file = self._place(name)
        try:
            if file.stat().st_size > BYTES:
                raise TooLarge(f"{name} is larger than {BYTES:,} bytes.")
            text = file.read_bytes().decode("utf-8").removeprefix(BOM)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise NotFound(f"There is no file {name} in the app's folder.")
        except UnicodeDecodeError:
            raise AppError(f"{name} is not UTF-8 text; save it with that encoding.")
        self.remember(name, text)
        return text

    def remembered(self, name: str, revision: str) -> str | None:
        """A text that the file had not long ago."""
        return self._texts.get((name, revision))

    def remember(self, name: str, text: str) -> str:
        """Keep a text of a file for edits that were made of it; returns its revision."""
        revision = revision_of(text)
        with self._remembering:  # files are read while others are written
            self._texts[name, revision] = text
            self._texts.move_to_end((name, revision))
            while len(self._texts) > REMEMBERED:
                self._texts.popitem(last=False)
        return revision

    def is_there(self, name: str) -> bool:
        """Whether there is such a file."""
        return self._place(name).is_file()

    def write(self, name: str, text: str) -> None:
        """Write a file. Raises InvalidData for a text that cannot be one."""
        if len(text) > BYTES // 2:
            raise TooLarge(f"{name} would be larger than what is read. Split it.")
        try:
            text.encode()
        except UnicodeEncodeError:
            raise InvalidData("The text holds a character that is not valid Unicode. Remove it.")
        write_file(self._place(name), text)
        self.remember(name, text)

    def delete(self, name: str) -> None:
        """Delete a file, and folders of workflows that are empty then."""
        file = self._place(name)
        file.unlink()
        for folder in file.parents:
            if folder.resolve() == self.path.resolve() or folder.name in KINDS or any(folder.iterdir()):
                break
            folder.rmdir()

    def move(self, name: str, to: str) -> None:
        """Give a file another name. Raises Conflict where that is taken."""
        target = self._place(to)
        if target.exists():
            raise Conflict(f"There is a file {to} already; choose another name.")
        target.parent.mkdir(parents=True, exist_ok=True)
        text = self.read(name)
        self._place(name).rename(target)
        self.remember(to, text)

    def names(self) -> list[str]:
        """All files of the app, in the order of their paths."""
        found = [SETTINGS] if (self.path / SETTINGS).is_file() else []
        for kind in KINDS:
            for file in sorted((self.path / kind).rglob("*.yaml")):
                name = file.relative_to(self.path).as_posix()
                if file.is_file() and all(_SEGMENT.match(part) for part in name.split("/")):
                    found.append(name)
        return found

    def _place(self, name: str) -> Path:
        file = self.path / normal(name)
        root = self.path.resolve()
        # A link inside the folder could lead out of it, or to what is hidden in it: secrets, the data.
        real = file.resolve()
        if not real.is_relative_to(root) or any(one.startswith(".") for one in real.relative_to(root).parts):
            raise NotFound(f"{name} leads out of the app's files.")
        return file
