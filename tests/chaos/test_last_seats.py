"""200 people want one of 10 seats at the same moment."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import httpx2

from offpage.store.sqlite import SqliteDatabase
from tests.processes import Serving, copy_of, serving

PEOPLE, SEATS = 200, 10


async def everybody_books(server: Serving, event: str) -> list[httpx2.Response]:
    """All requests at once, each on a connection of its own."""
    limits = httpx2.Limits(max_connections=PEOPLE, max_keepalive_connections=0)
    async with httpx2.AsyncClient(base_url=server.url, limits=limits, timeout=60) as client:
        booking = (client.post("book_seat", json={"event": event, "name": f"Person {n}"}) for n in range(PEOPLE))
        return await asyncio.gather(*booking)


def test_exactly_ten_of_two_hundred_get_a_seat(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(copy_of("shop", tmp_path), data) as server:
        with server.client() as client:
            event = client.post("create_event", json={"name": "Concert", "seats": SEATS}).json()["response"]["id"]
        answers = asyncio.run(everybody_books(server, event))
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses == {200: SEATS, 400: PEOPLE - SEATS}
    assert {answer.json()["body"]["status"] for answer in answers if answer.status_code == 400} == {"NOT_RUN"}
    left = sorted(answer.json()["response"]["seats_left"] for answer in answers if answer.status_code == 200)
    assert left == list(range(SEATS))
    database = SqliteDatabase(data / "development.db")
    try:
        assert database.read(lambda tx: tx.rows("SELECT seats_left FROM t_event")) == [(0.0,)]
        assert database.read(lambda tx: tx.rows("SELECT count(*), count(DISTINCT name) FROM t_booking")) == [
            (SEATS, SEATS)
        ]
    finally:
        database.close()
