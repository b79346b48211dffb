"""Many things created by one request, a JSON object a line; good lines are created, bad ones told (bubble.md 2.5, 15)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any, Final

from offpage.data.allowing import New
from offpage.data.bodies import Given
from offpage.data.writing import Create, Look, Writing
from offpage.kernel.errors import MalformedBody, OffpageError, RequestError
from offpage.store.tx import Tx
from offpage.web.data_api.changes import Begun, Ready, begin, created, prepared
from offpage.web.data_api.sent import drop_sent, file_addresses, look_up_files
from offpage.web.data_api.visit import Visit
from offpage.web.json_body import read_json
from offpage.web.problems import SOMETHING_BROKE, about_request, new_code
from offpage.web.reply import ANY_ORIGIN, Header, Reply, to_json

MOST_LINES: Final = 1_000
SECONDS: Final = 240.0
"""After so long the lines that are left come back as errors."""

AT_ONCE: Final = 50
"""So many lines share a transaction, so that nobody else waits long."""

PLAIN: Final[Header] = (b"content-type", b"text/plain")
WRONG_TYPE: Final = (
    "Expecting a newline-seperated list of JSON objects.  Make sure the Content-Type header is text/plain"
)
"""Bubble's words, spelling and blanks included."""

TOO_LATE: Final = "The request took longer than 4 minutes. Send the lines that were not created again."
BUSY: Final = "The server is busy, and nothing was created of this line. Send it again in a moment."
_LONGEST_SHOWN: Final = 200

Line = dict[str, str]


async def create_many(visit: Visit) -> Reply:
    """Create a thing of each line, and answer with a line for each. Raises RequestError for what is no list of lines."""
    if visit.request.header(b"content-type").partition(";")[0].strip().lower() != "text/plain":
        raise RequestError(WRONG_TYPE)
    lines = _lines(await visit.body())
    answers: list[Line] = []
    until = time.monotonic() + SECONDS
    for start in range(0, len(lines), AT_ONCE):
        some = lines[start : start + AT_ONCE]
        if time.monotonic() > until:
            answers += [_error(TOO_LATE)] * len(some)
        else:
            answers += await _create_some(visit, some)
    return Reply(200, [PLAIN, ANY_ORIGIN], b"\n".join(map(to_json, answers)))


def _lines(raw: bytes) -> list[bytes]:
    """The lines; one that is empty at the end is none."""
    lines = [line.rstrip(b"\r") for line in raw.removeprefix(b"\xef\xbb\xbf").split(b"\n")]
    while lines and not lines[-1].strip():
        lines.pop()
    if not lines:
        raise RequestError(WRONG_TYPE)
    if len(lines) > MOST_LINES:
        raise RequestError(f"A request creates at most {MOST_LINES:,} objects; this one has {len(lines):,} lines")
    return lines


async def _create_some(visit: Visit, lines: Sequence[bytes]) -> list[Line]:
    """Create a thing of each line in one transaction; each that fails is undone alone."""
    begun = await _looked_up(visit, [await _begun(visit, line) for line in lines])
    ready = [one if isinstance(one, dict) else await _ready(visit, one) for one in begun]
    writing, look = visit.of.writing, visit.look

    def segment(tx: Tx) -> list[Line]:
        return [one if isinstance(one, dict) else _create(tx, writing, look, *one) for one in ready]

    try:
        answers = await visit.data.database.written(segment)
    except OffpageError as error:
        # The files stay: if the database only lost its voice, the things may be there.
        answer = _error(_of_database(visit, error))
        return [one if isinstance(one, dict) else answer for one in ready]
    for one, answer in zip(ready, answers, strict=True):
        if isinstance(one, dict):
            continue
        if answer["status"] == "error":
            await drop_sent(visit, one.given)
        else:
            created(visit)
            visit.spent.written()
    return answers


def _of_database(visit: Visit, error: OffpageError) -> str:
    """What the caller is told of an error that is not the caller's. The log has the rest, under the same code."""
    if error.transient:
        return BUSY
    code = new_code()
    visit.data.events.say("request.failed", path=visit.request.scope["path"], method="POST", error=error, code=code)
    return SOMETHING_BROKE + code


async def _begun(visit: Visit, line: bytes) -> Begun | Line:
    """What a line gives, or what is wrong with it."""
    try:
        body: Any = read_json(line) if len(line) < 10_000 else await asyncio.to_thread(read_json, line)
    except MalformedBody:
        body = None
    if not isinstance(body, dict):
        return _error(f"Could not parse as JSON: {line.decode('utf-8', 'replace')[:_LONGEST_SHOWN]}")
    try:
        return begin(visit, body)
    except OffpageError as error:
        return _refused(visit, error)


async def _looked_up(visit: Visit, begun: list[Begun | Line]) -> list[Begun | Line]:
    """Find out which files the lines name are private, of all at once; lines that name some are wrong where that fails."""
    try:
        await look_up_files(visit, [one.given for one in begun if not isinstance(one, dict)])
    except OffpageError as error:
        refused = _refused(visit, error)
        return [refused if not isinstance(one, dict) and file_addresses(visit, one.given) else one for one in begun]
    return begun


async def _ready(visit: Visit, begun: Begun) -> Ready | Line:
    """What a line gives, ready to be created, or what is wrong with it."""
    try:
        return await prepared(visit, begun)
    except OffpageError as error:
        return _refused(visit, error)


def _refused(visit: Visit, error: OffpageError) -> Line:
    return _error(error.message if about_request(error) else _of_database(visit, error))


def _create(tx: Tx, writing: Writing, look: Look, given: Given, new: New, make: Create) -> Line:
    try:
        with tx.savepoint():
            return {"status": "success", "id": writing.create(tx, look, given, new, make)}
    except OffpageError as error:
        if not about_request(error):
            raise
        return _error(error.message)


def _error(message: str) -> Line:
    return {"status": "error", "message": message}
