"""Slugs: readable text that names one thing of its type in an address."""

from __future__ import annotations

import unicodedata
from typing import Final

from offpage.data.statements import HOLE, Sized, padded, rendered
from offpage.data.tables import ThingTable
from offpage.kernel.errors import NotUnique, StepError
from offpage.sql.dialect import Dialect
from offpage.sql.fragment import sql
from offpage.store.failures import Duplicate
from offpage.store.tx import Tx

LONGEST: Final = 200
"""Most characters of a slug before the number that makes it unique."""

ATTEMPTS: Final = 5
"""How often to look for another number when somebody else took it first."""


def slug_of(text: str) -> str:
    """Lower-case letters, digits and hyphens. Accents go; letters of other scripts become the hex of their UTF-8.

    `Crème brûlée, twice` gives `creme-brulee-twice`; a text without letters or digits gives nothing.
    """
    words: list[str] = []
    word = ""
    for character in unicodedata.normalize("NFKD", text[: 4 * LONGEST]).lower():
        if unicodedata.combining(character):
            continue
        if character.isascii() and character.isalnum():
            word += character
        elif character.isalnum():
            word += character.encode("utf-8", "replace").hex()
        elif character not in "'’" and word:
            words.append(word)
            word = ""
    return "-".join([*words, word])[:LONGEST].strip("-")


class Slugs:
    """Gives things of one type their slugs."""

    __slots__ = ("_set", "_taken")

    def __init__(self, table: ThingTable, dialect: Dialect) -> None:
        self._set = rendered(dialect, sql("UPDATE {} SET slug = {} WHERE id = {}", table.name, HOLE, HOLE))
        self._taken = Sized(dialect, lambda some: sql("SELECT slug, id FROM {} WHERE slug IN ({})", table.name, some))

    def put(self, tx: Tx, thing_id: str, text: str) -> str:
        """Give the thing a slug made from `text`, with -1, -2… if others have it; returns what it became.

        Empty text takes the slug away. Raises StepError where nothing of the text can be in a slug.
        """
        if not text.strip():
            tx.change(self._set, (None, thing_id))
            return ""
        slug = slug_of(text)
        if not slug:
            raise StepError(f"The text {text[:80]!r} has no letters or digits to make a slug of. Choose another text.")
        for _ in range(ATTEMPTS):
            free = self._free(tx, thing_id, slug)
            try:
                with tx.savepoint():
                    tx.change(self._set, (free, thing_id))
            except Duplicate:
                continue
            return free
        raise NotUnique(f"The slug {slug} is being given to many things at once. Try again in a moment.")

    def _free(self, tx: Tx, thing_id: str, slug: str) -> str:
        """The slug itself or the first of -1, -2… that no other thing has."""
        start, size = 0, 4
        while True:
            names = [f"{slug}-{number}" if number else slug for number in range(start, start + size)]
            many = padded(names)
            taken = {row[0] for row in tx.rows(self._taken.text(len(many)), many) if row[1] != thing_id}
            for name in names:
                if name not in taken:
                    return name
            start, size = start + size, min(size * 2, 512)
