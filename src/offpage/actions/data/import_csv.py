"""Create things from a CSV file."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, Final

from offpage.actions.action import Cost, Prop, Static
from offpage.actions.context import StepContext
from offpage.actions.kinds import DATA_TYPE, FILE, TEXT_VALUE, YES_NO_VALUE
from offpage.actions.outside import OutsideAction, OutsideContext
from offpage.data.transfer.csv_form import read_csv, separator_of
from offpage.data.transfer.importing import Rules
from offpage.kernel.errors import InvalidData, StepError
from offpage.model.schema import USER
from offpage.services.files import Files, KeptFile
from offpage.store import imports
from offpage.store.imports import SoFar
from offpage.values.records import Record
from offpage.values.types import NUMBER, TEXT, YES_NO, Type

PIECE: Final = 200
"""Most lines of one transaction: some 10 ms."""

READ_AT_ONCE: Final = 256 * 1024

IMPORTED: Final = Type("record", "import")
PARTS: Final = {"created": NUMBER, "changed": NUMBER, "failed": NUMBER, "problems": TEXT.listed}

_SEPARATOR: Final = "`separator` is one character, such as `;`, or the word `tab`."


class ImportCsv(OutsideAction):
    """Create things from a CSV file.

    The first line of the file names the fields; each other line becomes a thing, or changes the one with its id where
    `update` says so. A line that cannot be taken is left out, and the others are imported all the same: the result counts
    what was `.created`, `.changed` and `.failed`, and `.problems` says of the first hundred lines that failed why. However long
    the file is, others write in between; what was written stays if the run fails later.
    """

    words = "upload excel spreadsheet"
    cost = Cost(base=0.6)
    repeats = "data"

    type = Prop(DATA_TYPE, "Type")
    file = Prop(FILE, "File", doc="A file of this app's storage.")
    separator = Prop(
        TEXT_VALUE, "Separator", required=False, doc="What stands between cells: `,`, unless said; `;` or `tab`."
    )
    update = Prop(YES_NO_VALUE, "Change things that are there", required=False)
    allow_missing = Prop(YES_NO_VALUE, "Keep references to things that are not there", required=False)

    @classmethod
    def gives(cls, static: Static) -> Type:
        """What was done."""
        return IMPORTED

    @classmethod
    def parts(cls, static: Static) -> Mapping[str, Type]:
        """How much, and what was wrong."""
        return PARTS

    @classmethod
    def problems(cls, static: Static) -> list[tuple[str, str]]:
        """Users sign up, or are imported by an operator; a separator is one character."""
        found = []
        if static.constants.get("type") == USER:
            found.append(("type", "A step does not import users. Use `offpage import`, or create_account in a loop."))
        separator = static.constants.get("separator")
        if separator and separator_of(separator) is None:
            found.append(("separator", _SEPARATOR))
        return found

    def same(self) -> tuple[Sequence[Type], Sequence[Any]]:
        """All of it: a step that goes on in the middle of a file must go on with that file."""
        types = (Type("file"), TEXT, YES_NO, YES_NO)
        return types, (self.file, self.separator, self.update, self.allow_missing)

    def take_same(self, values: list[Any]) -> None:
        """Go on as it was begun."""
        vars(self).update(zip(("file", "separator", "update", "allow_missing"), values, strict=True))

    async def reach(self, step: OutsideContext) -> SoFar:
        """Import the lines that are not imported yet."""
        separator = separator_of(self.separator or ",")
        if separator is None:
            raise StepError(_SEPARATOR)
        found = await step.find_file(self.file) if self.file else None
        files = step.services.files
        if found is None or files is None:
            raise StepError(f"There is no file `{(self.file or '')[:100]}` in this app's storage.")
        actor = step.actor
        rules = Rules(self.update is True, self.allow_missing is True, actor.user_id, by_admin=actor.kind == "admin")
        writer = step.imports(self.type, rules)
        done = await writer.so_far()
        # Nothing of it needs closing, and a thread may be reading still when the run is let go.
        content = io.BufferedReader(_Stored(files, found), READ_AT_ONCE)
        entries = read_csv(content, writer.columns, writer.forms, separator)
        rest = (one for one in entries if one.line > done.line)
        try:
            while piece := await asyncio.to_thread(lambda: list(islice(rest, PIECE))):
                done = await writer.write(piece)
        except InvalidData as error:
            raise StepError(error.message) from error
        return done

    def settle(self, step: StepContext, reached: SoFar) -> Record:
        """Say what was done, and forget how far it had come."""
        imports.drop(step.tx, step.key)
        step.count_written(reached.created + reached.changed)
        values = {
            "created": float(reached.created),
            "changed": float(reached.changed),
            "failed": float(reached.failed),
            "problems": list(reached.problems),
        }
        return Record(PARTS, values)


class _Stored(io.RawIOBase):
    """A file of the storage, read piece by piece."""

    def __init__(self, files: Files, file: KeptFile) -> None:
        self._files = files
        self._file = file
        self._at = 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read on."""
        piece = self._files.read(self._file, self._at, len(buffer))
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)
