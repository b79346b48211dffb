"""Signed links to private files: whoever has one may open the file for an hour, as whoever it was made for may."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from typing import Final

from offpage.services.files import ROUTE

LASTING: Final = 60 * 60 * 1000
"""How long a link works, in ms."""

EVERYBODY: Final = "*"
"""Stands for whom no privacy rule holds back: an administrator, or a run that ignores the rules."""

SIGNATURE: Final = "signature"
_DIGITS: Final = 15


class FileLinks:
    """Makes and reads links. What a link says is no secret; only who has the key can change it."""

    def __init__(self, key: bytes, url: str = "") -> None:
        """`key` is the installation's own; `url` is where callers reach it."""
        self._key = key
        self._url = url

    def link(self, address: str, who: str, now: int) -> str:
        """A link to a file of the storage for a user ("": nobody), or EVERYBODY. A file of somewhere else has its address."""
        path = address.removeprefix(self._url).partition("?")[0]
        file_id, _, name = path.removeprefix(f"{ROUTE}/").partition("/")
        if not path.startswith(f"{ROUTE}/"):
            return address
        until = str(now + LASTING)
        return f"{self._url}{path}?until={until}&for={who}&{SIGNATURE}={self._signature(file_id, name, until, who)}"

    def made_for(self, file_id: str, name: str, query: Mapping[str, Sequence[object]], now: int) -> str | None:
        """Whom a link was made for; None for one that is not ours, or whose hour is over."""
        until, who, signature = ("".join(map(str, query.get(one, ()))) for one in ("until", "for", SIGNATURE))
        wanted = self._signature(file_id, name, until, who)
        if not hmac.compare_digest(wanted.encode(), signature.encode()):  # takes as long whatever is wrong
            return None
        return who if len(until) <= _DIGITS and now <= int(until) else None

    def _signature(self, file_id: str, name: str, until: str, who: str) -> str:
        said = f"file link\n{file_id}\n{name}\n{until}\n{who}"
        return hmac.digest(self._key, said.encode(), "sha256").hex()
