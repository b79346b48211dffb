"""The charsets that a body, or a part of one, may be written in."""

from __future__ import annotations

import codecs
from typing import Final

from offpage.kernel.errors import MalformedBody

TEXT_CHARSETS: Final = frozenset({"utf-8", "ascii", "iso8859-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be"})
"""By Python's names. Python knows many more, and not all of them are harmless."""


def known_charset(name: str) -> str:
    """Python's name of a charset. Raises MalformedBody for one that is not taken here."""
    try:
        known = codecs.lookup(name.strip("\"' ")).name
    except (LookupError, ValueError):
        known = ""
    if known not in TEXT_CHARSETS:
        raise MalformedBody(f"The charset {name[:40]!r} is not known here. Send UTF-8.")
    return known
