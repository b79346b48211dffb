"""System tables that came later: what is open in runs, what starts them again and again, what was deployed."""

from __future__ import annotations

from typing import Final

from offpage.store.ddl import Column, Index, Table

LOOPS: Final = Table(
    "op_loops",
    (
        Column("run_id", "text", required=True),
        Column("depth", "integer", required=True),
        Column("items", "json", required=True),
    ),
    key=("run_id", "depth"),
)
"""The items of loops that runs are in the middle of: written once, so that the place in the loop stays small."""

CHANGES: Final = Table(
    "op_changes",
    (
        Column("run_id", "text", required=True),
        Column("type_id", "text", required=True),
        Column("thing_id", "text", required=True),
        Column("number", "integer", required=True),
        Column("before", "json"),
    ),
    key=("run_id", "type_id", "thing_id"),
)
"""What runs that have not ended have changed, as it was before: data_change workflows start when they end."""

RECURRING: Final = Table(
    "op_recurring",
    (
        Column("workflow", "text", required=True),
        Column("thing_id", "text", required=True),
        Column("schedule", "json", required=True),
        Column("run_id", "text", required=True),
        Column("next_at", "integer", required=True),
        Column("actor", "text", required=True),
        Column("user_id", "text"),
    ),
    key=("workflow", "thing_id"),
    indexes=(Index("op_recurring_run", ("run_id",), unique=True),),
)
"""What starts again and again: a workflow by itself (thing_id is ''), or for a thing. `run_id` waits in op_queue."""

DEPLOYS: Final = Table(
    "op_deploys",
    (
        Column("number", "integer", required=True),
        Column("definition", "text", required=True),
        Column("created_at", "integer", required=True),
        Column("kind", "text", required=True),
        Column("message", "text", required=True),
        Column("back_to", "integer"),
        Column("losses", "json", required=True),
        Column("moved", "yes_no", required=True),
    ),
    key=("number",),
)
"""What was deployed, in order (since migration 7); the last one is live."""
