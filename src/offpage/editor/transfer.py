"""Things as CSV: all of a type out, and in again."""

from __future__ import annotations

import asyncio
import io
import tempfile
from typing import IO, Any, Final

import msgspec

from offpage.data.transfer.columns import Columns
from offpage.data.transfer.csv_form import CsvOut, read_csv, separator_of
from offpage.data.transfer.exporting import count_things, export_things
from offpage.data.transfer.file_import import import_entries
from offpage.data.transfer.importing import Importer, Problem, Rules
from offpage.editor.asked import Asked
from offpage.editor.replies import NO_STORE, SAME_ORIGIN
from offpage.editor.roles import Role
from offpage.editor.route import Route
from offpage.editor.thing_asked import type_of
from offpage.engine.unrecorded import of_type
from offpage.engine.workload import Workload
from offpage.kernel.errors import InvalidData
from offpage.model.schema import DataType
from offpage.store.tx import Tx

IN_MEMORY: Final = 4 * 1024 * 1024
CHUNK: Final = 256 * 1024
MOST_TOLD: Final = 200
"""So many problems are told; all are counted."""


class Csv(msgspec.Struct):
    """A file to be imported. `update`: lines with the id of a thing that is there change it. `trial`: keep nothing."""

    text: str
    separator: str = ","
    update: bool = False
    allow_missing: bool = False
    trial: bool = True


class LineProblem(msgspec.Struct):
    """What is wrong with a line; the other lines are imported all the same."""

    line: int
    message: str


class Imported(msgspec.Struct):
    """What an import did, or (as a trial) would do."""

    created: int
    changed: int
    left_out: int
    problems: list[LineProblem]
    trial: bool


async def export(asked: Asked) -> None:
    """Every thing of a type as CSV, oldest first, as the data is at one moment. `for=spreadsheets`: see decision 52."""
    if asked.query.get("format", "csv") != "csv":
        raise InvalidData("`format` is csv. For others there is: offpage export")
    runner, of = asked.runner, type_of(asked)
    program, safe = runner.program, asked.query.get("for", "") == "spreadsheets"

    def write(tx: Tx) -> IO[bytes]:
        file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed once it has been sent
        text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
        out = CsvOut(text, list(of.fields.values()), program.forms, for_spreadsheets=safe)
        export_things(tx, program.things, of.id, out, _nothing)
        text.detach()
        spent.page(count_things(tx, program.things, of.id), file.tell())
        file.seek(0)
        return file

    spent = Workload(program.app.settings.workload)
    file = await runner.database.reading(write)
    _note(asked, of, "export_csv", spent)
    with file:
        await _send(asked, file, f"{of.id}.csv")


async def read(asked: Asked, body: Csv) -> Imported:
    """Import things; what is wrong with one line is told with its number."""
    runner, of = asked.runner, type_of(asked)
    program, engine, machine = runner.program, runner.engine, runner.machine
    problems: list[Problem] = []
    separator = separator_of(body.separator)
    if separator is None:
        raise InvalidData("`separator` is one character, such as a comma or a semicolon, or the word tab.")
    rules = Rules(update=body.update, missing_allowed=body.allow_missing)
    told, watched = engine.told_all(program), program.watched_lists
    importer = Importer(program.things, of, machine.new_id, rules, told=told, watched=watched)

    def work() -> Any:
        content = io.BytesIO(body.text.encode("utf-8", "replace"))
        entries = read_csv(content, Columns(of), program.forms, separator)
        return import_entries(
            runner.database, importer, entries, machine.clock, problem=problems.append, trial=body.trial
        )

    tally = await asyncio.to_thread(work)
    if not body.trial:
        spent = Workload(program.app.settings.workload)
        spent.written(tally.created + tally.changed)
        _note(asked, of, "import_csv", spent)
    shown = [LineProblem(one.line, one.message) for one in problems[:MOST_TOLD]]
    engine.wake()
    return Imported(tally.created, tally.changed, len(problems), shown, body.trial)


async def _send(asked: Asked, file: IO[bytes], name: str) -> None:
    """Send a file piece by piece: it may be large."""
    headers = [
        (b"content-type", b"text/csv; charset=utf-8"),
        (b"content-disposition", f'attachment; filename="{name}"'.encode("ascii")),
        NO_STORE,
        *SAME_ORIGIN,
    ]
    await asked.send({"type": "http.response.start", "status": 200, "headers": headers})
    while piece := await asyncio.to_thread(file.read, CHUNK):
        await asked.send({"type": "http.response.body", "body": piece, "more_body": True})
    await asked.send({"type": "http.response.body", "body": b"", "more_body": False})


def _note(asked: Asked, of: DataType, do: str, spent: Workload) -> None:
    """Note what things that came or went have cost."""
    runner = asked.runner
    runner.engine.unrecorded.note(runner.machine.clock.now(), of_type(of.id), do, spent.units)


def _nothing(count: int) -> None:
    """Nobody looks at the progress."""


ROUTES = (
    Route("GET", "/{env}/data/{type}/export", Role.VIEW, export),
    Route("POST", "/{env}/data/{type}/import", Role.EDIT, read),
)
