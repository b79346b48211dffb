"""Addresses of private files in a request: which of them are, and whether their sender may use them (bubble.md 7.4).

What somebody may not open is refused in the same words as what is not there.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final
from urllib.parse import unquote, urlsplit

from offpage.accounts.actor import Actor
from offpage.data.permission import opens
from offpage.program.program import Workflow
from offpage.services.files import ROUTE, Attached, Files
from offpage.store.tx import Tx
from offpage.web.parameters import Given, all_in_one, refused
from offpage.web.serving import Environment

AT_ONCE: Final = 8
"""How many looks for one request are under way: a bucket answers each after a journey over the network."""

_LOOKING: Final = ThreadPoolExecutor(2 * AT_ONCE, thread_name_prefix="offpage-addresses")

Private = dict[str, Attached | None]
"""Addresses that not everybody may use, with the thing that each file is attached to (None: there is no such file)."""


async def private_among(files: Files, addresses: Iterable[str]) -> Private:
    """The private files among these addresses."""
    ours = deque(dict.fromkeys(one for one in addresses if ROUTE in unquote(one)))
    found: Private = {}

    async def look() -> None:
        while ours:
            address = ours.popleft()
            private, attached = await asyncio.get_running_loop().run_in_executor(_LOOKING, _look, files, address)
            if private:
                found[address] = attached

    try:
        await asyncio.gather(*(look() for _ in range(min(AT_ONCE, len(ours)))))
    finally:
        ours.clear()  # where one look has failed, the others stop
    return found


async def check_addresses(environment: Environment, workflow: Workflow, given: Given, actor: Actor) -> None:
    """Raise InvalidData, with all problems, for private files that a caller gives and may not open."""
    if environment.files is None or environment.data is None or actor.kind == "admin":
        return
    addresses = {index: _addresses(given, index) for index in workflow.takes_files}
    private = await private_among(environment.files, (one for some in addresses.values() for one in some))
    if not private:
        return
    program, look = environment.engine.program, environment.data.look(environment.engine.program, actor)

    def closed(tx: Tx) -> set[str]:
        by = look(tx)
        return {one for one, attached in private.items() if not opens(by, program.privacy, attached)}

    missing = await environment.data.database.reading(closed)
    if problems := [
        refused(workflow.parameters[index].name, f"file {one[:200]} does not exist")
        for index, some in addresses.items()
        for one in some
        if one in missing
    ]:
        raise all_in_one(problems)


def _addresses(given: Given, index: int) -> list[str]:
    value = given.files.get(index) or given.values[index]
    items = value if isinstance(value, list) else [value]
    return [one for one in items if isinstance(one, str)]


def _look(files: Files, address: str) -> tuple[bool, Attached | None]:
    """Whether an address is one that not everybody may use, and the thing that its file is attached to."""
    parts = urlsplit(address)
    path = unquote(parts.path)
    if not path.startswith(f"{ROUTE}/"):
        return False, None
    file_id, _, name = path.removeprefix(f"{ROUTE}/").partition("/")
    kept = files.find(file_id, name)
    if kept is not None:
        return kept.attached is not None, kept.attached
    return not parts.netloc, None  # an address of somewhere else may look like ours
