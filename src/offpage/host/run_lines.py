"""A line of a list of runs as people and programs see it."""

from __future__ import annotations

from typing import Any

import msgspec

from offpage.store.run_lists import RunLine
from offpage.values.kinds.date import iso


def line_view(line: RunLine) -> dict[str, Any]:
    """A run of a list as plain data: times as texts, the error as data."""
    data = line._asdict()
    return data | {
        "retried_as": data.pop("again_as"),
        "due_at": None if line.due_at is None else iso(line.due_at),
        "started_at": iso(line.started_at),
        "finished_at": None if line.finished_at is None else iso(line.finished_at),
        "error": msgspec.json.decode(line.error) if line.error else None,
    }
