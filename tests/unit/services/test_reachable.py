"""What a call may reach."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from offpage.kernel.errors import OutsideFailed
from offpage.services.http import HttpClient, HttpRequest
from offpage.services.reachable import Reachable
from tests.other_api import other_api

pytestmark = [
    pytest.mark.usefixtures("leaves_sockets"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

INSIDE = [
    "127.0.0.1", "127.255.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.2.1",
    "224.0.0.1", "255.255.255.255", "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::1",
    "2001:0:7f00:1::1", "2001:db8::1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700::1111", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_inside_is_not_reached(address: str) -> None:
    assert not Reachable().may("x.test", address)
    assert Reachable(everything=True).may("x.test", address)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_is_reached(address: str) -> None:
    assert Reachable().may("x.test", address)


@pytest.mark.parametrize(
    ("allow", "host", "address", "may"),
    [
        ("10.1.0.0/16", "x.test", "10.1.2.3", True),
        ("10.1.0.0/16", "x.test", "10.2.0.1", False),
        ("billing.internal", "billing.internal", "10.2.0.1", True),
        ("billing.internal", "Billing.Internal.", "10.2.0.1", True),
        ("billing.internal", "evil.billing.internal", "10.2.0.1", False),
        ("*.internal", "a.b.internal", "10.2.0.1", True),
        ("*.internal", "internal", "10.2.0.1", False),
        ("*.internal", "notinternal", "10.2.0.1", False),
        ("::1", "x.test", "::1", True),
    ],
)
def test_what_is_allowed_is_added(allow: str, host: str, address: str, may: bool) -> None:
    assert Reachable(allow=(allow,)).may(host, address) is may


def test_a_name_is_resolved_once_and_what_was_looked_at_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that gives an allowed address first and another one afterwards gains nothing."""
    answers = iter(["127.0.0.1", "127.0.0.66"])
    asked: list[str] = []
    real = socket.getaddrinfo

    def lookup(host: Any, port: Any, *more: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name != "rebinding.test":
            return real(host, port, *more, **named)
        asked.append(name)
        return real(next(answers), port, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)

    async def story(url: str) -> tuple[int, str]:
        client = HttpClient()
        try:
            first = await client.send(HttpRequest("GET", url, reachable=Reachable(allow=("127.0.0.1",))))
            await client.close()
            try:
                await client.send(HttpRequest("GET", url, reachable=Reachable(allow=("127.0.0.1",))))
            except OutsideFailed as error:
                return first.status, str(error.details["why"])
            return first.status, ""
        finally:
            await client.close()

    with other_api() as api:
        url = f"http://rebinding.test:{api.port}/"
        assert asyncio.run(story(url)) == (200, "not_allowed")
    assert asked == ["rebinding.test"] * 2
    assert len(api.asked) == 1


def test_only_so_many_calls_are_under_way_to_one_host() -> None:
    import threading

    from tests.other_api import Asked, Told

    now, most, lock = 0, 0, threading.Lock()
    barrier = threading.Barrier(3)

    def answer(asked: Asked) -> Told:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        barrier.wait(10)  # three must be there together for any to be answered
        with lock:
            now -= 1
        return Told(200)

    async def story(url: str) -> None:
        client = HttpClient()
        request = HttpRequest("GET", url, reachable=Reachable(everything=True), at_once=3)
        await asyncio.gather(*(client.send(request) for _ in range(12)))
        await client.close()

    with other_api() as api:
        api.answer = answer
        asyncio.run(story(api.url))
    assert (len(api.asked), most) == (12, 3)
