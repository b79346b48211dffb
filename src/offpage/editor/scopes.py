"""What may stand at a place of a file, remembered while somebody types there."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Final, NamedTuple

from offpage.actions.kinds import WorkflowRef
from offpage.editor.folder import Folder, normal
from offpage.editor.shapes import PathOf
from offpage.host.app_runner import AppRunner
from offpage.kernel.errors import InvalidData, NotFound
from offpage.kernel.issues import Issues
from offpage.model.node import Keys
from offpage.model.schema import Schema
from offpage.model.type_text import parse_type
from offpage.program.looking import around, noted_at
from offpage.program.program import Program
from offpage.program.reading import Noted
from offpage.values.types import NUMBER, YES_NO, Type

REMEMBERED: Final = 200


class Standing(NamedTuple):
    """A place, with the program that it is a place of."""

    program: Program
    noted: Noted


@dataclass(frozen=True, slots=True)
class _Known:
    """What may stand at a place, and all that this rests on."""

    noted: Noted
    around: Keys
    schema: Schema
    signatures: Mapping[str, WorkflowRef]
    secrets: frozenset[str]

    def counts(self, around: Keys, program: Program, secrets: frozenset[str]) -> bool:
        # A schema is made anew together with connectors and privacy rules (`Ground`).
        return (
            self.schema is program.schema
            and self.secrets == secrets
            and self.around == around
            and self.signatures == program.signatures
        )


class Scopes:
    """The places that were asked about last. What is typed at one of them, or behind it, changes nothing there."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, tuple[str | int, ...]], _Known] = OrderedDict()
        self._lock = Lock()

    def find(self, runner: AppRunner, folder: Folder, file: str, path: PathOf) -> Standing:
        """What may stand at a path of a file as it is now; of one that is not there yet, as if it were empty."""
        program, secrets = runner.program, runner.secrets.available
        try:
            root = runner.kept.parsed.tree(file, folder.read(normal(file)), Issues()) or Keys({}, {})
        except NotFound:  # and not remembered: such names are without number
            root = Keys({}, {})
        part, key = around(file, root, path), (file, tuple(path))
        with self._lock:
            known = self._known.get(key)
        if known is None or not known.counts(part, program, secrets):
            noted = noted_at(program, secrets, file, part, path)
            known = _Known(noted, part, program.schema, program.signatures, secrets)
            with self._lock:
                self._known[key] = known
                self._known.move_to_end(key)
                while len(self._known) > REMEMBERED:
                    self._known.popitem(last=False)
        return Standing(program, known.noted)


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
