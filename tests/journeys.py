"""What is said to PostgreSQL by those who write: each statement is a journey to the server and back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest


def noted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that writers send from now on, COPY among them, in order."""
    texts: list[str] = []
    for name in ("execute", "copy"):
        monkeypatch.setattr(psycopg.Cursor, name, _noting(texts, getattr(psycopg.Cursor, name)))
    return texts


def _noting(texts: list[str], really: Callable[..., Any]) -> Callable[..., Any]:
    def noting(self: Any, text: bytes | str, *given: Any, **named: Any) -> Any:
        # A text that is not in bytes is one that sets up a new connection.
        if threading.current_thread().name.startswith("offpage-writer") and isinstance(text, bytes):
            texts.append(text.decode())
        return really(self, text, *given, **named)

    return noting
