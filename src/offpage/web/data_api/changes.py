"""Create, change, replace, delete (bubble.md 2.5, 2.6)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from offpage.accounts.passwords import check_policy, hash_password
from offpage.accounts.throttle import EMAIL
from offpage.accounts.users import create_user
from offpage.data.allowing import New
from offpage.data.assignment import Shape
from offpage.data.bodies import Given, read_body
from offpage.data.tables import ThingRow
from offpage.data.writing import Create
from offpage.kernel.errors import InvalidData, MalformedBody, OffpageError
from offpage.model.schema import USER
from offpage.store.tx import Tx
from offpage.web.content import read_content
from offpage.web.data_api.sent import drop_sent, keep_sent, look_up_files
from offpage.web.data_api.visit import LARGE, Visit
from offpage.web.problems import about_request
from offpage.web.reply import ANY_ORIGIN, Reply, json_reply


class Begun(NamedTuple):
    """A thing that is to be created: what is given, what it gets besides, and the password of a new user."""

    given: Given
    new: New
    password: str | None


class Ready(NamedTuple):
    """A thing that is ready to be created: what is given, what it gets besides, and what creates it."""

    given: Given
    new: New
    make: Create


async def create(visit: Visit) -> Reply:
    """Create one thing."""
    thing_id = await create_one(visit, await _read_object(visit))
    return json_reply(201, {"status": "success", "id": thing_id})


async def create_one(visit: Visit, body: object) -> str:
    """Create a thing of a JSON object, in a transaction of its own, and return its id."""
    begun = begin(visit, body)
    await look_up_files(visit, [begun.given])
    given, new, make = await prepared(visit, begun)
    look, writing = visit.look, visit.of.writing
    async with _or_no_files(visit, given):
        thing_id = await visit.data.database.written(lambda tx: writing.create(tx, look, given, new, make))
    created(visit)
    visit.spent.written()
    return thing_id


def begin(visit: Visit, body: object) -> Begun:
    """What a body gives. Raises RequestError."""
    password: str | None = None
    if visit.of.type.id == USER and isinstance(body, Mapping):
        body, password = _without_password(visit, body)
    return Begun(read_body(body, visit.of.names, visit.program.forms), _new(visit), password)


async def prepared(visit: Visit, begun: Begun) -> Ready:
    """What was given, files stored and passwords hashed, and what creates the thing. Raises Unauthorized, RequestError.

    Files and passwords cost something: whether the thing may be created is asked before.
    """
    given, new, password = begun
    _count_email(visit)
    if given.files or password is not None:
        look, writing = visit.look, visit.of.writing
        await visit.data.database.reading(lambda tx: writing.check_creation(tx, look, given, new))
    if given.files:
        await keep_sent(visit, given, new.id)
    if password is None:
        return Ready(given, new, _creator(visit, None))
    async with visit.data.hashing:
        return Ready(given, new, _creator(visit, await asyncio.to_thread(hash_password, password)))


async def write(visit: Visit, thing_id: str, *, replace: bool) -> Reply:
    """Change the fields given, or replace the whole thing."""
    visit.check_id(thing_id)
    await change_one(visit, thing_id, await _read_object(visit), replace=replace)
    return Reply(204, [ANY_ORIGIN])


async def change_one(
    visit: Visit, thing_id: str, body: object, *, replace: bool = False, first: Callable[[Tx], None] = lambda tx: None
) -> None:
    """Change a thing by a JSON object, in a transaction of its own; `first` is asked in it, and may refuse by raising."""
    given = read_body(body, visit.of.names, visit.program.forms)
    await look_up_files(visit, [given])
    look, writing, now = visit.look, visit.of.writing, visit.data.clock.now()
    database = visit.data.database
    if given.files:
        await database.reading(lambda tx: writing.check_change(tx, look, thing_id, given, now, replace=replace))
        await keep_sent(visit, given, thing_id)

    def write(tx: Tx) -> None:
        first(tx)
        writing.change(tx, look, thing_id, given, now, replace=replace)

    async with _or_no_files(visit, given):
        await database.written(write)
    visit.spent.written()


async def delete(visit: Visit, thing_id: str) -> Reply:
    """Delete one thing."""
    await delete_one(visit, thing_id)
    return Reply(204, [ANY_ORIGIN])


async def delete_one(visit: Visit, thing_id: str) -> None:
    """Delete a thing, in a transaction of its own. Raises MissingThing."""
    visit.check_id(thing_id)
    look, writing = visit.look, visit.of.writing
    await visit.data.database.written(lambda tx: writing.delete(tx, look, thing_id))
    visit.spent.deleted(1)


@asynccontextmanager
async def _or_no_files(visit: Visit, given: Given) -> AsyncIterator[None]:
    """Let a write that is refused leave no files behind. (One that broke may have been kept after all.)"""
    try:
        yield
    except OffpageError as error:
        if about_request(error):
            await drop_sent(visit, given)
        raise


async def _read_object(visit: Visit) -> object:
    """The JSON object that is the body. Raises MalformedBody."""
    raw, kind = await visit.body(), visit.request.header(b"content-type")
    content = read_content(raw, kind) if len(raw) <= LARGE else await asyncio.to_thread(read_content, raw, kind)
    if not content.is_data or content.fields is not None or not isinstance(content.value, dict):
        raise MalformedBody('The body must be a JSON object such as {"name": "value"}, sent as application/json.')
    return content.value


def _without_password(visit: Visit, body: Mapping[str, Any]) -> tuple[Mapping[str, Any], str | None]:
    """The body of a new user without its password, and that, which must be one that the app accepts."""
    rest = dict(body)
    password = rest.pop("password", None) if visit.of.names.written("password") is None else None
    if password is None or password == "":
        return rest, None
    if not isinstance(password, str):
        raise InvalidData("Invalid data for field password: could not parse this as a text")
    check_policy(visit.program.app.settings.accounts.password, password)
    return rest, password


def _new(visit: Visit) -> New:
    now = visit.data.clock.now()
    return New(visit.data.new_id(now), now, visit.actor.user_id)


def _count_email(visit: Visit) -> None:
    """Count an attempt at an e-mail that may be taken: by it somebody could find out who is here. Raises TooManyAttempts."""
    if visit.of.type.id == USER and visit.actor.kind != "admin":
        visit.data.throttle.attempt(EMAIL, "", visit.request.ip, visit.program.app.settings.accounts.log_in_attempts)


def created(visit: Visit) -> None:
    """A thing was created: the attempt at an e-mail found out nothing."""
    if visit.of.type.id == USER and visit.actor.kind != "admin":
        visit.data.throttle.succeeded(EMAIL, "", visit.request.ip, visit.program.app.settings.accounts.log_in_attempts)


def _creator(visit: Visit, password_hash: str | None) -> Create:
    things = visit.program.things
    is_user = visit.of.type.id == USER

    def create_it(tx: Tx, shape: Shape, values: list[Any], new: New) -> ThingRow:
        if is_user:
            return create_user(tx, things, shape, values, **new._asdict(), password_hash=password_hash)
        return things.create(tx, shape, values, **new._asdict())

    return create_it
