"""What may stand at a place of a file, remembered while somebody types there."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Final, NamedTuple

from offpage.editor.folder import Folder, normal, revision_of
from offpage.editor.shapes import PathOf
from offpage.host.app_runner import AppRunner
from offpage.kernel.errors import InvalidData, NotFound
from offpage.model.type_text import parse_type
from offpage.program.looking import noted_at
from offpage.program.program import Program
from offpage.program.reading import Noted
from offpage.values.types import NUMBER, YES_NO, Type

REMEMBERED: Final = 200

_Key = tuple[str, str, str, tuple[str | int, ...]]


class Standing(NamedTuple):
    """A place, with the program that it is a place of."""

    program: Program
    noted: Noted


class Scopes:
    """The places that were asked about last."""

    def __init__(self) -> None:
        self._known: OrderedDict[_Key, Noted] = OrderedDict()
        self._lock = Lock()

    def find(self, runner: AppRunner, folder: Folder, file: str, path: PathOf) -> Standing:
        """What may stand at a path of a file as it is now; of one that is not there yet, as if it were empty."""
        program = runner.program
        try:
            text = folder.read(normal(file))
        except NotFound:
            text = ""
        key = (program.definition, file, revision_of(text), tuple(path))
        with self._lock:
            known = self._known.get(key)
        if known is None:
            known = noted_at(program, runner.secrets.available, file, text, path)
            with self._lock:
                self._known[key] = known
                while len(self._known) > REMEMBERED:
                    self._known.popitem(last=False)
        return Standing(program, known)


def wanted_type(standing: Standing, kind: str, wanted: str) -> Type | None:
    """The type that is wanted: as the file says, else as who asks says, else what a condition is. Raises InvalidData."""
    if standing.noted.expected is not None:
        return standing.noted.expected
    schema = standing.program.schema
    words = {"yes or no": YES_NO, "yes/no": YES_NO, "a number": NUMBER}
    if wanted and wanted not in ("any value", "a thing", "a list of things"):
        found = words.get(wanted) or parse_type(wanted, schema.types, schema.option_sets)
        if found is None and len(wanted) > 200:
            raise InvalidData("`wanted` is no type.")
        if found is not None:
            return found
    return YES_NO if kind == "condition" else None
