"""What the garbage collector need not look at: an app that is read is hundreds of thousands of objects that stay.

To go through them all takes the collector a quarter of a second for 300 workflows, in which nothing is answered.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Let no garbage be looked for inside the block, which reads an app.

    The collector would go through what was read again and again while it grows: two fifths of the time, for nothing.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def set_aside() -> None:
    """Let the collector look only at what is made from now on; before, it looks once at what was set aside earlier.

    What is set aside and replaced later is freed as soon as nothing holds it. If it holds itself it stays until the next
    time, which is when all of an app has been read anew: at most what one app takes.
    """
    if gc.get_freeze_count():
        gc.unfreeze()
        gc.collect()
    gc.freeze()
