"""kill -9 while runs with limits wait, begin and are outside: the limits hold over it, all run once, no place is lost.

`OFFPAGE_CHAOS_RUNS=5000 OFFPAGE_CHAOS_KILLS=40` makes it the long version.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from offpage.store.tx import Tx
from tests.killing import SEED, Course, rows
from tests.processes import serving
from tests.site import place_of, write_app

RUNS = int(os.environ.get("OFFPAGE_CHAOS_RUNS", "200"))
KILLS = int(os.environ.get("OFFPAGE_CHAOS_KILLS", "3"))
AT_ONCE, RATE = 3, 60

FILES = {
    "app.yaml": "name: Chaos\nemail: {from: a@example.test}\n",
    "types/log.yaml": "fields: {number: number}\n",
    "workflows/work.yaml": f"""
auth: none
parameters: {{number: number}}
at_once: {AT_ONCE}
rate: {RATE} per 1 second
steps:
  - {{do: send_email, with: {{to: b@example.test, subject: "{{{{ number }}}}", body: x}}}}
  - {{do: create_thing, with: {{type: log, set: {{number: =number}}}}}}
""",
    "workflows/all.yaml": """
auth: none
parameters: {numbers: list of number}
steps:
  - do: for_each
    as: one
    with: {list: =numbers}
    steps:
      - {do: schedule_workflow, with: {workflow: work, parameters: {number: =one}}}
""",
}


DONE = "SELECT count(*) FROM t_log"
"""How many runs have come to their ends."""


def is_over(tx: Tx) -> bool:
    """Whether all have, and nobody waits."""
    return tx.rows(DONE) == [(RUNS,)] and tx.rows("SELECT count(*) FROM op_gates") == [(0,)]


@pytest.mark.timeout(1800)
def test_limits_hold_over_any_number_of_kills(tmp_path: Path) -> None:
    folder, data = write_app(tmp_path / "app", FILES), tmp_path / "data"
    place = place_of(folder, data)
    with serving(folder, data) as server, server.client() as client:
        assert client.post("all", json={"numbers": list(range(RUNS))}).status_code == 200
        server.kill()
    course = Course(place, RUNS, DONE, is_over)
    course.kill(KILLS)
    course.end()

    numbers = Counter(int(number) for (number,) in rows(place, "SELECT number FROM t_log"))
    assert numbers == dict.fromkeys(range(RUNS), 1), f"a run was lost or done twice ({SEED=})"
    kept = rows(place, "SELECT state, count(*) FROM op_runs WHERE workflow = 'work' GROUP BY state")
    assert kept == [("finished", RUNS)]
    for table in ("op_queue", "op_places", "op_lines", "op_gates"):
        assert rows(place, f"SELECT count(*) FROM {table}") == [(0,)], table

    times = rows(place, "SELECT started_at, finished_at FROM op_runs WHERE workflow = 'work' ORDER BY started_at")
    for (first, _), (beyond, _) in zip(times, times[RATE:], strict=False):
        assert beyond - first >= 1_000, f"more than {RATE} began within a second ({SEED=})"
    inside = most = 0
    for _, step in sorted([(start, 1) for start, _ in times] + [(end, -1) for _, end in times]):
        inside += step
        most = max(most, inside)
    assert most <= AT_ONCE, f"{most} at once ({SEED=})"
