"""The reference worker: queued three-step runs, claimed, executed and recorded by hand.

Fills a queue, then drains it: claims a chunk of due runs in one statement, executes each inside a savepoint (order
written, changed to paid, answer made, run recorded), takes the chunk off the queue, commits once.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw

from benchmarks.reference_http import DECODE, ENCODE, create_order, new_id
from benchmarks.reference_store import now_ms, open_connection

CHUNK = 200
CLAIM = (
    "UPDATE queue SET claimed_until = ? WHERE id IN (SELECT id FROM queue WHERE due_at <= ? AND claimed_until IS NULL"
    " ORDER BY due_at LIMIT ?) RETURNING id, parameters"
)


def fill(connection: apsw.Connection, count: int) -> None:
    """Queue `count` runs that are due."""
    now = now_ms()
    rows = (
        (new_id(now), now, ENCODE({"name": f"Customer {n}", "email": f"C{n}@Example.test", "amount": n % 1000}).decode())
        for n in range(count)
    )
    with connection:
        connection.executemany(
            "INSERT INTO queue (id, due_at, workflow, definition, actor, parameters)"
            " VALUES (?, ?, 'create_order', 'reference', 'nobody', ?)",
            rows,
        )


def drain(connection: apsw.Connection) -> int:
    """Execute all that is due; returns how many runs that was."""
    cursor = connection.cursor()
    done = 0
    while True:
        cursor.execute("BEGIN IMMEDIATE")
        now = now_ms()
        claimed = cursor.execute(CLAIM, (now + 60_000, now, CHUNK)).fetchall()
        for _, parameters in claimed:
            cursor.execute("SAVEPOINT one")
            body = parameters.encode()
            create_order(cursor, DECODE(body), body, "queue")
            cursor.execute("RELEASE one")
        cursor.executemany("DELETE FROM queue WHERE id = ?", [(one[0],) for one in claimed])
        cursor.execute("COMMIT")
        if not claimed:
            return done
        done += len(claimed)


def measure(count: int) -> dict[str, float]:
    """Fill a queue in a new database, drain it, and return runs and seconds."""
    with TemporaryDirectory() as folder:
        connection = open_connection(str(Path(folder, "reference.sqlite")))
        fill(connection, count)
        began = time.perf_counter()
        done = drain(connection)
        seconds = time.perf_counter() - began
        connection.close()
    if done != count:
        raise SystemExit(f"{count} runs were queued, but {done} were executed")
    return {"runs": count, "seconds": seconds, "per_second": count / seconds}


def main() -> None:
    """Measure and print the figures as JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=20_000)
    print(json.dumps(measure(options.parse_args().runs)))


if __name__ == "__main__":
    main()
