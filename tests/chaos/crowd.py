"""Calls that are sent at the same moment, to all servers of a cluster in turns."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import Any

import httpx2

from tests.cluster import Cluster
from tests.until import WAIT_SECONDS

LATER = {"prefer": "respond-async"}


class Call:
    """One call: of a workflow, with this body."""

    def __init__(self, workflow: str, headers: dict[str, str] | None = None, **body: object) -> None:
        self.workflow, self.headers, self.body = workflow, headers or {}, body


def send(found: Cluster, calls: Sequence[Call]) -> list[httpx2.Response | None]:
    """Send calls at the same moment, in turns to the servers; None for one whose server was killed."""
    ready = threading.Barrier(len(calls))

    def one(call: Call, api: str) -> httpx2.Response | None:
        with httpx2.Client(timeout=WAIT_SECONDS) as client:
            ready.wait(WAIT_SECONDS)
            try:
                return client.post(api + call.workflow, json=call.body, headers=call.headers)
            except httpx2.TransportError:
                return None

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls, cycle(found.apis)))


def answers(seen: Sequence[httpx2.Response | None], status: int = 200) -> list[Any]:
    """What was answered, all with this status."""
    assert [one and one.status_code for one in seen] == [status] * len(seen), [one and one.text for one in seen]
    return [one.json()["response"] for one in seen if one is not None]
