"""Steps that come into a workflow: results whose names are taken there get others, and so does what speaks of them."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from offpage.editor.asked import Asked
from offpage.editor.folder import told
from offpage.editor.roles import Role
from offpage.editor.route import Route
from offpage.expr.renaming import renamed
from offpage.expr.template import is_dynamic


class Renaming(msgspec.Struct):
    """Steps as a file has them, and for results among them the names that they are to have."""

    steps: list[dict[str, Any]]
    names: dict[str, str]


class StepsRenamed(msgspec.Struct):
    """The steps with the new names."""

    steps: list[dict[str, Any]]


async def rename(asked: Asked, body: Renaming) -> StepsRenamed:
    """Rename results of steps, in `as` and in every expression of the steps."""

    def work() -> StepsRenamed:
        with told("steps"):
            return StepsRenamed([_step(one, body.names) for one in body.steps])

    return await asyncio.to_thread(work)


def _step(value: Any, names: dict[str, str]) -> Any:
    """A value of a step with the new names."""
    match value:
        case str() if is_dynamic(value):
            return renamed(value, names)
        case list():
            return [_step(one, names) for one in value]
        case {"do": _}:
            made = {key: _step(one, names) for key, one in value.items()}
            return made | {"as": names.get(made["as"], made["as"])} if isinstance(made.get("as"), str) else made
        case dict():
            return {key: _step(one, names) for key, one in value.items()}
    return value


ROUTES = (Route("POST", "/steps/renamed", Role.VIEW, rename),)
