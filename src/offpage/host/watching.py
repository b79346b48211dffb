"""The folder changed: read it again. Editors save in several steps, so changes are gathered for a moment."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from watchfiles import DefaultFilter, awatch

SECRETS: Final = frozenset({".env", ".env.live", ".env.development"})


class AppFiles(DefaultFilter):
    """Only the files of an app: YAML and .env, not what the running app keeps."""

    def __call__(self, change: object, path: str) -> bool:
        """Whether a change of this path matters."""
        name = Path(path).name
        return ".offpage" not in Path(path).parts and (name.endswith((".yaml", ".yml")) or name in SECRETS)


PAUSE_SECONDS: Final = 2.0
"""How long after a failure the folder is watched again."""


async def watch(
    folder: Path, changed: Callable[[], None], stop: asyncio.Event, failed: Callable[[Exception], None]
) -> None:
    """Call `changed` in a thread after each change of the folder, until `stop` is set.

    Whatever goes wrong is told to `failed`, and the watching goes on: a server that no longer sees changes is a riddle.
    """
    while not stop.is_set():
        try:
            async for _ in awatch(folder, watch_filter=AppFiles(), stop_event=stop, debounce=150, step=50):
                await asyncio.to_thread(changed)
        except Exception as error:  # noqa: BLE001
            failed(error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), PAUSE_SECONDS)
            if not stop.is_set():
                await asyncio.to_thread(changed)  # something may have changed meanwhile
