"""Jobs for all processes of a database: one for each key, of which each process is told once."""

from __future__ import annotations

import asyncio
from itertools import takewhile

import psycopg

from offpage.kernel.events import Events
from offpage.store.job_queue import Job, JobQueue
from offpage.store.postgres import PostgresDatabase
from tests.until import WAIT_SECONDS

END = "that was all"


def told(listener: psycopg.Connection, channel: str) -> list[str]:
    """What has been told until now on a channel."""
    listener.execute("SELECT pg_notify(%s, %s)", (channel, END))
    heard = (note.payload for note in listener.notifies(timeout=WAIT_SECONDS))
    return list(takewhile(lambda payload: payload != END, heard))


def test_asking_again_for_a_job_that_is_there_wakes_nobody(postgres_url: str, postgres_schema: str) -> None:
    PostgresDatabase(postgres_url, postgres_schema, threads=1).close()
    jobs = JobQueue(postgres_url, postgres_schema, Events())
    channel = f"offpage_{postgres_schema}"

    async def story(listener: psycopg.Connection) -> None:
        ready, stop, begun, ends = (asyncio.Event() for _ in range(4))

        async def handle(payload: str) -> None:
            begun.set()
            await ends.wait()

        serving = asyncio.create_task(jobs.serve({"due": handle}, ready.set, stop))
        await ready.wait()
        assert await jobs.put([Job("due", "due 0")]) == 1
        await begun.wait()
        told(listener, channel)
        assert await jobs.put([Job("due", "due 0")]) == 0  # it is being done
        assert not [one for one in told(listener, channel) if '"insert"' in one]
        assert await jobs.put([Job("due", "due 0"), Job("due", "due 1")]) == 1
        assert len([one for one in told(listener, channel) if '"insert"' in one]) == 1
        ends.set()
        stop.set()
        await serving

    with psycopg.connect(postgres_url, autocommit=True) as listener:
        listener.execute(f'LISTEN "{channel}"'.encode())
        asyncio.run(story(listener))
