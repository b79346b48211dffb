"""Workflows that start when data changes, by the Data API (bubble.md 4.2)."""

from __future__ import annotations

from pathlib import Path

from tests.data_caller import FILES, Caller, admin
from tests.site import Served, play

WATCH = """
trigger: data_change
type: rental_unit
steps:
  - do: create_thing
    with:
      type: secret
      set: {name: =before.unit_name.default("-") + ">" + after.unit_name.default("-") + before.tags.join("+").default("")}
"""


def names(app: Served) -> list[str]:
    """What the workflow noted, in order."""
    text = 'SELECT name FROM "t_secret" ORDER BY created_date, id'
    return [row[0] for row in app.runner.database.read(lambda tx: tx.rows(text))]


def test_writes_of_the_data_api_start_it_before_they_are_answered(tmp_path: Path) -> None:
    """4.2, 1 and 2: any change by any route; before is empty for a creation, after for a deletion."""

    async def story(app: Served) -> None:
        caller: Caller = admin(app)
        unit = await caller.create({"unit_name": "A", "tags": ["x", "y"]})
        assert names(app) == ["->A"]
        await caller.change(unit, {"unit_name": "B", "tags": []})
        assert names(app) == ["->A", "A>Bx+y"]
        assert (await caller.ask("DELETE", f"rentalunit/{unit}")).status == 204
        assert names(app) == ["->A", "A>Bx+y", "B>-"]

    play(tmp_path, FILES | {"workflows/watch.yaml": WATCH}, story)
