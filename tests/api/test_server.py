"""The server on a real socket: pieces, bounds, stalls, and a stop that lets answers end."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest

from offpage.kernel.errors import AppError
from offpage.model.documents import Limits
from offpage.program.program import Parameter
from offpage.values.types import TEXT
from offpage.web.connection import LARGEST_HEAD, STALLED_SECONDS
from offpage.web.server import (
    MOST_OPEN_FILES,
    Binding,
    Server,
    allow_many_connections,
    make_server,
    new_loop,
    open_socket,
)
from tests.unit.web.making import MemoryEngine, answering, program, served, workflow

ECHO = workflow(Parameter("name", TEXT), uses_request=True)
LIMIT = 200_000
PATH = "/api/1.1/wf/order"


@dataclass
class Running:
    """A server in a thread of its own."""

    port: int
    server: Server
    loop: asyncio.AbstractEventLoop
    engine: MemoryEngine
    thread: threading.Thread
    sockets: list[socket.socket] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the workflow answers."""
        return f"http://127.0.0.1:{self.port}{PATH}"

    def connect(self) -> socket.socket:
        """A plain connection, closed at the end of the test."""
        self.sockets.append(socket.create_connection(("127.0.0.1", self.port), timeout=20))
        return self.sockets[-1]

    def in_loop(self, call: Any, *arguments: Any) -> Any:
        """Call something in the server's thread."""
        done: Future[Any] = Future()
        self.loop.call_soon_threadsafe(lambda: done.set_result(call(*arguments)))
        return done.result(20)


@contextlib.contextmanager
def running(engine: MemoryEngine, *, grace_seconds: int = 20) -> Iterator[Running]:
    """Serve an engine on a free port."""
    listener = open_socket("127.0.0.1", 0)
    ready = threading.Event()
    server = make_server(served(engine), Binding(grace_seconds=grace_seconds), ready=ready.set)
    loop = new_loop()

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(server.serve(sockets=[listener]))

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(20)
    here = Running(listener.getsockname()[1], server, loop, engine, thread)
    try:
        yield here
    finally:
        for one in here.sockets:
            one.close()
        server.stop()
        thread.join(30)
        assert not thread.is_alive()


@pytest.fixture
def web() -> Iterator[Running]:
    """A server whose one workflow takes a name."""
    engine = MemoryEngine(program(ECHO, limits=Limits(request_bytes=LIMIT)), answering(values={"ok": True}))
    with running(engine) as one:
        yield one


def answer(connection: socket.socket) -> tuple[int, dict[str, str], bytes]:
    """Read one answer from a connection."""
    # Unbuffered: what follows belongs to the next answer.
    with connection.makefile("rb", buffering=0) as file:
        status = int(file.readline().split()[1])
        headers: dict[str, str] = {}
        while line := file.readline().strip():
            name, _, value = line.decode().partition(": ")
            headers[name] = value
        body, length = b"", int(headers.get("content-length", 0))
        while len(body) < length:
            piece = file.read(length - len(body))
            assert piece, "the answer ends too early"
            body += piece
    return status, headers, body


def head(*lines: str) -> bytes:
    """A request's first line and headers."""
    return "\r\n".join([f"POST {PATH} HTTP/1.1", "Host: a", *lines, "", ""]).encode()


def test_many_requests_share_one_connection(web: Running) -> None:
    with httpx2.Client() as client:
        statuses = [client.post(web.url, json={"name": "A"}).status_code for _ in range(5)]
    assert statuses == [200] * 5
    assert len(web.engine.calls) == 5


def test_requests_sent_at_once_on_one_connection_are_answered_in_order(web: Running) -> None:
    connection = web.connect()
    bodies = [b'{"name": "A"}', b'{"name": 1, "x": ', b'{"name": "C"}']
    connection.sendall(b"".join(head(f"Content-Length: {len(body)}") + body for body in bodies))
    assert [answer(connection)[0] for _ in bodies] == [200, 400, 200]


def test_a_body_may_come_in_chunks_without_a_length(web: Running) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"name": '
        yield b'"' + b"x" * 100_000
        yield b'"}'

    assert httpx2.post(web.url, content=pieces(), headers={"Content-Type": "application/json"}).status_code == 200
    assert web.engine.calls[0].parameters == ["x" * 100_000]


def test_a_body_may_come_slowly(web: Running) -> None:
    connection = web.connect()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in head("Content-Length: 13") + b'{"name": "A"}':
        connection.sendall(bytes([byte]))
    assert answer(connection)[0] == 200


def test_a_caller_who_asks_before_sending_is_told_to_go_on(web: Running) -> None:
    connection = web.connect()
    connection.sendall(head("Content-Length: 13", "Expect: 100-continue"))
    assert connection.recv(100).startswith(b"HTTP/1.1 100 Continue")
    connection.sendall(b'{"name": "A"}')
    assert answer(connection)[0] == 200


@pytest.mark.parametrize("chunked", [False, True])
def test_a_caller_who_sends_too_much_gets_to_read_the_413(web: Running, chunked: bool) -> None:
    connection = web.connect()
    size = LIMIT * 3
    if chunked:
        connection.sendall(head("Transfer-Encoding: chunked") + b"%x\r\n" % size + b"x" * size + b"\r\n0\r\n\r\n")
    else:
        connection.sendall(head(f"Content-Length: {size}") + b"x" * size)
    status, headers, body = answer(connection)
    assert (status, headers["connection"], b"TOO_LARGE" in body) == (413, "close", True)
    assert connection.recv(1) == b""
    assert web.engine.calls == []


def test_a_413_comes_before_the_body_is_sent(web: Running) -> None:
    connection = web.connect()
    connection.sendall(head(f"Content-Length: {LIMIT + 1}"))
    assert answer(connection)[0] == 413


def test_a_head_that_is_too_large_is_a_431(web: Running) -> None:
    connection = web.connect()
    large = f"X-A: {'a' * 1000}\r\n" * (LARGEST_HEAD // 1000 + 1)
    connection.sendall(head()[:-2])
    httpx2.post(web.url, json={"name": "A"})  # by now the server has heard the first line
    connection.sendall(large.encode())
    assert answer(connection)[0] == 431
    assert len(web.engine.calls) == 1


def test_what_is_no_http_is_a_400_and_the_server_lives_on(web: Running) -> None:
    connection = web.connect()
    connection.sendall(b"\x16\x03\x01 hello\r\n\r\n")
    assert answer(connection)[0] == 400
    assert httpx2.post(web.url, json={"name": "A"}).status_code == 200


def test_a_caller_who_hangs_up_in_the_middle_runs_nothing(web: Running) -> None:
    connection = web.connect()
    connection.sendall(head("Content-Length: 100") + b'{"name": ')
    connection.close()
    assert httpx2.post(web.url, json={"name": "B"}).status_code == 200
    assert [call.parameters for call in web.engine.calls] == [["B"]]


@pytest.mark.parametrize("sent", [b"", b"POST /", head("Content-Length: 100") + b"{"])
def test_a_caller_who_stalls_is_hung_up_on(web: Running, sent: bytes) -> None:
    idle = web.connect()
    idle.sendall(head("Content-Length: 13") + b'{"name": "A"}')
    assert answer(idle)[0] == 200
    stalled = web.connect()
    stalled.sendall(sent)
    httpx2.post(web.url, json={"name": "A"})  # by now the server has heard the others
    later = web.loop.time() + STALLED_SECONDS + 1
    assert web.in_loop(web.server.sweep, web.loop.time()) == 0
    assert web.in_loop(web.server.sweep, later) >= 1
    assert stalled.recv(1) == b""
    idle.sendall(head("Content-Length: 13") + b'{"name": "A"}')
    assert answer(idle)[0] == 200


def test_the_server_does_not_tell_what_it_is(web: Running) -> None:
    headers = httpx2.post(web.url, json={"name": "A"}).headers
    assert "server" not in headers
    assert "date" in headers


class Waiting(MemoryEngine):
    """An engine whose runs wait until the test lets them end."""

    def __init__(self) -> None:
        super().__init__(program(ECHO), answering())
        self.begun = threading.Event()
        self.release = asyncio.Event()

    async def call(self, call: Any) -> Any:
        """Begin, and wait."""
        self.begun.set()
        await self.release.wait()
        return await super().call(call)


def test_a_stop_lets_requests_in_flight_end_and_takes_no_new_ones() -> None:
    engine = Waiting()
    with running(engine) as web:
        connection = web.connect()
        connection.sendall(head("Content-Length: 13") + b'{"name": "A"}')
        assert engine.begun.wait(20)
        stopping = threading.Event()

        async def watch() -> None:
            while web.server.servers and web.server.servers[0].is_serving():
                await asyncio.sleep(0)
            stopping.set()

        web.in_loop(web.server.stop)
        asyncio.run_coroutine_threadsafe(watch(), web.loop)
        assert stopping.wait(20)
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", web.port), timeout=20)
        web.in_loop(engine.release.set)
        status, headers, _ = answer(connection)
        assert (status, headers["connection"]) == (200, "close")
        web.thread.join(20)
        assert not web.thread.is_alive()


def test_a_stop_does_not_wait_for_ever() -> None:
    engine = Waiting()
    with running(engine, grace_seconds=1) as web:
        connection = web.connect()
        connection.sendall(head("Content-Length: 13") + b'{"name": "A"}')
        assert engine.begun.wait(20)
        web.in_loop(web.server.stop)
        status, headers, body = answer(connection)
        assert (status, headers["connection"]) == (503, "close")
        assert b"Idempotency-Key" in body
        web.thread.join(20)
        assert not web.thread.is_alive()


def test_as_many_connections_are_allowed_as_the_system_lets_us_have() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(500, before[0]), before[1]))
        allow_many_connections()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        assert (soft, hard) == (min(before[1], MOST_OPEN_FILES), before[1])
        allow_many_connections()
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == soft
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_a_port_that_is_taken_is_said_in_a_sentence() -> None:
    with open_socket("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(AppError, match=f"Port {port} of 127.0.0.1 cannot be used.*--port"):
            open_socket("127.0.0.1", port)


def test_an_address_of_another_machine_is_said_in_a_sentence() -> None:
    with pytest.raises(AppError, match=r"192\.0\.2\.1 cannot be used.*--host"):  # kept for documentation: nobody has it
        open_socket("192.0.2.1", 0)


def test_an_address_that_is_none_is_said_in_a_sentence() -> None:
    with pytest.raises(AppError, match="--host"):
        open_socket("no.such.host.invalid", 0)
