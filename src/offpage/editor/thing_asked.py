"""What a request says about a table of things: which type, which of them, through whose eyes."""

from __future__ import annotations

from typing import Final

import msgspec

from offpage.accounts.actor import ADMIN
from offpage.editor.asked import Asked
from offpage.editor.thing_shapes import ConditionAsked
from offpage.host.app_data import find_data_type
from offpage.host.one_run import user_named
from offpage.host.thing_search import Condition, Wanted
from offpage.host.thing_table import Things, Viewer
from offpage.kernel.errors import InvalidData, NotFound
from offpage.model.schema import DataType
from offpage.store.tx import Tx
from offpage.web.data_api.visit import Visit

MOST_CONDITIONS: Final = 30


def type_of(asked: Asked) -> DataType:
    """The data type that the address names. Raises NotFound."""
    return find_data_type(asked.runner.program.schema, asked.parts["type"])


def things_of(asked: Asked) -> Things:
    """The tables of the environment."""
    runner = asked.runner
    return Things(runner.program, runner.around.source, runner.machine.clock.now())


def wanted_of(asked: Asked) -> Wanted:
    """Which things. Raises InvalidData."""
    query = asked.query
    try:
        conditions = msgspec.json.decode(query.get("conditions") or "[]", type=list[ConditionAsked])
    except msgspec.MsgspecError as error:
        raise InvalidData(f"`conditions` must be a JSON array of conditions: {error}.")
    if len(conditions) > MOST_CONDITIONS:
        raise InvalidData(f"At most {MOST_CONDITIONS} conditions.")
    return Wanted(
        query.get("q", ""),
        [Condition(one.key, one.constraint_type, one.value) for one in conditions],
        query.get("where", ""),
        query.get("sort", ""),
        query.get("descending", "") in ("yes", "true", "1"),
    )


def viewer_of(asked: Asked, tx: Tx) -> Viewer | None:
    """Through whose eyes: a user's by id or e-mail, or nobody's. None: the administrator's. Raises NotFound."""
    who = asked.query.get("as_user", "").strip()
    if not who:
        return None
    only_found = asked.query.get("only_found", "") in ("yes", "true", "1")
    return Viewer(user_named(tx, asked.runner.program, who), only_found)


def visit_of(asked: Asked) -> Visit:
    """The same as a visit of the administrator to the Data API, for what writes: files, passwords, triggers. Raises NotFound."""
    site, runner = asked.studio.host.site, asked.runner
    environment = site.development if asked.environment == "development" else site.live or site.held
    if environment is None or environment.data is None:
        raise NotFound(f"Nothing is served as {asked.environment} here.")
    of = environment.data.exposed(runner.program).any(type_of(asked))
    return Visit(environment, environment.data, runner.program, of, ADMIN, asked.request, {})
