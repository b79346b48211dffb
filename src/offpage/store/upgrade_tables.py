"""System tables for the processes on a database, and for what waits until the old ones among them have ended."""

from __future__ import annotations

from typing import Final

from offpage.store.ddl import Column, Table

RUNNING: Final = Table(
    "op_running_versions",
    (
        Column("id", "text", required=True),
        Column("version", "integer", required=True),
        Column("software", "text", required=True),
        Column("host", "text", required=True),
        Column("pid", "integer", required=True),
        Column("started_at", "integer", required=True),
        Column("seen_at", "integer", required=True),
    ),
    key=("id",),
)
"""The processes that serve a PostgreSQL database, each with the last migration that it knows (since migration 11)."""

FINISHED: Final = Table("op_finished", (Column("number", "integer", required=True),), key=("number",))
"""The migrations whose `after` part has been done, of those that have one (since migration 11)."""
