"""Batches as people see them."""

from __future__ import annotations

from typing import Any

import pytest

from offpage.host.schedule_view import batch_view
from offpage.store.batch_text import Batch
from offpage.store.pausing import Paused

START = 1_700_000_000_000


def batch(**more: Any) -> Batch:
    """A batch that began at START, of which 20 of 100 items are done."""
    given: dict[str, Any] = dict.fromkeys(Batch._fields)
    given |= {"id": "1x2", "workflow": "job", "state": "running", "on_item_failed": "continue", "at_once": 1}
    given |= {"total": 100, "done": 18, "failed": 2, "skipped": 0, "outside": 0, "workload": 0.0, "depth": 0}
    given |= {"cursor": 20, "last_seq": 100, "base_seq": 0, "base_at": START, "created_at": START, "started_at": START}
    return Batch(**(given | more))


@pytest.mark.parametrize(
    ("more", "paused", "state", "rate", "left"),
    [
        ({}, Paused(), "running", 2.0, 40.0),
        ({"done": 0, "failed": 0, "started_at": None}, Paused(), "running", None, None),
        ({"state": "paused"}, Paused(), "paused", 2.0, None),
        ({}, Paused(everything=True), "paused", 2.0, None),
        ({}, Paused(workflows=frozenset({"job"})), "paused", 2.0, None),
        ({"state": "completed", "done": 98, "finished_at": START + 50_000}, Paused(everything=True), "completed", 2.0, None),
    ],
)  # fmt: skip
def test_how_fast_a_batch_goes_and_how_long_it_takes_yet(
    more: dict[str, Any], paused: Paused, state: str, rate: float | None, left: float | None
) -> None:
    shown = batch_view(batch(**more), paused, START + 10_000)
    assert (shown["state"], shown["rate"], shown["seconds_left"]) == (state, rate, left)
