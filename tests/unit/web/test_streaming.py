"""Events as they stand in a stream; a stream that is silent, and a caller who reads nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from offpage.engine.calls import Outcome
from offpage.kernel.events import Events
from offpage.web import streaming
from offpage.web.reply import Message, json_reply
from offpage.web.streaming import Channel, Streamed, Streams, event_bytes


@pytest.mark.parametrize(
    ("event", "data", "sent"),
    [
        ("", "a", b"data: a\n\n"),
        ("word", "a", b"event: word\ndata: a\n\n"),
        ("", "a\nb\r\nc\rd", b"data: a\ndata: b\ndata: c\ndata: d\n\n"),
        ("", "", b"data: \n\n"),
        ("", "\n\nevent: done\ndata: forged\n\n", b"data: \ndata: \ndata: event: done\ndata: data: forged\ndata: \ndata: \n\n"),
        ("", "æ\ud800", "data: æ?\n\n".encode()),
    ],
)  # fmt: skip
def test_an_event_cannot_end_itself_or_begin_another(event: str, data: str, sent: bytes) -> None:
    assert event_bytes(event, data) == sent


Story = Callable[[Channel], Awaitable[Any]]


async def streamed(story: Story, send: Callable[[Message], Awaitable[None]]) -> Any:
    """Let a run be a story, and send what it tells; returns what came of it."""
    channel = Channel()
    channel.run_id = "r1"
    results: list[Any] = []

    async def run() -> Outcome:
        results.append(await story(channel))
        return Outcome("r1", "finished")

    called, leaving = asyncio.create_task(run()), asyncio.create_task(asyncio.Event().wait())
    answer = Streamed(called, channel, leaving, lambda outcome: json_reply(200, {"ended": outcome.run_id}))  # type: ignore[arg-type]
    await Streams(Events()).send(answer, send, with_origin=False)
    await called
    return results[0]


def test_while_nothing_happens_a_comment_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "QUIET_SECONDS", 0.01)
    commented = asyncio.Event()
    sent: list[bytes] = []

    async def send(message: Message) -> None:
        sent.append(message.get("body", b""))
        if message.get("body", b"").startswith(b":"):
            commented.set()

    async def story(channel: Channel) -> bool:
        await commented.wait()
        return await channel.tell("", "at last")

    assert asyncio.run(streamed(story, send)) is True
    assert sent[1].startswith(b": ")
    assert sent[-2:] == [b"data: at last\n\n", b'event: done\ndata: {"ended":"r1"}\n\n']


def test_who_reads_nothing_for_long_counts_as_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "PATIENCE_SECONDS", 0.01)

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    async def story(channel: Channel) -> list[bool]:
        return [await channel.tell("", "a"), channel.gone, await channel.tell("", "b")]

    assert asyncio.run(streamed(story, send)) == [False, True, False]


def test_a_step_that_is_given_up_takes_its_event_back() -> None:
    """As its `timeout` does, while the caller does not read."""

    async def told() -> bytes | None:
        channel = Channel()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await channel.tell("", "a")
        return channel.waiting()

    assert asyncio.run(told()) is None
