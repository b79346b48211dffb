"""What went wrong or stood out lately: lines of the server's log, and runs that failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from offpage.editor.asked import Asked
from offpage.editor.log_book import LogLine
from offpage.editor.moments import moment
from offpage.editor.roles import Role
from offpage.editor.route import Route
from offpage.editor.run_views import label_of
from offpage.editor.runs import filter_of
from offpage.program.program import Program
from offpage.store import run_pages
from offpage.store.run_lists import RunLine
from offpage.values.kinds.date import iso

PAGE: Final = 200
END: Final = 2**62
MOST_SAID: Final = 200
"""How long the line of an event may be that has no sentence of its own."""


class LogEntry(msgspec.Struct):
    """One line. `kind`: `server`, or `run` for a run that failed; `run_id` and `workflow` are that run's."""

    at: str
    level: str
    kind: str
    name: str
    message: str
    workflow: str = ""
    label: str = ""
    run_id: str = ""
    fields: dict[str, str] = {}


class LogPage(msgspec.Struct):
    """The latest lines. `more`: there are older failures; ask for those before the last one's time with `until`."""

    entries: list[LogEntry]
    more: bool


async def listed(asked: Asked) -> LogPage:
    """The log of an environment. Lines of the server belong to no workflow and no user: asked for those, there are none."""
    runner, limit, query = asked.runner, asked.number("limit", PAGE, 500), asked.query
    level = query.get("level", "")
    found = run_pages.Found([], None)
    if level in ("", "error"):
        found = await runner.database.reading(
            lambda tx: run_pages.page(tx, filter_of(tx, {**query, "state": "failed"}), limit=limit)
        )
    entries = [_failure(runner.program, line) for line in found.lines]
    if not query.get("workflow") and not query.get("user"):
        entries += [one for one in map(_line, _server_lines(asked)) if level in ("", one.level) and _says(one, query)]
    entries.sort(key=lambda one: one.at, reverse=True)
    return LogPage(entries[:limit], len(entries) > limit or found.cursor is not None)


def _server_lines(asked: Asked) -> list[LogLine]:
    since, until = moment(asked.query, "since") or 0, moment(asked.query, "until") or END
    return [one for one in asked.studio.log.lines(asked.environment) if since <= one.at < until]


def _failure(program: Program, line: RunLine) -> LogEntry:
    error = msgspec.json.decode(line.error) if line.error else {"code": "FAILED", "message": ""}
    name, label = f"run failed: {error['code']}", label_of(program, line.workflow)
    return LogEntry(iso(line.started_at), "error", "run", name, error["message"], line.workflow, label, line.id)


def _line(line: LogLine) -> LogEntry:
    return LogEntry(iso(line.at), line.level, "server", line.name, _message(line.fields), fields=line.fields)


def _message(fields: Mapping[str, str]) -> str:
    """A line's fields in a few words: what went wrong, or who did what."""
    said = next((found for name in ("error", "trace", "message") if (found := fields.get(name, "").strip())), "")
    if said:
        return said.splitlines()[-1]
    words = ", ".join(f"{name} {value}" for name, value in fields.items() if value and "\n" not in value)
    return f"{words[:MOST_SAID]}…" if len(words) > MOST_SAID else words


def _says(entry: LogEntry, query: Mapping[str, str]) -> bool:
    """Whether the words that are looked for stand in a line."""
    said = " ".join((entry.name, entry.message, *entry.fields.values()))
    return query.get("text", "").casefold() in said.casefold()


ROUTES = (Route("GET", "/{env}/logs", Role.VIEW, listed),)
