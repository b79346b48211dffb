"""The table of things: pages of it, through anybody's eyes; creating, changing and deleting. Writes start what changes start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from offpage.accounts.user_lines import user_lines
from offpage.data.field_names import is_writable
from offpage.data.sorted_fields import may_sort
from offpage.editor.asked import Asked
from offpage.editor.roles import Role
from offpage.editor.route import Route
from offpage.editor.thing_asked import things_of, type_of, viewer_of, visit_of, wanted_of
from offpage.editor.thing_shapes import (
    ColumnShown,
    Deleted,
    Ids,
    PrivacyTold,
    RowShown,
    RuleTold,
    TableShown,
    UserFound,
    UsersFound,
    Values,
    ValuesInstead,
)
from offpage.host.one_run import NOBODY_SAID as NOBODY
from offpage.host.privacy_view import seen_by
from offpage.host.thing_search import operators_of
from offpage.host.thing_table import Row, Table, label_field
from offpage.kernel.errors import Conflict, InvalidData, MissingThing
from offpage.model.schema import DataType, Field
from offpage.program.program import Program
from offpage.store.tx import Tx
from offpage.web.data_api.changes import change_one, create_one, delete_one

PAGE: Final = 50
MOST_SKIPPED: Final = 2**31
MOST_DELETED: Final = 1_000


async def table(asked: Asked) -> TableShown:
    """A page of things."""
    of, wanted, things, runner = type_of(asked), wanted_of(asked), things_of(asked), asked.runner
    limit = asked.number("limit", PAGE, 500)
    cursor = asked.number("cursor", 0, MOST_SKIPPED, least=0)

    def read(tx: Tx) -> Table:
        return things.page(tx, of, wanted, offset=cursor, limit=limit, viewer=viewer_of(asked, tx))

    found = await runner.database.reading(read)
    rows = [_row(one) for one in found.rows]
    who = asked.query.get("as_user", "")
    return TableShown(columns_of(runner.program, of), rows, found.total, cursor, found.labels, label_field(of), who)


async def create(asked: Asked, body: Values) -> RowShown:
    """Create a thing, as the administrator."""
    return await _one(asked, await create_one(visit_of(asked), body.values))


async def change(asked: Asked, body: ValuesInstead) -> RowShown:
    """Change fields of a thing, as the administrator. Raises Conflict where somebody has changed one of them meanwhile."""
    visit, thing_id, of, things = visit_of(asked), asked.parts["id"], type_of(asked), things_of(asked)
    visit.check_id(thing_id)

    def unchanged(tx: Tx) -> None:
        row = things.one(tx, of, thing_id) if body.was else None
        if row is not None:
            _check_unchanged(of, row, body.was)

    await change_one(visit, thing_id, body.values, first=unchanged)
    return await _one(asked, thing_id)


def _check_unchanged(of: DataType, row: Row, was: Mapping[str, Any]) -> None:
    """Raise Conflict where a field is not what whoever changes it has seen."""
    for name, seen in was.items():
        theirs = row.values.get(name)
        if name not in of.fields or theirs == (None if seen in ("", []) else seen):
            continue
        label = of.fields[name].label or name
        raise Conflict(f"{label} was changed meanwhile. Nothing was written.", field=name, theirs=theirs)


async def delete(asked: Asked) -> Deleted:
    """Delete a thing, and every reference to it."""
    await delete_one(visit_of(asked), asked.parts["id"])
    return Deleted(1)


async def delete_many(asked: Asked, body: Ids) -> Deleted:
    """Delete several things; those that are gone already are passed over."""
    if len(body.ids) > MOST_DELETED:
        raise InvalidData(f"At most {MOST_DELETED:,} things at once. For more, run a workflow over them.")
    visit, count = visit_of(asked), 0
    for one in body.ids:
        try:
            await delete_one(visit, one)
            count += 1
        except MissingThing:
            continue
    return Deleted(count)


async def privacy(asked: Asked) -> PrivacyTold:
    """What somebody sees of one thing, with what each rule says about it."""
    runner, of, thing_id = asked.runner, type_of(asked), asked.parts["id"]
    source, now = runner.around.source, runner.machine.clock.now()

    def read(tx: Tx) -> PrivacyTold:
        viewer = viewer_of(asked, tx)
        user_id = None if viewer is None else viewer.user_id
        found = seen_by(tx, runner.program, of.id, thing_id, user_id, now, source)
        rules = [RuleTold(one.name, one.holds, one.condition, [*one.allows], [*one.why_not]) for one in found.rules]
        return PrivacyTold(asked.query.get("as_user") or NOBODY, found.found, [*found.shown], [*found.hidden], rules)

    return await runner.database.reading(read)


async def users(asked: Asked) -> UsersFound:
    """Users, by words of their e-mail addresses."""
    words = asked.query.get("q", "")
    found = await asked.runner.database.reading(lambda tx: user_lines(tx, limit=20, containing=words))
    return UsersFound([UserFound(one.id, one.email or "") for one in found])


async def _one(asked: Asked, thing_id: str) -> RowShown:
    of, things = type_of(asked), things_of(asked)
    found = await asked.runner.database.reading(lambda tx: things.one(tx, of, thing_id))
    if found is None:
        raise MissingThing(
            "The thing was deleted as soon as it was written: something that this change started did it."
        )
    return _row(found)


def columns_of(program: Program, of: DataType) -> list[ColumnShown]:
    """The columns of a type's table."""
    return [_column(program, one) for one in of.fields.values()]


def _column(program: Program, one: Field) -> ColumnShown:
    options: list[list[str]] = []
    if one.type.kind == "option" and one.type.of in program.schema.option_sets:
        options = [[item.id, item.label] for item in program.schema.option_sets[one.type.of].options.values()]
    sortable = may_sort(one)
    return ColumnShown(
        one.id, one.label, str(one.type), one.builtin, is_writable(one), sortable, operators_of(one.type), options
    )


def _row(row: Row) -> RowShown:
    shown: Any = msgspec.convert(row, RowShown, from_attributes=True)
    assert isinstance(shown, RowShown)
    return shown


ROUTES = (
    Route("GET", "/{env}/users", Role.VIEW, users),
    Route("GET", "/{env}/data/{type}", Role.VIEW, table),
    Route("POST", "/{env}/data/{type}", Role.EDIT, create),
    Route("POST", "/{env}/data/{type}/delete", Role.EDIT, delete_many),
    Route("PATCH", "/{env}/data/{type}/{id}", Role.EDIT, change),
    Route("DELETE", "/{env}/data/{type}/{id}", Role.EDIT, delete),
    Route("GET", "/{env}/data/{type}/{id}/privacy", Role.VIEW, privacy),
)
