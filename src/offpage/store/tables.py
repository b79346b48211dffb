"""The system tables as Offpage 0.1 creates them. Later changes are migrations; these declarations stay as they are."""

from __future__ import annotations

from typing import Final

from offpage.store.ddl import Column, Index, Table

DEFINITIONS: Final = Table(
    "op_definitions",
    (
        Column("hash", "text", required=True),
        Column("created_at", "integer", required=True),
        Column("content", "text", required=True),
    ),
    key=("hash",),
)
"""Snapshots of the app; a run belongs to one."""

QUEUE: Final = Table(
    "op_queue",
    (
        Column("id", "text", required=True),
        Column("due_at", "integer", required=True),
        Column("priority", "integer", required=True),
        Column("workflow", "text", required=True),
        Column("definition", "text", required=True),
        Column("actor", "text", required=True),
        Column("user_id", "text"),
        Column("parameters", "json", required=True),
        Column("zone", "text"),
        Column("depth", "integer", required=True),
        Column("root_id", "text"),
        Column("parent_id", "text"),
        Column("batch_id", "text"),
        Column("trigger", "text", required=True),
        Column("request", "json"),
        Column("state", "text", required=True),
        Column("lease_until", "integer"),
        Column("lease_owner", "text"),
        Column("ignore_privacy", "yes_no", required=True),
    ),
    key=("id",),
    indexes=(
        Index("op_queue_due", ("priority", "due_at"), where="state = 'waiting'"),
        Index("op_queue_lease", ("lease_until",), where="state = 'running'"),
    ),
)
"""Runs that wait, and those that a process has taken and holds a lease on. A finished run leaves this table."""

RUNS: Final = Table(
    "op_runs",
    (
        Column("seq", "identity"),
        Column("id", "text", required=True),
        Column("workflow", "text", required=True),
        Column("definition", "text", required=True),
        Column("trigger", "text", required=True),
        Column("state", "text", required=True),
        Column("actor", "text", required=True),
        Column("user_id", "text"),
        Column("depth", "integer", required=True),
        Column("parent_id", "text"),
        Column("due_at", "integer"),
        Column("started_at", "integer", required=True),
        Column("finished_at", "integer"),
        Column("workload", "number", required=True),
        Column("parameters", "json", required=True),
        Column("error", "json"),
        Column("answer", "json"),
        Column("journal", "json", required=True),
        Column("resume", "json"),
    ),
    indexes=(
        Index("op_runs_id", ("id",), unique=True),
        Index("op_runs_noted", ("state", "seq"), where="state <> 'finished'"),
        # About 1 µs for each run: without it, the runs of a workflow that seldom runs are a search through all.
        Index("op_runs_workflow", ("workflow", "seq")),
    ),
)
"""Runs that have started. `seq` counts in the order they were recorded: the listing needs no index on time."""

TOKENS: Final = Table(
    "op_tokens",
    (
        Column("id", "text", required=True),
        Column("label", "text", required=True),
        Column("hash", "text", required=True),
        Column("kind", "text", required=True),
        Column("user_id", "text"),
        Column("created_at", "integer", required=True),
        Column("last_used", "integer"),
        Column("expires", "integer"),
    ),
    key=("id",),
    indexes=(Index("op_tokens_hash", ("hash",), unique=True),),
)
"""Credentials; only their SHA-256 is kept."""

ANSWERS: Final = Table(
    "op_answers",
    (
        Column("workflow", "text", required=True),
        Column("key", "text", required=True),
        Column("body_hash", "text", required=True),
        Column("run_id", "text"),
        Column("status", "integer"),
        Column("headers", "json"),
        Column("body", "text"),
        Column("created_at", "integer", required=True),
    ),
    key=("workflow", "key"),
    indexes=(Index("op_answers_created", ("created_at",)),),
)
"""Answers kept for a repeated Idempotency-Key. Without a status, the first request is still being answered."""

FIELDS: Final = Table(
    "op_fields",
    (
        Column("type_id", "text", required=True),
        Column("field_id", "text", required=True),
        Column("type", "text", required=True),
        Column("dropped", "yes_no", required=True),
    ),
    key=("type_id", "field_id"),
)
"""The maker's fields as they were last applied to the database."""

SETTINGS: Final = Table(
    "op_settings",
    (Column("key", "text", required=True), Column("value", "text", required=True)),
    key=("key",),
)
"""What a database has to remember about itself."""

CREDENTIALS: Final = Table(
    "op_credentials",
    (
        Column("user_id", "text", required=True),
        Column("password_hash", "text"),
        Column("temporary", "yes_no", required=True),
        Column("disabled", "yes_no", required=True),
        Column("changed_at", "integer", required=True),
    ),
    key=("user_id",),
)
"""What a user proves to be a user with (since migration 2). A user without a row, or a hash, cannot log in."""

LINKS: Final = Table(
    "op_links",
    (
        Column("hash", "text", required=True),
        Column("purpose", "text", required=True),
        Column("user_id", "text", required=True),
        Column("email", "text", required=True),
        Column("created_at", "integer", required=True),
        Column("expires", "integer", required=True),
    ),
    key=("hash",),
    indexes=(Index("op_links_user", ("user_id", "purpose")), Index("op_links_expires", ("expires",))),
)
"""Secrets of links that work once (since migration 2); only their SHA-256 is kept."""

BATCHES: Final = Table(
    "op_batches",
    (
        Column("seq", "identity"),
        Column("id", "text", required=True),
        Column("workflow", "text", required=True),
        Column("definition", "text", required=True),
        Column("state", "text", required=True),
        Column("actor", "text", required=True),
        Column("user_id", "text"),
        Column("zone", "text"),
        Column("ignore_privacy", "yes_no", required=True),
        Column("depth", "integer", required=True),
        Column("parent_id", "text"),
        Column("parameters", "json", required=True),
        Column("places", "json"),
        Column("total", "integer", required=True),
        Column("done", "integer", required=True),
        Column("failed", "integer", required=True),
        Column("skipped", "integer", required=True),
        Column("outside", "integer", required=True),
        Column("cursor", "integer", required=True),
        Column("last_seq", "integer", required=True),
        Column("base_seq", "integer", required=True),
        Column("base_at", "integer", required=True),
        Column("next_at", "integer"),
        Column("created_at", "integer", required=True),
        Column("started_at", "integer"),
        Column("finished_at", "integer"),
        Column("interval_ms", "integer"),
        Column("at_once", "integer", required=True),
        Column("on_item_failed", "text", required=True),
        Column("on_complete", "json"),
        Column("workload", "number", required=True),
    ),
    indexes=(
        Index("op_batches_id", ("id",), unique=True),
        Index("op_batches_due", ("next_at",), where="state = 'running'"),
    ),
)
"""Runs of one workflow over a list (since migration 3). `seq` is what its items name it by; see `batch_text`."""

ITEMS: Final = Table(
    "op_items",
    (
        Column("batch", "integer", required=True),
        Column("seq", "integer", required=True),
        Column("item", "text", required=True),
        Column("state", "text"),
        Column("run_id", "text"),
    ),
    key=("batch", "seq"),
    indexes=(Index("op_items_noted", ("batch", "state", "seq"), where="state IS NOT NULL"),),
)
"""What the batches have still to do, and what failed (since migration 3). An item that is done leaves this table."""

FIRST: Final = (DEFINITIONS, QUEUE, RUNS, TOKENS, ANSWERS, FIELDS, SETTINGS)
