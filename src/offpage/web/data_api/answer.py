"""Which type, who is asking, which method."""

from __future__ import annotations

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
    visit = Visit(environment, data, program, of, actor, request, query)
    if len(rest) == 1:
        return await _of_type(visit)
    if rest[1] == "bulk":
        _allow(visit, "POST")
        return await create_many(visit)
    return await _of_thing(visit, rest[1])


async def _of_type(visit: Visit) -> Reply:
    match visit.request.method:
        case "GET" | "HEAD":
            return await search(visit)
        case "POST":
            return await create(visit)
    raise _refused(visit, "GET", "HEAD", "POST")


async def _of_thing(visit: Visit, thing_id: str) -> Reply:
    match visit.request.method:
        case "GET" | "HEAD":
            return await read_one(visit, thing_id)
        case "PATCH":
            return await write(visit, thing_id, replace=False)
        case "PUT":
            return await write(visit, thing_id, replace=True)
        case "DELETE":
            return await delete(visit, thing_id)
    raise _refused(visit, "GET", "HEAD", "PATCH", "PUT", "DELETE")


def _allow(visit: Visit, method: str) -> None:
    if visit.request.method != method:
        raise _refused(visit, method)


def _refused(visit: Visit, *methods: str) -> MethodNotAllowed:
    allowed = ", ".join((*methods, "OPTIONS"))
    return MethodNotAllowed(f"This address answers {allowed}, not {visit.request.method}", allow=allowed)
