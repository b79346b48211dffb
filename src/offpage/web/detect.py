"""Detect data: one sample request to `…/initialize` shows the editor what a caller will send (bubble.md 1.5).

Listening is a file `<data>/listening/NAME`, made by the command line or the editor, so that any process can begin it
and see its end. One sample ends it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from offpage.kernel.errors import AppError, InvalidData, NotFound, TooLarge
from offpage.web.reply import to_json

LARGEST: Final = 200_000
"""Most bytes of a sample, as JSON: it becomes part of the workflow's file."""

LEFT_OUT: Final = "(left out)"
"""What the file has in place of a credential: it is kept in git, and only that the header is sent matters there."""

_CREDENTIAL: Final = re.compile(r"(^|[-_])(authorization|auth|token|key|apikey|secret|signature|password)($|[-_])")
"""Names of headers whose values may let somebody in."""

Keep = Callable[[str, dict[str, Any]], None]
"""Takes a workflow's name and the sample `{"body", "headers"}`, and writes it into the workflow's file."""


class Listening:
    """Which workflows wait for a sample, and where a sample goes."""

    def __init__(self, folder: Path, keep: Keep) -> None:
        self._folder = folder
        self._keep = keep

    def begin(self, name: str) -> None:
        """Wait for a sample for this workflow."""
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / name).touch()

    def end(self, name: str) -> None:
        """Wait no longer."""
        (self._folder / name).unlink(missing_ok=True)

    def is_on(self, name: str) -> bool:
        """Whether a sample for this workflow is waited for."""
        return (self._folder / name).is_file()

    async def take(self, name: str, body: Any, headers: dict[str, str]) -> None:
        """Keep a sample, and listen no more. Raises TooLarge, and InvalidData for what a file cannot hold."""
        shown = {header: LEFT_OUT if _CREDENTIAL.search(header) else value for header, value in headers.items()}
        sample = {"body": body, "headers": shown}
        if len(to_json(sample)) > LARGEST:
            raise TooLarge(f"The sample is too large to be kept ({LARGEST:,} bytes is the limit). Send a shorter one.")
        try:
            await asyncio.to_thread(self._keep, name, sample)
        except AppError as error:
            raise InvalidData(
                f"This sample cannot be kept in the workflow's file. {error.message} Send one that is less deep or has simpler texts."
            )
        self.end(name)


def not_listening(name: str) -> NotFound:
    """The error for a sample that nobody waits for."""
    return NotFound(f"Workflow {name[:100]} not in initialization mode")
