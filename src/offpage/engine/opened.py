"""Files of the app's storage, read by a step that takes them outside: attached to a mail, sent with a call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, Literal

from offpage.accounts.actor import Actor
from offpage.actions.outside import OpenedFile
from offpage.data.onlooker import Onlooker, SourceOf
from offpage.data.permission import may
from offpage.kernel.errors import StepError
from offpage.program.program import Program
from offpage.services.files import ROUTE, Attached, Files, KeptFile
from offpage.store.tx import Database, Tx

Look = Callable[[Attached, Tx], bool]
"""Whether somebody may see the files of a thing."""

_WHERE: Final = "Files of this app's storage begin with"


def onlooker_of(program: Program, actor: Actor, now: int, source: SourceOf, tx: Tx) -> Onlooker:
    """An actor, who looks at things by the program's privacy rules."""
    return Onlooker(
        tx,
        program.things,
        program.privacy,
        program.forms,
        user_id=actor.user_id,
        sees_all=actor.kind == "admin",
        now=now,
        source=source,
    )


def allowed(program: Program, actor: Actor, now: int, source: SourceOf, attached: Attached, tx: Tx) -> bool:
    """Whether an actor may see the files of the thing that a private file is attached to."""
    type_id, thing_id, _ = attached
    if type_id not in program.schema.types or not program.things.exists(tx, type_id, [thing_id]):
        return False
    return may(onlooker_of(program, actor, now, source, tx), program.privacy, "files", type_id, thing_id)


async def located(files: Files | None, database: Database, path: str, look: Look | Literal[True]) -> KeptFile | None:
    """The file at `/fileupload/ID/NAME`, None if it is not there. Raises StepError for one that may not be opened."""
    _, _, rest = path.partition(f"{ROUTE}/")
    file_id, _, name = rest.partition("/")
    if files is None or not path.startswith(f"{ROUTE}/"):
        raise StepError(f"`{path[:100]}` is no file of this app. {_WHERE} {ROUTE}/.")
    found = await asyncio.to_thread(files.find, file_id, name)
    if found is not None and found.attached is not None and look is not True:
        attached, may_open = found.attached, look
        if not await database.reading(lambda tx: may_open(attached, tx)):
            raise StepError(f"The file `{path[:100]}` is private, and whoever this run acts for may not open it.")
    return found


async def opened(
    files: Files | None, database: Database, path: str, most: int, look: Look | Literal[True]
) -> OpenedFile:
    """The content of the file. Raises StepError where there is none, or none that may be opened."""
    found = await located(files, database, path, look)
    if found is None:
        raise StepError(f"There is no file `{path[:100]}` in this app's storage.")
    assert files is not None
    if found.size > most:
        raise StepError(f"The file `{found.name}` has {found.size:,} bytes; {most:,} more can be taken along.")
    content = await asyncio.to_thread(files.read, found, 0, found.size)
    return OpenedFile(found.name, found.content_type, content, found.attached)
