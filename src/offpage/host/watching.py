"""The folder changed: read it again. Editors save in several steps, so changes are gathered for a moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from watchfiles import DefaultFilter, awatch


class AppFiles(DefaultFilter):
    """Only the files of an app: YAML and .env, not what the running app keeps."""

    def __call__(self, change: object, path: str) -> bool:
        """Whether a change of this path matters."""
        name = Path(path).name
        return ".offpage" not in Path(path).parts and (name.endswith((".yaml", ".yml")) or name == ".env")


async def watch(folder: Path, changed: Callable[[], None], stop: asyncio.Event) -> None:
    """Call `changed` in a thread after each change of the folder, until `stop` is set."""
    async for _ in awatch(folder, watch_filter=AppFiles(), stop_event=stop, debounce=150, step=50):
        await asyncio.to_thread(changed)
