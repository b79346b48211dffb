"""The folder changed: read it again. Editors save in several steps, so changes are gathered for a moment."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from watchfiles import Change, DefaultFilter, awatch

SECRETS: Final = frozenset({".env", ".env.live", ".env.development"})


class AppFiles(DefaultFilter):
    """Only the files of an app: YAML and .env, not what the running app keeps. And new folders: what came into one
    before the system was asked to watch it is never told of.
    """

    def __call__(self, change: object, path: str) -> bool:
        """Whether a change of this path matters."""
        if ".offpage" in Path(path).parts:
            return False
        return is_ours(path) or (change == Change.added and Path(path).is_dir())


def is_ours(path: str) -> bool:
    """Whether it is the name of a file that an app is made of."""
    name = Path(path).name
    return name.endswith((".yaml", ".yml")) or name in SECRETS


PAUSE_SECONDS: Final = 2.0
"""How long after a failure the folder is watched again."""


FIRST_LOOK_MS: Final = 1_000
"""How long after its start the watching is known to have begun."""

Print = frozenset[tuple[str, int, int]]
"""What the files of a folder are like: their paths, times and sizes."""


def fingerprint(folder: Path) -> Print:
    """What the app's files are like now, as far as can be seen without reading them."""
    found = set()
    for place, folders, names in os.walk(folder):
        folders[:] = [one for one in folders if one != ".offpage"]
        for path in (Path(place, name) for name in names):
            if is_ours(str(path)):
                with contextlib.suppress(OSError):  # gone since
                    there = path.stat()
                    found.add((str(path), there.st_mtime_ns, there.st_size))
    return frozenset(found)


async def watch(
    folder: Path, known: Print, changed: Callable[[], None], stop: asyncio.Event, failed: Callable[[Exception], None]
) -> None:
    """Call `changed` in a thread after each change of the folder since it was like `known`, until `stop` is set.

    Whatever goes wrong is told to `failed`, and the watching goes on: a server that no longer sees changes is a riddle.
    """
    while not stop.is_set():
        try:
            looked = False
            async for seen in awatch(
                folder, watch_filter=AppFiles(), stop_event=stop, debounce=150, step=50,
                rust_timeout=FIRST_LOOK_MS, yield_on_timeout=True,
            ):  # fmt: skip
                # What changed after the folder was read and before this began is not told by the system.
                missed = not looked and await asyncio.to_thread(fingerprint, folder) != known
                looked = True
                if seen or missed:
                    await asyncio.to_thread(changed)
        except Exception as error:  # noqa: BLE001
            failed(error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), PAUSE_SECONDS)
            if not stop.is_set():
                await asyncio.to_thread(changed)  # something may have changed meanwhile
