"""Unique ids in Bubble's shape: 13 digits of milliseconds, `x`, 18 random digits (32 characters)."""

import itertools
import random
import re
import struct
from collections.abc import Callable
from typing import Final

SHAPE = re.compile(r"[0-9]{13}x[0-9]{18}\Z")

IdMaker = Callable[[int], str]
"""Gives a new unique id for a moment in ms since 1970."""


COUNTED: Final = 10**8
DRAWN: Final = 10**10
AT_ONCE: Final = 64
WORDS: Final = struct.Struct(f"<{AT_ONCE}Q")
"""So many random numbers of 64 bits: of the digits that are left of one, each is as likely as any other."""


def id_maker(source: random.Random) -> IdMaker:
    """Return a maker of ids that draws from `source` (seed it in tests, `SystemRandom` elsewhere).

    Of the 18 digits the first 8 count up, so that ids made in the same millisecond sort in the order they were
    made; the last 10 are random, so that two processes do not meet.
    """
    draw = source.getrandbits
    drawn: list[int] = []
    # A counter of the standard library is safe between threads.
    number = itertools.count(draw(24) % (COUNTED // 10)).__next__

    def make(now_ms: int) -> str:
        try:
            last = drawn.pop()
        except IndexError:  # the system's source answers slowly, but as much as is asked for
            drawn.extend(WORDS.unpack(draw(8 * WORDS.size).to_bytes(WORDS.size, "little")))
            last = drawn.pop()
        # Not an f-string: that formats each number twice as slowly.
        return "%013dx%08d%010d" % (now_ms, number() % COUNTED, last % DRAWN)  # noqa: UP031

    return make


def is_id(text: object) -> bool:
    """Whether `text` has the shape of a unique id."""
    return isinstance(text, str) and SHAPE.match(text) is not None
