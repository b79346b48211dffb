"""Parts of texts: the beginning, the end, pieces, replacements, parts of e-mail addresses and URLs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from offpage.expr.operator import operator
from offpage.expr.operators.items import position
from offpage.values.text_length import replaced
from offpage.values.types import NUMBER, TEXT

MOST_PIECES: Final = 100_000
"""A text is not split into more pieces than this."""

operator(
    "truncated_to",
    TEXT,
    length=NUMBER,
    gives=TEXT,
    doc="The first so many characters.",
    py=lambda of, length: of[: position(length)],
    sql=lambda d, of, length: d.first_characters(of, length),
)
operator(
    "truncated_from_end_to",
    TEXT,
    length=NUMBER,
    gives=TEXT,
    doc="The last so many characters.",
    py=lambda of, length: of[max(0, len(of) - position(length)) :],
)


def pieces(text: str, separator: str) -> list[str] | None:
    """The pieces between separators; a line end as separator finds every kind of line end."""
    if separator == "":
        return None
    if separator == "\n":
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.split(separator) if text.count(separator) < MOST_PIECES else None


operator(
    "split_by",
    TEXT,
    separator=TEXT,
    gives=TEXT.listed,
    doc="A list of the pieces between the separators; a line end splits into lines.",
    py=pieces,
)


operator(
    "replace",
    TEXT,
    part=TEXT,
    by=TEXT,
    gives=TEXT,
    doc="The text with all occurrences of the first text replaced by the second.",
    py=replaced,
    sql=lambda d, of, part, by: d.replaced(of, part, by),
)


def _of_url(take: Callable[[str], str | None]) -> Callable[[str], str | None]:
    """A part of a URL; None where the text is no URL."""

    def part(text: str) -> str | None:
        try:
            return take(text) or None
        except ValueError:
            return None

    return part


def us_phone(text: str) -> str | None:
    """A telephone number as written in the United States."""
    digits = [one for one in text if one in "0123456789"]
    if len(digits) == 11 and digits[0] == "1":
        del digits[0]
    if len(digits) != 10:
        return None
    area, exchange, line = "".join(digits[:3]), "".join(digits[3:6]), "".join(digits[6:])
    return f"({area}) {exchange}-{line}"


operator(
    "us_phone",
    TEXT,
    gives=TEXT,
    doc="A telephone number as written in the United States, (555) 123-4567; empty if it has not ten digits.",
    py=us_phone,
)
operator(
    "email_domain",
    TEXT,
    gives=TEXT,
    doc="What stands after the @ of an e-mail address.",
    py=lambda of: of.rpartition("@")[2].strip() if "@" in of else None,
)
operator(
    "url_domain",
    TEXT,
    gives=TEXT,
    doc="The host of a URL.",
    py=_of_url(lambda text: urlsplit(text).hostname),
)
operator(
    "url_path",
    TEXT,
    gives=TEXT,
    doc="The path of a URL.",
    py=_of_url(lambda text: urlsplit(text).path),
)
