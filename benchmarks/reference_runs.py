"""The reference worker: queued three-step runs, claimed, executed and recorded by hand.

Fills a queue, then drains it: takes a chunk of due runs off it in one statement, executes each inside a savepoint
(order written, changed to paid, answer made, run recorded), commits once.
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
TAKE = (
    "DELETE FROM queue WHERE id IN (SELECT id FROM queue WHERE state = 'waiting' AND due_at <= ?"
    " ORDER BY due_at LIMIT ?) RETURNING parameters"
)


def fill(connection: apsw.Connection, count: int) -> None:
    """Queue `count` runs that are due."""
    now = now_ms()
    orders = ({"name": f"Customer {n}", "email": f"C{n}@Example.test", "amount": n % 1000} for n in range(count))
    rows = ((new_id(now), now, ENCODE(order).decode()) for order in orders)
    with connection:
        connection.executemany(
            "INSERT INTO queue (id, due_at, workflow, definition, actor, parameters, state)"
            " VALUES (?, ?, 'create_order', 'reference', 'nobody', ?, 'waiting')",
            rows,
        )


def drain(connection: apsw.Connection) -> int:
    """Execute all that is due; returns how many runs that was."""
    cursor = connection.cursor()
    done = 0
    while True:
        cursor.execute("BEGIN IMMEDIATE")
        taken = cursor.execute(TAKE, (now_ms(), CHUNK)).fetchall()
        for (parameters,) in taken:
            cursor.execute("SAVEPOINT one")
            body = str(parameters).encode()
            create_order(cursor, DECODE(body), body, "queue")
            cursor.execute("RELEASE one")
        cursor.execute("COMMIT")
        if not taken:
            return done
        done += len(taken)


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
