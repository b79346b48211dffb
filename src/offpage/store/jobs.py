"""Segments that wait for a thread: handed over, closed off, and waited for."""

from __future__ import annotations

import asyncio
import threading
from queue import SimpleQueue
from typing import Any, TypeVar

from offpage.kernel.errors import Stopping
from offpage.store.tell import Job, resolve
from offpage.store.tx import Segment

T = TypeVar("T")


class Jobs:
    """The queue between those who ask and the threads that hold a transaction. Everything put in is taken out."""

    def __init__(self, threads: int) -> None:
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._gate = threading.Lock()
        self._closed = False
        self._threads = threads
        self._gathered: dict[asyncio.AbstractEventLoop, list[Job]] = {}
        """What each event loop will queue at the end of its turn."""
        self.take = self._queue.get
        """Wait for the next job; None means the end, for this thread."""
        self.take_waiting = self._queue.get_nowait
        """The same without waiting: raises `queue.Empty` if nothing is there."""

    def put(self, job: Job) -> None:
        """Queue a job. Raises Stopping once the queue was closed."""
        with self._gate:  # so that nothing can come to stand behind the end marks
            if self._closed:
                raise Stopping
            self._queue.put(job)

    @property
    def is_closed(self) -> bool:
        """Whether nothing more is taken."""
        return self._closed

    def close(self) -> None:
        """Take nothing more; each thread meets an end mark after what is queued."""
        with self._gate:
            if not self._closed:
                self._closed = True
                for _ in range(self._threads):
                    self._queue.put(None)

    def done_now(self, segment: Segment[T]) -> T:
        """Queue a segment and wait for its end in this thread."""
        ended = threading.Event()
        answer: list[Any] = []

        def done(result: T | None, error: BaseException | None) -> None:
            answer.extend((result, error))
            ended.set()

        self.put((segment, done, None))
        ended.wait()
        result, error = answer
        if error is not None:
            raise error
        return result  # type: ignore[no-any-return]  # what the segment gave

    async def done_soon(self, segment: Segment[T]) -> T:
        """Queue a segment and await its end in the running event loop."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        gathered = self._gathered.get(loop)
        if gathered is None:
            gathered = self._gathered[loop] = []
            loop.call_soon(self._hand_over, loop)
        gathered.append((segment, None, future))
        return await future

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        """Queue what was asked for in one turn of an event loop.

        Had each been queued at once, the thread that takes them would have begun with the first while the loop reads
        the next request: two threads that take the interpreter from each other for every statement, at twice the cost.
        """
        for job in self._gathered.pop(loop):
            try:
                self.put(job)
            except Stopping as stopping:
                resolve([(job, None, stopping)])
