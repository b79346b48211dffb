"""kill -9 at random moments while a batch runs and a workflow schedules itself: nothing lost, nothing doubled.

`OFFPAGE_CHAOS_ITEMS=20000 OFFPAGE_CHAOS_KILLS=40` makes it the long version, whose result docs/reliability.md tells.
"""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from offpage.data.assignment import Change, Shape
from offpage.host.app_runner import this_machine
from offpage.host.compose import Place, open_database, open_runner
from offpage.kernel.clock import SystemClock
from offpage.kernel.events import Events
from offpage.store.tx import Database, Tx
from tests.ports import free_port
from tests.processes import offpage, serving
from tests.site import place_of

ITEMS = int(os.environ.get("OFFPAGE_CHAOS_ITEMS", "4000"))
KILLS = int(os.environ.get("OFFPAGE_CHAOS_KILLS", "6"))
SEED = os.environ.get("OFFPAGE_CHAOS_SEED") or str(random.getrandbits(32))
TICKS = ITEMS // 10
FAILS_EVERY = 100
END_SECONDS = 240

FILES = {
    "app.yaml": "name: Chaos\nlimits: {recursion_depth: 0}\n",
    "types/job.yaml": "fields:\n  number: number\n  times: {type: number, default: 0}\n  code: {type: text, unique: yes}\n",
    "types/tick.yaml": "fields:\n  number: number\n",
    "types/report.yaml": "fields:\n  batch: text\n  total: number\n  done: number\n  failed: number\n",
    # The second step of an item that fails asks for a code that another job has; the first is undone with it.
    "workflows/work.yaml": """
auth: none
ignore_privacy: yes
parameters: {job: job}
steps:
  - {do: change_thing, with: {thing: =job, set: {times: {increase: 1}}}}
  - {do: change_thing, only_when: =job.number % 100 == 0, with: {thing: =job, set: {code: taken}}}
""",
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
    "workflows/tick.yaml": """
auth: none
parameters: {number: number}
steps:
  - {do: create_thing, with: {type: tick, set: {number: =number}}}
  - {do: schedule_workflow, only_when: =number > 1, with: {workflow: tick, parameters: {number: =number - 1}}}
""",
}


def write_app(folder: Path) -> Path:
    """The app's folder."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip())
    return folder


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


@contextmanager
def looking(place: Place) -> Iterator[Database]:
    """The database, with or without a server beside."""
    database = open_database(place, "development", shared=True)
    try:
        yield database
    finally:
        database.close()


def rows(place: Place, text: str) -> list[tuple[Any, ...]]:
    """What a SELECT gives."""
    with looking(place) as database:
        return database.read(lambda tx: tx.rows(text))


def is_over(place: Place) -> bool:
    """Whether the batch, what follows it, and the chain have come to their ends."""
    ended = rows(place, "SELECT count(*) FROM op_batches WHERE state = 'finished'") == [(1,)]
    return ended and rows(place, "SELECT count(*) FROM op_queue") == [(0,)]


REACHED = "SELECT 1 FROM op_batches WHERE done + failed >= ? OR finished_at IS NOT NULL"


def ended(place: Place) -> int:
    """How many items have ended."""
    return int(rows(place, "SELECT done + failed FROM op_batches")[0][0])


def kill_when(place: Place, reached: Callable[[Tx], bool]) -> None:
    """Serve the app, and kill the process without warning once its database says that it has come so far."""
    command = offpage("dev", str(place.folder), "--port", str(free_port()), "--data", str(place.data))
    with (place.data.parent / "log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        give_up = time.monotonic() + END_SECONDS
        with looking(place) as database:
            while not database.read(reached):
                assert process.poll() is None, (place.data.parent / "log").read_text()
                assert time.monotonic() < give_up, "it does not go on"
                time.sleep(0.001)
    finally:
        process.kill()
        process.wait()


def run_until_killed(place: Place, target: int) -> None:
    """Kill the server once so many items have ended, or the batch is over."""
    kill_when(place, lambda tx: bool(tx.rows(REACHED, (target,))))


@pytest.mark.timeout(1800)
def test_a_batch_and_a_chain_survive_any_number_of_kills(tmp_path: Path) -> None:
    folder, data = write_app(tmp_path / "app"), tmp_path / "data"
    place = place_of(folder, data)
    fill(place)
    with serving(folder, data) as server, server.client() as client:
        batch_id = client.post("all", json={}).json()["response"]["id"]
        assert client.post("tick", json={"number": TICKS}).status_code == 200
        server.process.kill()
    source = random.Random(SEED)
    done_at_kills = [ended(place)]
    while len(done_at_kills) < KILLS and not is_over(place):
        run_until_killed(place, done_at_kills[-1] + source.randrange(2 * ITEMS // KILLS))
        done_at_kills.append(ended(place))
    with serving(folder, data):
        give_up = time.monotonic() + END_SECONDS
        while not is_over(place):
            assert time.monotonic() < give_up, "it does not come to its end"
            time.sleep(0.2)

    failing = ITEMS // FAILS_EVERY
    assert any(0 < done < ITEMS for done in done_at_kills), f"no kill came in the middle: {done_at_kills} ({SEED=})"
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
