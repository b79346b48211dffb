"""Which type, who is asking, which method."""

from __future__ import annotations

import time

from offpage.engine.unrecorded import of_type
from offpage.engine.workload import Workload
from offpage.kernel.errors import MethodNotAllowed, NotFound
from offpage.web.credentials import caller
from offpage.web.data_api.bulk import create_many
from offpage.web.data_api.changes import create, delete, write
from offpage.web.data_api.reading import read_one, search
from offpage.web.data_api.visit import Visit
from offpage.web.forms import read_pairs
from offpage.web.reply import Reply
from offpage.web.request import Request
from offpage.web.serving import Environment

CLOSED = "This application does not expose a Data API"


async def answer_data(environment: Environment, request: Request, rest: tuple[str, ...]) -> Reply:
    """Answer a request to `…/obj/…`; `rest` is what follows `obj/`. Raises OffpageError."""
    program = environment.engine.program
    data = environment.data
    if data is None or not program.app.settings.api.data:
        raise NotFound(CLOSED)
    if not rest or len(rest) > 2:
        raise NotFound("There is no such address. Things are at /api/1.1/obj/TYPE and /api/1.1/obj/TYPE/ID")
    environment.rate.take(program.app.settings.limits.requests_per_minute)
    of = data.exposed(program).type(rest[0])
    query = read_pairs(request.query_string, what="The query string")
    actor = await caller(environment.tokens, request, query)
    spent = Workload(program.app.settings.workload)
    visit = Visit(environment, data, program, of, actor, request, query, spent)
    began = time.perf_counter()
    if len(rest) == 1:
        done, reply = await _of_type(visit)
    elif rest[1] == "bulk":
        _allow(visit, "POST")
        done, reply = "bulk", await create_many(visit)
    else:
        done, reply = await _of_thing(visit, rest[1])
    spent.request(0)
    spent.carried(len(reply.body))
    ms = (time.perf_counter() - began) * 1000
    data.unrecorded.note(data.clock.now(), of_type(of.type.id), f"data_api_{done}", spent.units, ms=ms)
    return reply


Done = tuple[str, Reply]
"""What was done, in a word, and the answer."""


async def _of_type(visit: Visit) -> Done:
    match visit.request.method:
        case "GET" | "HEAD":
            return "search", await search(visit)
        case "POST":
            return "create", await create(visit)
    raise _refused(visit, "GET", "HEAD", "POST")


async def _of_thing(visit: Visit, thing_id: str) -> Done:
    match visit.request.method:
        case "GET" | "HEAD":
            return "read", await read_one(visit, thing_id)
        case "PATCH":
            return "change", await write(visit, thing_id, replace=False)
        case "PUT":
            return "replace", await write(visit, thing_id, replace=True)
        case "DELETE":
            return "delete", await delete(visit, thing_id)
    raise _refused(visit, "GET", "HEAD", "PATCH", "PUT", "DELETE")


def _allow(visit: Visit, method: str) -> None:
    if visit.request.method != method:
        raise _refused(visit, method)


def _refused(visit: Visit, *methods: str) -> MethodNotAllowed:
    allowed = ", ".join((*methods, "OPTIONS"))
    return MethodNotAllowed(f"This address answers {allowed}, not {visit.request.method}", allow=allowed)
