"""Lists of runs: which of them, and what a line shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

import msgspec

from offpage.sql.fragment import NOTHING, Sql, ident, join, sql, value
from offpage.store.runs import RunState
from offpage.store.statement import names
from offpage.store.tx import Tx


class RunLine(NamedTuple):
    """What a list of runs shows. `seq` is the place to go on from: see `lines`."""

    seq: int
    id: str
    workflow: str
    trigger: str
    state: RunState
    parent_id: str | None
    due_at: int | None
    started_at: int
    finished_at: int | None
    workload: float
    error: str | None
    actor: str
    user_id: str | None
    again_as: str | None


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs to list; None means all. `since` and `until` limit `started_at` (until is exclusive).

    `text` stands somewhere in the run's parameters, steps, answer or error, in whichever case; or it is its id.
    `untried`: only those that were not begun anew under another id.
    """

    workflow: str | None = None
    state: RunState | None = None
    parent_id: str | None = None
    since: int | None = None
    until: int | None = None
    user_id: str | None = None
    text: str | None = None
    untried: bool = False


ALL: Final = RunFilter()


def lines(
    tx: Tx, which: RunFilter = ALL, *, limit: int = 50, before: int | None = None, at_least: int | None = None
) -> list[RunLine]:
    """The latest runs, newest first. To go on, pass the `seq` of the last line as `before`. `at_least`: the lowest `seq`."""
    return [RunLine._make(row) for row in tx.run(_lines(which, limit, before, at_least))]


def _lines(which: RunFilter, limit: int, before: int | None, at_least: int | None) -> Sql:
    """The listing as one fragment: walks down `seq`, or the index of runs that did not simply finish."""
    ends = [] if before is None else [sql("seq < {}", value(before))]
    ends += [] if at_least is None else [sql("seq >= {}", value(at_least))]
    where = condition(which, *ends)
    return sql("SELECT {} FROM op_runs{} ORDER BY seq DESC LIMIT {}", names(RunLine._fields), where, value(limit))


def condition(which: RunFilter, *more: Sql) -> Sql:
    """` WHERE …` for a filter, and what else must hold; nothing where all are meant."""
    terms: list[Sql] = []
    if which.state is not None:
        terms.append(sql("state = {}", value(which.state)))
        if which.state != "finished":
            terms.append(sql("state <> 'finished'"))  # says literally what the partial index says
    if which.workflow is not None:
        terms.append(sql("workflow = {}", value(which.workflow)))
    if which.user_id is not None:
        terms.append(sql("user_id = {}", value(which.user_id)))
    if which.parent_id is not None:
        terms.append(sql("parent_id = {}", value(which.parent_id)))
    if which.since is not None:
        terms.append(sql("started_at >= {}", value(which.since)))
    if which.until is not None:
        terms.append(sql("started_at < {}", value(which.until)))
    if which.untried:
        terms.append(sql("again_as IS NULL"))
    terms += more
    if which.text is not None:
        terms.append(_says(which.text))
    return sql(" WHERE {}", join(" AND ", terms)) if terms else NOTHING


def _says(text: str) -> Sql:
    """That a run's record says this somewhere. `lower` knows ASCII alone on SQLite: other letters as they are written."""
    inside = msgspec.json.encode(text).decode()[1:-1]  # as it stands between the quotes of JSON
    wanted = value("%" + re.sub(r"([\\%_])", r"\\\1", inside).lower() + "%")
    columns = ("workflow", "parameters", "journal", "error", "answer")
    said = (sql("lower(CAST({} AS TEXT)) LIKE {} ESCAPE '\\'", ident(one), wanted) for one in columns)
    return sql("(id = {} OR {})", value(text), join(" OR ", said))
