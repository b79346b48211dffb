"""Files that come with a request: `{"filename", "contents"}` in JSON, or file parts of a form (bubble.md 1.4)."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from offpage.accounts.actor import Actor
from offpage.kernel.errors import InvalidData
from offpage.kernel.ids import is_id
from offpage.program.program import Parameter
from offpage.services.files import Attached, bytes_of
from offpage.store.tx import Tx
from offpage.web.serving import Environment


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it came, not yet stored. A private one is attached to a thing: `attach_to` is its id."""

    filename: str
    content_type: str
    content: bytes
    attach_to: str = ""


def sent_file(raw: dict[str, Any], own: Attached | None = None) -> SentFile:
    """Read a file given as a JSON object; one that says of no thing is one of `own`. Raises InvalidData with a reason."""
    attach_to = _attach_to(raw, own)
    contents = raw.get("contents")
    if not isinstance(contents, str):
        raise InvalidData(reason="A file needs `contents`: its bytes in base64.")
    content = bytes_of(contents)
    if content is None:
        raise InvalidData(reason="Its `contents` are not valid base64.")
    filename = raw.get("filename") or "file"
    if not isinstance(filename, str):
        raise InvalidData(reason="Its `filename` must be text.")
    return SentFile(filename, "", content, attach_to)


def _attach_to(raw: dict[str, Any], own: Attached | None) -> str:
    """The thing that a private file is attached to; "" for a public one. Raises InvalidData."""
    private, attach_to = raw.get("private"), raw.get("attach_to")
    if private in (None, "", False, "false", "False", "no"):
        return ""
    if private not in (True, "true", "True", "yes"):
        raise InvalidData(reason="`private` is true or false.")
    if own is not None and attach_to in (None, ""):
        return own.thing_id
    if not is_id(attach_to):
        raise InvalidData(
            reason="A private file needs `attach_to`: the unique id of the thing whose files it is one of."
        )
    return str(attach_to)


async def keep_files(
    environment: Environment,
    sent: dict[int, list[SentFile | str]],
    parameters: tuple[Parameter, ...],
    values: list[Any],
    actor: Actor,
) -> None:
    """Store the files that came, and put their addresses into `values`. Raises InvalidData where there is no place."""
    for index, items in sent.items():
        addresses = [
            item if isinstance(item, str) else await keep_sent_file(environment, item, actor) for item in items
        ]
        values[index] = addresses if parameters[index].type.is_list else addresses[0]


async def keep_sent_file(environment: Environment, file: SentFile, actor: Actor, own: Attached | None = None) -> str:
    """Store one file and return its address. Raises InvalidData where there is no place, or no thing to attach it to.

    `own` is a thing that need not be there yet.
    """
    place = environment.files
    if place is None:
        raise InvalidData("This app keeps no files. Send the address of a file instead.")
    attached: Attached | None = None
    if file.attach_to:
        is_own = own is not None and file.attach_to == own.thing_id
        attached = own if is_own else await _attached(environment, file.attach_to, actor)
        assert attached is not None
        attached = attached._replace(user_id=actor.user_id)
    now = time.time_ns() // 1_000_000
    return await asyncio.to_thread(place.keep, file.filename, file.content, now, attached)


async def _attached(environment: Environment, thing_id: str, actor: Actor) -> Attached:
    """The thing with this id, whichever its type, if the actor may know of it.

    Every type is asked, so that the work does not tell whether there is such a thing.
    """
    program, data = environment.engine.program, environment.data
    if data is not None:
        exposed, look = data.exposed(program), data.look(program, actor)

        def find(tx: Tx) -> list[str]:
            by = look(tx)
            return [one for one in program.schema.types if exposed.rows_of(one).known(tx, by, [thing_id])]

        if found := await data.database.reading(find):
            return Attached(found[0], thing_id)
    raise InvalidData(reason=f"`attach_to`: object with id {thing_id} does not exist.")
