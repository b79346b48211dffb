"""kill -9 in the middle of a deploy: live is the former version or the new one, whole."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from offpage.host.deploying import LONGEST_HOLD_MS
from offpage.store.postgres import PostgresDatabase
from offpage.store.sqlite import SqliteDatabase
from offpage.store.tx import Database, Tx
from tests.deployed import NOTE, app, command, live_server, script, version
from tests.postgres_server import fresh_database

KILLED = """
import os, signal, sys
from offpage.host import deploying
from offpage.store import sqlite_tx, postgres_tx

point, hold, folder, more = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:]
deploying.LONGEST_HOLD_MS = hold

def die(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)

def dies_after(module, name):
    known = getattr(module, name)
    def then_die(*arguments, **named):
        known(*arguments, **named)
        die()
    setattr(module, name, then_die)

match point:
    case "held":
        deploying.time.sleep = die
    case "before the tables":
        deploying.apply = die
    case "after the tables":
        dies_after(deploying, "apply")
    case "after the snapshot":
        dies_after(deploying, "keep_snapshot")
    case "before the commit":
        dies_after(deploying.deploys, "add")
    case "after the commit":
        deploying.is_noticed = die

from offpage.cli.main import run
run(["deploy", folder, "--json", *more])
"""

POINTS = {
    "held": 1,
    "before the tables": 1,
    "after the tables": 1,
    "after the snapshot": 1,
    "before the commit": 1,
    "after the commit": 2,
}
"""Where the deploy is killed, and which version is live then."""

LONG = "OFFPAGE_CHAOS_KILLS" in os.environ
"""Whether each point has a server of its own on both databases, and the hold is as long as it is outside of tests."""

HOLD_MS = LONGEST_HOLD_MS if LONG else 2_000

FEW = ("held", "before the commit")
"""The points that are always tried on PostgreSQL too."""

ROUNDS = (
    [(kind, (point,)) for kind in ("sqlite", "postgres") for point in POINTS]
    if LONG
    else [("sqlite", tuple(POINTS)), ("postgres", FEW)]
)


@pytest.mark.parametrize(("kind", "points"), ROUNDS)
def test_a_killed_deploy_has_happened_or_not(
    kind: str, points: Sequence[str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder = app(tmp_path / "app")
    if kind == "sqlite":
        check(folder, points, [])
        return
    with fresh_database(request.getfixturevalue("postgres_url"), f"killed_{os.getpid()}") as url:
        check(folder, points, ["--database", url])


def check(folder: Path, points: Sequence[str], more: list[str]) -> None:
    """Kill the same deploy at each point, beside one server; at last the server too, and deploy what was not."""
    with live_server(folder, *more) as server:  # which deploys the folder as it is
        (folder / "types/note.yaml").write_text(NOTE.replace("total: text", "total: list of number"))
        (folder / "workflows/say.yaml").write_text(version(2))
        for point in points:
            assert script(KILLED, point, HOLD_MS, folder, *more) == -9
            wanted = POINTS[point]
            if wanted == 2:
                assert server.event("deployed")["deploy"] == 2
            assert server.version() == wanted  # waits, if it must, until the dead one's hold is over
            assert tables(folder, more) == (wanted, wanted == 2)
        server.process.kill()
        server.process.wait()
        with live_server(folder, *more) as again:
            assert again.version() == wanted
            assert again.started["deploy"]["deploy"] == wanted
            command("deploy", folder, *more)
            assert again.version() == 2


def tables(folder: Path, more: list[str]) -> tuple[int, bool]:
    """How many deploys the live database has, and whether its tables are those of the second."""
    database: Database = (
        PostgresDatabase(more[1], "live") if more else SqliteDatabase(folder / ".offpage/live.db", shared=True)
    )

    def look(tx: Tx) -> tuple[int, bool]:
        fields: dict[str, str] = dict(tx.rows("SELECT field_id, type FROM op_fields WHERE type_id = 'note'"))
        (count,) = tx.row("SELECT count(*) FROM op_deploys") or (0,)
        return int(count), fields["total"] == "list of number"

    try:
        return database.read(look)
    finally:
        database.close()
