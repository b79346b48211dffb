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

IMPORTS: Final = Table(
    "op_imports",
    (
        Column("key", "text", required=True),
        Column("run_id", "text", required=True),
        Column("line", "integer", required=True),
        Column("created", "integer", required=True),
        Column("changed", "integer", required=True),
        Column("failed", "integer", required=True),
        Column("problems", "json", required=True),
    ),
    key=("key",),
    indexes=(Index("op_imports_run", ("run_id",)),),
)
"""How far steps have come that are in the middle of importing a file (since migration 14), by the step's key."""

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

PLACES: Final = Table(
    "op_places",
    (
        Column("run_id", "text", required=True),
        Column("workflow", "text", required=True),
        Column("key", "text", required=True),
    ),
    key=("run_id",),
    indexes=(Index("op_places_key", ("workflow", "key")),),
)
"""The runs that have begun and not ended, of workflows that say how many there may be at once."""

STARTS: Final = Table(
    "op_starts",
    (
        Column("workflow", "text", required=True),
        Column("key", "text", required=True),
        Column("number", "integer", required=True),
        Column("until", "integer", required=True),
    ),
    key=("workflow", "key", "number"),
    indexes=(Index("op_starts_until", ("until",)),),
)
"""The starts of workflows that say how many there may be in a time: each counts `until` a moment."""

LINES: Final = Table(
    "op_lines",
    (
        Column("workflow", "text", required=True),
        Column("line", "text", required=True),
        Column("gate", "text", required=True),
        Column("turn", "integer", required=True),
    ),
    key=("workflow", "line"),
    indexes=(Index("op_lines_gate", ("workflow", "gate", "turn")),),
)
"""Runs with the same keys that wait for their turns, and the limit at which they stand: the gate."""

GATES: Final = Table(
    "op_gates",
    (
        Column("workflow", "text", required=True),
        Column("gate", "text", required=True),
        Column("priority", "integer", required=True),
        Column("next_at", "integer"),
        Column("why", "text", required=True),
        Column("caller_last", "yes_no", required=True),
    ),
    key=("workflow", "gate"),
    indexes=(Index("op_gates_next", ("priority", "next_at"), where="next_at IS NOT NULL"),),
)
"""Limits at which lines stand. Without `next_at` nothing changes before a run ends that has a place."""

DELIVERIES: Final = Table(
    "op_deliveries",
    (
        Column("id", "text", required=True),
        Column("workflow", "text", required=True),
        Column("received_at", "integer", required=True),
        Column("bytes", "integer", required=True),
        Column("content", "text", required=True),
    ),
    key=("id",),
    indexes=(Index("op_deliveries_received", ("received_at", "id")),),
)
"""What webhooks were sent, as it came (since migration 10)."""

WORKLOAD: Final = Table(
    "op_workload",
    (
        Column("hour", "integer", required=True),
        Column("workflow", "text", required=True),
        Column("step", "text", required=True),
        Column("do", "text", required=True),
        Column("count", "integer", required=True),
        Column("workload", "number", required=True),
        Column("ms", "number", required=True),
    ),
    key=("hour", "workflow", "step", "do"),
)
"""What runs cost, added up by the hour they began in (ms since 1970): see `workload`. It outlives the runs' records."""

COSTS: Final = Table("op_costs", (Column("seq", "identity"), Column("content", "json", required=True)))
"""What was spent without a record of a run, until it is added up: by items of batches, the Data API (since migration 19)."""

UNCOUNTED: Final = Table(
    "op_uncounted",
    (Column("seq", "integer", required=True), Column("counted", "json")),
    key=("seq",),
)
"""Runs that had not ended when those recorded after them were added up, and those that went on after that: then `counted`
is what the sums have of them."""

LEASES: Final = Table(
    "op_leases",
    (
        Column("id", "text", required=True),
        Column("kind", "text", required=True),
        Column("place", "text", required=True),
        Column("lease_until", "integer", required=True),
        Column("serving", "integer"),
    ),
    key=("id",),
)
"""The leases of processes that share this database (since migration 17); `serving` is the deploy that one runs."""
