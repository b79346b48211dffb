"""100,000 lines: others write in between, and a kill -9 in the middle doubles none."""

from __future__ import annotations

import time
from pathlib import Path

import httpx2
import pytest

from tests.killing import rows
from tests.processes import serving
from tests.site import place_of, write_app
from tests.until import wait_until

LINES = 100_000

APP = {
    "types/order.yaml": "fields: {number: {type: text, unique: yes}, total: number}\n",
    "types/note.yaml": "fields: {text: text}\n",
    "workflows/load.yaml": """
        auth: none
        ignore_privacy: yes
        parameters: {file: file}
        steps:
          - {do: import_csv, as: done, with: {type: order, file: =file}}
          - {do: return_data, with: {values: {created: =done.created, failed: =done.failed, problems: =done.problems}}}
        """,
    "workflows/write.yaml": """
        auth: none
        ignore_privacy: yes
        steps:
          - {do: create_thing, with: {type: note, set: {text: here}}}
        """,
}

LONGEST_MS = 400
"""What the slowest of the writes in between may take on a busy machine: an import in one transaction takes seconds."""


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_long_file_holds_nobody_up_and_is_imported_once(tmp_path: Path) -> None:
    folder, data = write_app(tmp_path / "app", APP), tmp_path / "data"
    place = place_of(folder, data)
    lines = "".join(f"A{number},{number}\n" for number in range(LINES))
    content = f"number,total\n{lines}bad,many\n".encode()
    with serving(folder, data) as server, server.client() as client:
        later = {"prefer": "respond-async"}
        seen = client.post("load", files={"file": ("orders.csv", content, "text/csv")}, headers=later)
        assert seen.status_code == 202, seen.text
        run_id = seen.headers["run-id"]
        took: list[float] = []
        while int(rows(place, "SELECT count(*) FROM t_order")[0][0]) < LINES // 4:
            began = time.perf_counter()
            assert client.post("write").status_code == 200
            took.append((time.perf_counter() - began) * 1000)
        server.kill()
    took.sort()
    assert len(took) > 20
    assert took[-1] < LONGEST_MS
    ((before,),) = rows(place, "SELECT count(*) FROM t_order")
    assert LINES // 4 <= before < LINES
    with serving(folder, data) as server, server.client() as client:

        def state() -> httpx2.Response:
            return client.get(f"load/runs/{run_id}")

        wait_until(lambda: state().json()["response"]["state"] not in ("waiting", "running"), 120)
        answer = state().json()["response"]["answer"]["response"]
    assert answer["created"] == LINES
    assert answer["failed"] == 1
    assert answer["problems"][0].startswith(f"line {LINES + 2}: total: ")
    assert rows(place, "SELECT count(*), count(DISTINCT number) FROM t_order") == [(LINES, LINES)]
    assert rows(place, "SELECT count(*) FROM op_imports") == [(0,)]
