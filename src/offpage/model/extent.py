"""The lines that belong to each entry of a block: its own, and the comments that speak of it."""

from __future__ import annotations

from collections.abc import Sequence

from offpage.model.span import Span


class Lines:
    """A text by its lines. Places are characters; a text that does not end with a newline is given one."""

    def __init__(self, text: str) -> None:
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.text = text if not text or text.endswith("\n") else text + self.newline

    def start(self, at: int) -> int:
        """Where the line of a place begins."""
        return self.text.rfind("\n", 0, at) + 1

    def end(self, at: int) -> int:
        """Where the line after that of a place begins."""
        found = self.text.find("\n", at)
        return len(self.text) if found < 0 else found + 1

    def column(self, at: int) -> int:
        """How many characters stand before a place on its line."""
        return at - self.start(at)

    def begins(self, at: int) -> bool:
        """Whether only blanks stand before a place on its line."""
        return not self.text[self.start(at) : at].strip()

    def comment_column(self, line: int) -> int:
        """The column of the comment that is all there is on the line that begins at `line`; -1 without one."""
        content = self.text[line : self.end(line)]
        bare = content.lstrip(" ")
        return len(content) - len(bare) if bare.startswith("#") else -1

    def joined(self, lines: Sequence[str]) -> str:
        """Lines as text, each with its newline."""
        return "".join(line + self.newline for line in lines)

    def inserted(self, at: int, lines: Sequence[str]) -> str:
        """The text with lines put in where a line begins."""
        return self.text[:at] + self.joined(lines) + self.text[at:]


def extents(lines: Lines, holder: Span) -> list[tuple[int, int]]:
    """From where to where the lines of each entry of a block reach.

    A comment directly above an entry, in its column, belongs to it (but not above a file's first key: that
    one speaks of the file), and so does a comment below it that is indented more.
    """
    found: list[tuple[int, int]] = []
    for index, entry in enumerate(holder.entries):
        column = lines.column(entry.start)
        start = lines.start(entry.start)
        floor = found[-1][1] if found else 0
        speaks_of_file = index == 0 and column == 0 and holder.kind == "keys"
        while not speaks_of_file and start > floor and lines.comment_column(above := lines.start(start - 1)) == column:
            start = above
        end = lines.end(max(entry.value.end, entry.key.end if entry.key else 0, entry.start))
        while end < len(lines.text) and lines.comment_column(end) > column:
            end = lines.end(end)
        found.append((start, end))
    return found
