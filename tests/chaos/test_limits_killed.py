"""kill -9 while runs with limits wait, begin and are outside: the limits hold over it, all run once, no place is lost.

`OFFPAGE_CHAOS_RUNS=5000 OFFPAGE_CHAOS_KILLS=40` makes it the long version.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from pathlib import Path

import pytest

from offpage.host.compose import Place
from tests.chaos.test_batches_killed import rows
from tests.processes import serving
from tests.site import place_of

RUNS = int(os.environ.get("OFFPAGE_CHAOS_RUNS", "200"))
KILLS = int(os.environ.get("OFFPAGE_CHAOS_KILLS", "3"))
SEED = os.environ.get("OFFPAGE_CHAOS_SEED") or str(random.getrandbits(32))
AT_ONCE, RATE = 3, 60
END_SECONDS = 240

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


def done(place: Place) -> int:
    """How many runs have come to their ends."""
    return int(rows(place, "SELECT count(*) FROM t_log")[0][0])


def wait_for(place: Place, count: int) -> None:
    """Wait until so many have."""
    give_up = time.monotonic() + END_SECONDS
    while done(place) < count:
        assert time.monotonic() < give_up, f"it does not go on: {done(place)} of {RUNS} ({SEED=})"
        time.sleep(0.02)


@pytest.mark.timeout(1800)
def test_limits_hold_over_any_number_of_kills(tmp_path: Path) -> None:
    folder = tmp_path / "app"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.lstrip())
    place = place_of(folder, tmp_path / "data")
    source = random.Random(SEED)
    done_at_kills: list[int] = []
    for kill in range(KILLS):
        with serving(folder, place.data) as server, server.client() as client:
            if kill == 0:
                assert client.post("all", json={"numbers": list(range(RUNS))}).status_code == 200
            wait_for(place, min(RUNS, (done_at_kills or [0])[-1] + source.randrange(1, 2 * RUNS // (KILLS + 1))))
            server.process.kill()
            server.process.wait()
        done_at_kills.append(done(place))
    with serving(folder, place.data):
        wait_for(place, RUNS)
        give_up = time.monotonic() + END_SECONDS
        while rows(place, "SELECT count(*) FROM op_gates") != [(0,)]:
            assert time.monotonic() < give_up, "somebody waits still"
            time.sleep(0.05)

    assert any(0 < one < RUNS for one in done_at_kills), f"no kill came in the middle: {done_at_kills} ({SEED=})"
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
