"""What the app costs, added up by hour, workflow and step, from the records of its runs.

Nothing is added up when a run ends: that would cost every run a write, to the row that all runs of the hour write. It is
done later, for whoever asks and before a record is forgotten, from where it was left the last time: every run up to the
`seq` that is kept as DONE is in the sums, but for those of `op_uncounted`, which had not ended then. What costs
something and leaves no record of its own comes in by `op_costs`, whose rows go when they are added.

Whoever adds up reads first and writes then, only if nobody else has meanwhile: DONE is what it was, and so is GATE, which
changes when a run that is in the sums goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import msgspec

from offpage.store import settings
from offpage.store.statement import HOLE, holes, prepared
from offpage.store.tx import Row, Tx

DONE: Final = "workload.done"
"""`seq started_at` of the last run that was looked at; the second is for processes of a former version."""

GATE: Final = "workload.gate"
HOUR_MS: Final = 3_600_000
MOST_WAITING: Final = 500
"""So many rows of `op_costs` may wait until somebody looks."""

PAGE: Final = 50
LONGEST: Final = 8_000_000
"""How many records are read with one statement, and how many characters of them until there is no further one."""


class Cost(NamedTuple):
    """So much of a step (its place in the workflow, "" for the run itself), of an action, in an hour."""

    hour: int
    workflow: str
    step: str
    do: str
    times: int
    workload: float
    ms: float


class Recorded(NamedTuple):
    """A run, as far as it matters here. `journal` is JSON text; `counted` is what the sums have of it, as `kept` text."""

    seq: int
    workflow: str
    state: str
    started_at: int
    finished_at: int | None
    workload: float
    journal: str
    counted: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.state in ("running", "outside")


class Pending(NamedTuple):
    """What is not in the sums yet, or a piece of it, as it was read at one moment.

    `runs` are the next ones in order, ended or not; `late` those that had not ended when they were met, and have now;
    `costs` are those of no run, by the `seq` of their rows.
    """

    done: str
    gate: str
    runs: list[Recorded]
    late: list[Recorded]
    costs: list[tuple[int, str]]

    @property
    def is_empty(self) -> bool:
        """Whether everything is in the sums that has ended."""
        return not (self.runs or self.late or self.costs)


_LAST: Final = prepared("SELECT max(seq) FROM op_runs")
_NEXT: Final = prepared("SELECT started_at FROM op_runs WHERE seq > {} ORDER BY seq LIMIT 1", HOLE)
_COLUMNS: Final = "r.seq, r.workflow, r.state, r.started_at, r.finished_at, r.workload, r.journal"
_RUNS: Final = prepared(
    f"SELECT {_COLUMNS} FROM op_runs r WHERE r.seq > {{}} AND r.seq <= {{}} ORDER BY r.seq LIMIT {{}}",
    HOLE,
    HOLE,
    HOLE,
)
_LATE: Final = prepared(
    f"SELECT {_COLUMNS}, u.counted FROM op_uncounted u JOIN op_runs r ON r.seq = u.seq"
    " WHERE r.state NOT IN ('running', 'outside') AND u.seq > {} ORDER BY u.seq LIMIT {}",
    HOLE,
    HOLE,
)
_LATE_SINCE: Final = prepared(
    "SELECT 1 FROM op_uncounted u JOIN op_runs r ON r.seq = u.seq"
    " WHERE r.state NOT IN ('running', 'outside') AND r.started_at < {} LIMIT 1",
    HOLE,
)
_ONE: Final = prepared(f"SELECT {_COLUMNS} FROM op_runs r WHERE r.id = {{}}", HOLE)
_IS_UNCOUNTED: Final = prepared("SELECT 1 FROM op_uncounted WHERE seq = {}", HOLE)
_UNCOUNTED: Final = prepared("INSERT INTO op_uncounted (seq, counted) VALUES ({})", holes(2))
_COUNTED: Final = prepared("DELETE FROM op_uncounted WHERE seq = {}", HOLE)
_KEEP: Final = prepared("INSERT INTO op_costs (content) VALUES ({})", HOLE)
_KEPT: Final = prepared("SELECT seq, content FROM op_costs ORDER BY seq LIMIT {}", HOLE)
_WAITING: Final = prepared("SELECT count(*) FROM (SELECT 1 FROM op_costs LIMIT {}) AS kept", HOLE)
_DROP: Final = prepared("DELETE FROM op_costs WHERE seq = {}", HOLE)
# Whoever inserts into a table holds this lock from before the row gets its `seq` until the end of its transaction.
_WRITING: Final = prepared(
    "SELECT DISTINCT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND relation = 'op_runs'::regclass"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND mode = 'RowExclusiveLock'"
)
# "do" is a word of PostgreSQL's, so it stands in quotes.
_ADD: Final = prepared(
    'INSERT INTO op_workload (hour, workflow, step, "do", count, workload, ms) VALUES ({}) ON CONFLICT'
    ' (hour, workflow, step, "do") DO UPDATE SET count = op_workload.count + excluded.count,'
    " workload = op_workload.workload + excluded.workload, ms = op_workload.ms + excluded.ms",
    holes(len(Cost._fields)),
)
_SUMS: Final = prepared(
    'SELECT hour, workflow, step, "do", count, workload, ms FROM op_workload WHERE hour >= {} AND hour < {}'
    " AND (workflow = {} OR {} = '')",
    *[HOLE] * 4,
)
_BY_WORKFLOW: Final = prepared(
    "SELECT hour, workflow, '', '', sum(CASE WHEN step = '' THEN count ELSE 0 END), sum(workload),"
    " sum(CASE WHEN step = '' THEN ms ELSE 0 END) FROM op_workload WHERE hour >= {} AND hour < {}"
    " AND (workflow = {} OR {} = '') GROUP BY hour, workflow",
    *[HOLE] * 4,
)
_BY_ACTIVITY: Final = prepared(
    "SELECT hour, '', '', \"do\", sum(count), sum(workload), sum(ms) FROM op_workload WHERE hour >= {} AND hour < {}"
    " AND (workflow = {} OR {} = '') GROUP BY hour, \"do\"",
    *[HOLE] * 4,
)
_BY: Final = {"workflow": _BY_WORKFLOW, "activity": _BY_ACTIVITY, "step": _SUMS}


def text_of(costs: Sequence[Cost]) -> str:
    """Costs as they are kept."""
    return msgspec.json.encode(costs).decode()


costs_of_text: Final = msgspec.json.Decoder(list[Cost]).decode
"""What `text_of` made."""


def keep(tx: Tx, costs: Sequence[Cost]) -> None:
    """Keep what was spent without a record, in the transaction that spent it."""
    row = (text_of(costs),)
    if not tx.put_off("op_costs", ("content",), row):
        tx.change(_KEEP.of(tx), row)


def done(tx: Tx) -> int:
    """The last run that was looked at: it and all before it are in the sums, but for those of `op_uncounted`."""
    return int((settings.get(tx, DONE) or "0").partition(" ")[0])


def newest(tx: Tx) -> int:
    """The last run that has a record."""
    row = tx.row(_LAST.of(tx))
    return int(row[0] or 0) if row else 0


def writing(tx: Tx) -> set[str]:
    """The transactions under way that may have written a record which nobody sees yet.

    On PostgreSQL several write at once, and who was given the lower `seq` may commit later.
    """
    if not tx.dialect.many_writers:
        return set()
    return {str(row[0]) for row in tx.rows(_WRITING.of(tx))}


def pending(tx: Tx, until: int, limit: int) -> Pending:
    """A piece of what is not in the sums, of runs up to `until`: so many of each kind at most, fewer where they are long."""
    runs = _piece(lambda after, most: tx.rows(_RUNS.of(tx), (after, until, most)), done(tx), limit)
    late = _piece(lambda after, most: tx.rows(_LATE.of(tx), (after, most)), 0, limit)
    kept = [(int(seq), str(content)) for seq, content in tx.rows(_KEPT.of(tx), (limit,))]
    return Pending(settings.get(tx, DONE) or "", settings.get(tx, GATE) or "", runs, late, kept)


def _piece(read: Callable[[int, int], list[Row]], after: int, limit: int) -> list[Recorded]:
    """Records in their order, a page at a time: `read` is told after which one, and how many at most."""
    found: list[Recorded] = []
    length = 0
    while len(found) < limit and length < LONGEST:
        most = min(PAGE, limit - len(found))
        page = [Recorded(*row) for row in read(after, most)]
        found += page
        if len(page) < most:
            break
        after = page[-1].seq
        length += sum(len(one.journal) for one in page)
    return found


def is_behind(tx: Tx, started_before: int) -> bool:
    """Whether runs that began before a moment are not in the sums, or much else is not."""
    row = tx.row(_NEXT.of(tx), (done(tx),))
    if row is not None and int(row[0]) < started_before:
        return True
    if tx.row(_LATE_SINCE.of(tx), (started_before,)) is not None:
        return True
    (waiting,) = tx.row(_WAITING.of(tx), (MOST_WAITING,)) or (0,)
    return int(waiting) >= MOST_WAITING


def add(tx: Tx, found: Pending, costs: Sequence[Cost]) -> bool:
    """Add what was read as pending, whose costs these are. False, and nothing happens, if it is not so any more."""
    if (settings.get(tx, DONE) or "", settings.get(tx, GATE) or "") != (found.done, found.gate):
        return False
    if found.runs:
        settings.put(tx, DONE, f"{found.runs[-1].seq} {found.runs[-1].started_at}")
    elif not found.done:
        settings.put(tx, DONE, "0 0")
    else:  # so that another who has read the same adds nothing
        settings.put(tx, GATE, _after(found.gate))
    for one in found.runs:
        if one.is_open:
            tx.change(_UNCOUNTED.of(tx), (one.seq, None))
    for one in found.late:
        tx.change(_COUNTED.of(tx), (one.seq,))
    for seq, _ in found.costs:
        tx.change(_DROP.of(tx), (seq,))
    for cost in costs:
        tx.change(_ADD.of(tx), cost)
    return True


def counted(tx: Tx, run_id: str) -> Recorded | None:
    """A run that is about to go on after its end, if the sums have it. Whoever adds up meanwhile begins anew."""
    row = tx.row(_ONE.of(tx), (run_id,))
    if row is None:
        return None
    settings.put(tx, GATE, _after(settings.get(tx, GATE) or ""))
    run = Recorded(*row)
    return None if run.seq > done(tx) or tx.row(_IS_UNCOUNTED.of(tx), (run.seq,)) else run


def count_again(tx: Tx, seq: int, costs: Sequence[Cost]) -> None:
    """Let a run be added once more when it has ended again, but for these costs, which the sums have."""
    tx.change(_UNCOUNTED.of(tx), (seq, text_of(costs)))


def forgot(tx: Tx) -> None:
    """Records were deleted. SQLite gives their `seq` to others, once no later one is there."""
    if not tx.dialect.many_writers and (last := newest(tx)) < done(tx):
        settings.put(tx, DONE, f"{last} 0")


def sums(tx: Tx, by: str, since: int, until: int, workflow: str = "") -> list[Cost]:
    """The costs of a time, by `workflow`, `activity` or `step`, an hour each; of one workflow, or ("") of all."""
    found = tx.rows(_BY[by].of(tx), (since, until, workflow, workflow))
    # PostgreSQL adds whole numbers up to decimals.
    return [Cost(hour, name, step, do, int(n), float(load), float(ms)) for hour, name, step, do, n, load, ms in found]


def _after(gate: str) -> str:
    return str(int(gate or "0") + 1)
