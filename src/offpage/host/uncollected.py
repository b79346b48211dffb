"""Reading an app without the garbage collector in between."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Let no garbage be looked for inside the block.

    An app that is read is hundreds of thousands of objects that stay. The collector would go through them again and again
    while they become more, which takes two fifths of the time, and finds nothing.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
