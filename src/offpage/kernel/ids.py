"""Unique ids in Bubble's shape: 13 digits of milliseconds, `x`, 18 random digits (32 characters)."""

import random
import re
from collections.abc import Callable

SHAPE = re.compile(r"[0-9]{13}x[0-9]{18}\Z")

IdMaker = Callable[[int], str]
"""Gives a new unique id for a moment in ms since 1970."""


def id_maker(source: random.Random) -> IdMaker:
    """Return a maker of ids that draws from `source` (seed it in tests, `SystemRandom` elsewhere)."""
    draw = source.getrandbits

    def make(now_ms: int) -> str:
        return f"{now_ms:013d}x{draw(64) % 10**18:018d}"

    return make


def is_id(text: object) -> bool:
    """Whether `text` has the shape of a unique id."""
    return isinstance(text, str) and SHAPE.match(text) is not None
