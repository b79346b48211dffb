"""Numbered changes of the system tables; a database remembers which it has had."""

from __future__ import annotations

from offpage.store.tx import Tx


def migrate(tx: Tx) -> None:
    """Bring the system tables up to date."""
