"""kill -9 at random moments in the middle of a loop: it goes on where it stood, and what it changed starts what it should.

`OFFPAGE_CHAOS_ITEMS=20000 OFFPAGE_CHAOS_KILLS=40` makes it the long version, whose result docs/reliability.md tells.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from offpage.store.tx import Tx
from tests.killing import Course, rows
from tests.processes import serving
from tests.site import place_of, write_app

ROUNDS = int(os.environ.get("OFFPAGE_CHAOS_ITEMS", "4000"))
KILLS = int(os.environ.get("OFFPAGE_CHAOS_KILLS", "6"))

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


DONE = "SELECT count(*) FROM t_job WHERE sum = 2"
"""How many rounds have been committed."""


def has_ended(tx: Tx) -> bool:
    """Whether the loop and all that follows it have come to their ends."""
    found = tx.rows("SELECT state, error FROM op_runs WHERE workflow = 'go'")
    assert not any(state == "failed" for state, _ in found), found
    return [state for state, _ in found] == ["finished"] and tx.rows("SELECT count(*) FROM op_queue") == [(0,)]


@pytest.mark.timeout(1800)
def test_a_loop_survives_any_number_of_kills(tmp_path: Path) -> None:
    folder, data = write_app(tmp_path / "app", FILES), tmp_path / "data"
    place = place_of(folder, data)
    with serving(folder, data) as server, server.client() as client:
        assert (
            client.post("go", json={"numbers": list(range(ROUNDS))}, headers={"prefer": "respond-async"}).status_code
            == 202
        )
        server.kill()
    course = Course(place, ROUNDS, DONE, has_ended)
    course.kill(KILLS)
    course.end()

    every = [(float(number),) for number in range(1, ROUNDS + 1)]
    assert rows(place, "SELECT number FROM t_job ORDER BY number") == every, "a round was lost or doubled"
    assert rows(place, "SELECT count(*) FROM t_job WHERE sum <> 2") == [(0,)], "a transaction was done by half"
    assert rows(place, "SELECT number FROM t_history ORDER BY number") == every, "a change was lost or seen twice"
    assert rows(place, "SELECT count(*) FROM op_runs WHERE workflow = 'watch' AND state = 'finished'") == [(ROUNDS,)]
    assert rows(place, "SELECT count(*) FROM op_changes") == [(0,)]
    # In development a run keeps what it takes to run it again from a step: its lists, as long as it is there itself.
    assert rows(place, "SELECT DISTINCT workflow FROM op_loops JOIN op_runs ON op_runs.id = run_id") == [("go",)]
    assert rows(place, "SELECT count(*) FROM op_loops WHERE run_id NOT IN (SELECT id FROM op_runs)") == [(0,)]
