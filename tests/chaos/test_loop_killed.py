"""kill -9 at random moments in the middle of a loop: it goes on where it stood, and what it changed starts what it should.

`OFFPAGE_CHAOS_ITEMS=20000 OFFPAGE_CHAOS_KILLS=40` makes it the long version, whose result docs/reliability.md tells.
"""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from offpage.host.compose import Place
from offpage.store.tx import Tx
from tests.chaos.test_batches_killed import END_SECONDS, kill_when, looking, rows
from tests.processes import serving
from tests.site import place_of

ROUNDS = int(os.environ.get("OFFPAGE_CHAOS_ITEMS", "4000"))
KILLS = int(os.environ.get("OFFPAGE_CHAOS_KILLS", "6"))
SEED = os.environ.get("OFFPAGE_CHAOS_SEED") or str(random.getrandbits(32))

FILES = {
    "app.yaml": "name: Chaos\n",
    "types/job.yaml": "fields:\n  number: {type: number, unique: yes}\n  sum: number\n",
    "types/history.yaml": "fields:\n  number: {type: number, unique: yes}\n",
    "workflows/add.yaml": """
trigger: event
parameters: {number: number}
returns: {job: job}
steps:
  - {do: create_thing, as: made, with: {type: job, set: {number: =number}}}
  - {do: return_data, with: {values: {job: =made}}}
""",
    "workflows/go.yaml": """
auth: none
ignore_privacy: yes
parameters: {numbers: list of number}
steps:
  - do: for_each
    as: n
    with: {list: =numbers}
    steps:
      - {do: trigger_event, as: added, with: {event: add, parameters: {number: =search(job).count + 1}}}
      - do: transaction
        steps:
          - {do: change_thing, with: {thing: =added.job, set: {sum: {increase: 1}}}}
          - {do: change_thing, with: {thing: =added.job, set: {sum: {increase: 1}}}}
""",
    "workflows/watch.yaml": """
trigger: data_change
type: job
only_when: =before.is_empty and after.sum == 2
steps:
  - {do: create_thing, with: {type: history, set: {number: =after.number}}}
""",
}


def write_app(folder: Path) -> Path:
    """The app's folder."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip())
    return folder


DONE = "SELECT count(*) FROM t_job WHERE sum = 2"
"""How many rounds have been committed."""


def done(place: Place) -> int:
    """How many rounds have been committed."""
    return int(rows(place, DONE)[0][0])


def has_ended(tx: Tx) -> bool:
    """Whether the loop and all that follows it have come to their ends."""
    found = tx.rows("SELECT state, error FROM op_runs WHERE workflow = 'go'")
    assert not any(state == "failed" for state, _ in found), found
    return [state for state, _ in found] == ["finished"] and tx.rows("SELECT count(*) FROM op_queue") == [(0,)]


def is_over(place: Place) -> bool:
    """`has_ended`, asked from outside."""
    with looking(place) as database:
        return database.read(has_ended)


def run_until_killed(place: Place, target: int) -> None:
    """Kill the server once so many rounds are done, or all is over."""
    kill_when(place, lambda tx: bool(tx.rows(DONE)[0][0] >= min(target, ROUNDS)))


@pytest.mark.timeout(1800)
def test_a_loop_survives_any_number_of_kills(tmp_path: Path) -> None:
    folder, data = write_app(tmp_path / "app"), tmp_path / "data"
    place = place_of(folder, data)
    with serving(folder, data) as server, server.client() as client:
        assert (
            client.post("go", json={"numbers": list(range(ROUNDS))}, headers={"prefer": "respond-async"}).status_code
            == 202
        )
        server.process.kill()
    source = random.Random(SEED)
    done_at_kills = [done(place)]
    while len(done_at_kills) < KILLS and not is_over(place):
        run_until_killed(place, done_at_kills[-1] + source.randrange(2 * ROUNDS // KILLS))
        done_at_kills.append(done(place))
    with serving(folder, data), looking(place) as database:
        give_up = time.monotonic() + END_SECONDS
        while not database.read(has_ended):
            assert time.monotonic() < give_up, "it does not come to its end"
            time.sleep(0.2)

    assert any(0 < one < ROUNDS for one in done_at_kills), f"no kill came in the middle: {done_at_kills} ({SEED=})"
    every = [(float(number),) for number in range(1, ROUNDS + 1)]
    assert rows(place, "SELECT number FROM t_job ORDER BY number") == every, "a round was lost or doubled"
    assert rows(place, "SELECT count(*) FROM t_job WHERE sum <> 2") == [(0,)], "a transaction was done by half"
    assert rows(place, "SELECT number FROM t_history ORDER BY number") == every, "a change was lost or seen twice"
    assert rows(place, "SELECT count(*) FROM op_runs WHERE workflow = 'watch' AND state = 'finished'") == [(ROUNDS,)]
    assert rows(place, "SELECT count(*) FROM op_changes") == [(0,)]
    # In development a run keeps what it takes to run it again from a step: its lists, as long as it is there itself.
    assert rows(place, "SELECT DISTINCT workflow FROM op_loops JOIN op_runs ON op_runs.id = run_id") == [("go",)]
    assert rows(place, "SELECT count(*) FROM op_loops WHERE run_id NOT IN (SELECT id FROM op_runs)") == [(0,)]
