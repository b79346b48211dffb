"""Many requests at the same time, on both databases: what may happen once happens once."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

from tests.site import Served, play

APP = {
    "types/order.yaml": "fields: {name: text, number: {type: text, unique: yes}}\n",
    "types/event.yaml": "fields: {seats: number}\n",
    "types/booking.yaml": "fields: {event: event}\n",
    "workflows/create.yaml": """
        trigger: api
        auth: none
        parameters: {name: text, number: {type: text, optional: yes}}
        steps:
          - do: create_thing
            as: order
            with: {type: order, set: {name: =name, number: =number}}
          - do: return_data
            with: {values: {id: =order.id}}
        """,
    "workflows/plan.yaml": """
        trigger: api
        auth: none
        steps:
          - do: create_thing
            as: event
            with: {type: event, set: {seats: 10}}
          - do: return_data
            with: {values: {id: =event.id}}
        """,
    "workflows/book.yaml": """
        trigger: api
        auth: none
        ignore_privacy: yes
        parameters: {event: event}
        only_when: =event.seats > 0
        steps:
          - do: change_thing
            with: {thing: =event, set: {seats: {increase: -1}}}
          - do: create_thing
            with: {type: booking, set: {event: =event}}
        """,
}


def test_every_call_is_answered_once_with_its_own_thing(tmp_path: Path, database_url: str) -> None:
    async def story(served: Served) -> None:
        calls = [served.post("create", {"name": f"N{index}"}) for index in range(100)]
        seen = await asyncio.gather(*calls)
        assert {one.status for one in seen} == {200}
        assert len({one.json["response"]["id"] for one in seen}) == 100
        assert len({one.headers["run-id"] for one in seen}) == 100
        assert served.counts("order", "op_runs", "op_queue") == {"order": 100, "op_runs": 100, "op_queue": 0}

    play(tmp_path, APP, story, database_url)


def test_one_key_sent_many_times_at_once_runs_once(tmp_path: Path, database_url: str) -> None:
    async def story(served: Served) -> None:
        headers = {"Idempotency-Key": "same"}
        seen = await asyncio.gather(*(served.post("create", {"name": "A"}, headers=headers) for _ in range(20)))
        assert {one.status for one in seen} <= {200, 409}
        answered = [one for one in seen if one.status == 200]
        assert answered
        assert len({one.body for one in answered}) == 1
        assert sum("idempotent-replayed" not in one.headers for one in answered) == 1
        assert served.counts("order", "op_runs", "op_answers") == {"order": 1, "op_runs": 1, "op_answers": 1}

    play(tmp_path, APP, story, database_url)


def test_a_unique_value_sent_many_times_at_once_is_kept_once(tmp_path: Path, database_url: str) -> None:
    async def story(served: Served) -> None:
        seen = await asyncio.gather(*(served.post("create", {"name": "A", "number": "1"}) for _ in range(20)))
        assert Counter(one.status for one in seen) == {200: 1, 400: 19}
        assert {one.json["reason"] for one in seen if one.status == 400} == {"NOT_UNIQUE"}
        assert served.counts("order", "op_runs") == {"order": 1, "op_runs": 20}

    play(tmp_path, APP, story, database_url)


def test_ten_seats_are_given_to_ten(tmp_path: Path, database_url: str) -> None:

    async def story(served: Served) -> None:
        event = (await served.post("plan")).json["response"]["id"]
        seen = await asyncio.gather(*(served.post("book", {"event": event}) for _ in range(60)))
        assert Counter(one.status for one in seen) == {200: 10, 400: 50}
        assert {one.json["body"]["status"] for one in seen if one.status == 400} == {"NOT_RUN"}
        assert served.count("booking") == 10

    play(tmp_path, APP, story, database_url)


def test_a_failed_call_does_not_disturb_its_neighbours(tmp_path: Path, database_url: str) -> None:
    async def story(served: Served) -> None:
        await served.post("create", {"name": "A", "number": "taken"})
        numbers = ["taken" if index % 3 == 0 else f"free {index}" for index in range(60)]
        seen = await asyncio.gather(*(served.post("create", {"name": "A", "number": one}) for one in numbers))
        assert [one.status for one in seen] == [400 if one == "taken" else 200 for one in numbers]
        assert served.count("order") == 41

    play(tmp_path, APP, story, database_url)


def test_things_and_answers_are_there_after_a_restart(tmp_path: Path, database_url: str) -> None:
    async def first(served: Served) -> str:
        seen = await served.post("create", {"name": "A"}, headers={"Idempotency-Key": "k"})
        return seen.body.decode()

    async def second(served: Served) -> tuple[str, dict[str, int]]:
        seen = await served.post("create", {"name": "A"}, headers={"Idempotency-Key": "k"})
        return seen.body.decode(), served.counts("order", "op_runs")

    before = play(tmp_path, APP, first, database_url)
    assert play(tmp_path, APP, second, database_url) == (before, {"order": 1, "op_runs": 1})
