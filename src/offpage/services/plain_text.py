"""HTML as plain text, for the mail programs and people who read mails without pictures."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "div",
        "dl",
        "dt",
        "dd",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "thead",
        "tr",
        "ul",
    ]
)
_UNSEEN: Final = frozenset({"head", "script", "style", "template", "title"})
_BLANKS: Final = re.compile(r"[ \t\r\f\v\n]+")


class _Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        if tag in _BLOCKS:
            self.parts.append("\n* " if tag == "li" else "\n")
        elif tag in ("td", "th"):
            self.parts.append("  ")
        elif tag == "a":
            self._links.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(0, self._unseen - (tag in _UNSEEN))
        if tag in ("p", "h1", "h2", "h3", "table", "ul", "ol", "blockquote"):
            self.parts.append("\n\n")
        elif tag in _BLOCKS:
            self.parts.append("\n")
        elif tag == "a" and self._links and (link := self._links.pop()).startswith(("http", "mailto:")):
            self.parts.append(f" ({link})")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(_BLANKS.sub(" ", data))


def as_plain_text(html: str) -> str:
    """What HTML says, with its links written out. Takes any text."""
    reading = _Reading()
    reading.feed(html)
    reading.close()
    lines = (line.strip() for line in "".join(reading.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
