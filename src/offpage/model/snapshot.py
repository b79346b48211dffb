"""Snapshots: an app as it was, by the hash of its canonical form. Every run remembers the one it belongs to.

The canonical form is what the files say without comments, blank lines, quotes and layout; the order of keys
counts. What could not be read (an unknown setting, a file with a syntax error) is not part of it. The content
keeps the files' texts, so that the addresses and lines of a snapshot are those of the folder it was taken from.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from offpage.kernel.errors import AppError
from offpage.model.documents import App
from offpage.model.node import Node
from offpage.model.parsed import Parsed
from offpage.model.plain import written_form
from offpage.model.reader import read_files

FORMAT: Final = "offpage-1"
"""Name of the canonical form; a change of the form changes every hash."""

SHORT: Final = 12
"""Characters of a hash that people are shown."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The hash (64 hexadecimal digits) of an app's canonical form, and its files, compressed."""

    hash: str
    content: bytes

    @property
    def short(self) -> str:
        """The beginning of the hash, for people."""
        return self.hash[:SHORT]


def freeze(app: App) -> Snapshot:
    """Take a snapshot of an app."""
    files = json.dumps(dict(sorted(app.files.items())), ensure_ascii=False, separators=(",", ":"))
    content = zlib.compress(files.encode("utf-8", "surrogatepass"), 6)
    return Snapshot(hashlib.sha256(canonical(app)).hexdigest(), content)


def thaw(content: bytes, parsed: Parsed | None = None) -> App:
    """Read the app that a snapshot holds. Raises AppError when the content is damaged.

    `parsed`: the files of the app as they were read before.
    """
    try:
        files = json.loads(zlib.decompress(content).decode("utf-8", "surrogatepass"))
    except (zlib.error, ValueError) as error:
        raise AppError("This snapshot of the app is damaged; deploy the folder again.") from error
    return read_files(files, parsed)[0]


def canonical(app: App) -> bytes:
    """The canonical form of an app: compact JSON."""
    documents: dict[str, Any] = {
        "format": FORMAT,
        "settings": dataclasses.asdict(app.settings),
        "types": _all(app.types),
        "options": _all(app.option_sets),
        "workflows": _all({one.path: one.keys for one in app.workflows.values() if one.keys}),
        "connectors": _all(app.connectors),
    }
    return json.dumps(documents, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _all(documents: Mapping[str, Node]) -> dict[str, Any]:
    return {name: written_form(documents[name]) for name in sorted(documents)}
