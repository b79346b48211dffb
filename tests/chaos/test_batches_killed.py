"""kill -9 at random moments while a batch runs and a workflow schedules itself: nothing lost, nothing doubled.

`OFFPAGE_CHAOS_ITEMS=20000 OFFPAGE_CHAOS_KILLS=40` makes it the long version, whose result docs/reliability.md tells.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from offpage.data.assignment import Change, Shape
from offpage.host.app_runner import this_machine
from offpage.host.compose import Place, open_runner
from offpage.kernel.clock import SystemClock
from offpage.kernel.events import Events
from offpage.store.tx import Tx
from tests.chaos.jobs import FAILS_EVERY, JOBS
from tests.killing import Course, rows
from tests.processes import serving
from tests.site import place_of, write_app

ITEMS = int(os.environ.get("OFFPAGE_CHAOS_ITEMS", "4000"))
KILLS = int(os.environ.get("OFFPAGE_CHAOS_KILLS", "6"))
TICKS = ITEMS // 10
FILES = JOBS | {
    "types/report.yaml": "fields:\n  batch: text\n  total: number\n  done: number\n  failed: number\n",
    "workflows/report.yaml": """
auth: none
parameters: {id: text, total: number, done: number, failed: number}
steps:
  - {do: create_thing, with: {type: report, set: {batch: =id, total: =total, done: =done, failed: =failed}}}
""",
    "workflows/all.yaml": """
auth: none
ignore_privacy: yes
steps:
  - do: schedule_on_list
    as: made
    with:
      list: =search(job, this.number >= 0)
      workflow: work
      parameters: {job: =this}
      on_complete:
        workflow: report
        parameters: {id: =batch.id, total: =batch.total, done: =batch.done, failed: =batch.failed}
  - {do: return_data, with: {values: {id: =made.id}}}
""",
}


def fill(place: Place) -> None:
    """The jobs, numbered from 0, and the one that has the code `taken`."""
    runner = open_runner(place, "development", this_machine(SystemClock(), Events()))
    fields = runner.program.schema.types["job"].fields
    shape = Shape("job", (Change(fields["number"], "set"), Change(fields["code"], "set")))
    machine = runner.machine
    now = machine.clock.now()

    def segment(tx: Tx) -> None:
        jobs = [(-1.0, "taken"), *((float(number), f"c{number}") for number in range(ITEMS))]
        for values in jobs:
            runner.program.things.create(tx, shape, values, id=machine.new_id(now), now=now, created_by=None)

    runner.database.write_now(segment)
    runner.database.close()


def is_over(tx: Tx) -> bool:
    """Whether the batch, what follows it, and the chain have come to their ends."""
    ended = tx.rows("SELECT count(*) FROM op_batches WHERE state = 'finished'") == [(1,)]
    return ended and tx.rows("SELECT count(*) FROM op_queue") == [(0,)]


@pytest.mark.timeout(1800)
def test_a_batch_and_a_chain_survive_any_number_of_kills(tmp_path: Path) -> None:
    folder, data = write_app(tmp_path / "app", FILES), tmp_path / "data"
    place = place_of(folder, data)
    fill(place)
    with serving(folder, data) as server, server.client() as client:
        batch_id = client.post("all", json={}).json()["response"]["id"]
        assert client.post("tick", json={"number": TICKS}).status_code == 200
        server.kill()
    course = Course(place, ITEMS, "SELECT done + failed FROM op_batches", is_over)
    course.kill(KILLS)
    course.end()

    failing = ITEMS // FAILS_EVERY
    assert rows(place, "SELECT id, total, done, failed, skipped, outside FROM op_batches") == [
        (batch_id, ITEMS, ITEMS - failing, failing, 0, 0)
    ]
    times = Counter(rows(place, "SELECT CAST(number AS INTEGER) % 100 = 0, times FROM t_job WHERE number >= 0"))
    assert times == {(0, 1.0): ITEMS - failing, (1, 0.0): failing}, "an item was lost, doubled or half undone"
    assert rows(place, "SELECT batch, total, done, failed FROM t_report") == [
        (batch_id, ITEMS, ITEMS - failing, failing)
    ]
    failed = "SELECT count(*), count(DISTINCT id) FROM op_runs WHERE state = 'failed'"
    assert rows(place, failed) == [(failing, failing)]
    assert rows(place, "SELECT count(*) FROM op_items WHERE state = 'failed'") == [(failing,)]
    ticks = Counter(int(number) for (number,) in rows(place, "SELECT number FROM t_tick"))
    assert ticks == dict.fromkeys(range(1, TICKS + 1), 1), "the chain was broken or went twice"
    assert rows(place, "SELECT count(*) FROM op_runs WHERE workflow = 'tick'") == [(TICKS,)]
