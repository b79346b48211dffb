"""What others may try: lead calls inside, unpack to gigabytes, begin another header."""

from __future__ import annotations

import resource
import socket
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from offpage.actions.outside import Services
from offpage.engine.calls import Outcome
from offpage.kernel.errors import OffpageError
from offpage.services.local_files import LocalFiles
from offpage.services.smtp import SmtpMail, SmtpServer
from tests.engine.conftest import Bench
from tests.other_api import Told, other_api
from tests.post_office import HOST, PostOffice, post_office

pytestmark = [
    pytest.mark.parametrize("open_database", ["sqlite"], indirect=True),  # it is not about the database
    pytest.mark.usefixtures("leaves_sockets"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

Make = Callable[..., Bench]

CALLS = {
    "app.yaml": "name: T\noutside: {allow: [allowed.test]}\n",
    "connectors/any.yaml": "calls:\n  get: {address: =url, parameters: {url: text}}\n",
    "workflows/call.yaml": "auth: none\nparameters: {url: text}\nsteps:\n  - {do: call_api, with: {call: any.get, parameters: {url: =url}}}\n",
    "workflows/save.yaml": "auth: none\nparameters: {url: text}\nsteps:\n  - {do: save_file, with: {url: =url}}\n",
}
WORKFLOWS = ("call", "save")


def ready(make: Make, tmp_path: Path) -> Bench:
    app = make(CALLS)
    app.restart(services=Services(files=LocalFiles(tmp_path / "files")))
    return app


def failure(outcome: Outcome) -> OffpageError:
    assert outcome.error is not None
    return outcome.error


@contextmanager
def names(monkeypatch: pytest.MonkeyPatch, found: Mapping[str, Sequence[str]]) -> Iterator[None]:
    """A name server of the test's own."""
    real = socket.getaddrinfo

    def lookup(host: Any, port: Any, *more: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in found:
            return real(host, port, *more, **named)
        return [one for address in found[name] for one in real(address, port, *more, **named)]

    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", lookup)
        yield


@pytest.mark.parametrize("workflow", WORKFLOWS)
@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "inside.test", "both.test"],
)  # fmt: skip
def test_a_redirect_leads_inside_in_no_way_of_writing(
    bench: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workflow: str, host: str
) -> None:
    """Each time the first address is allowed, and answers with a redirect to the host."""
    found = {"allowed.test": ["127.0.0.1"], "inside.test": ["127.0.0.1"], "both.test": ["::1", "127.0.0.1"]}
    with other_api() as first, other_api() as inside, names(monkeypatch, found):
        first.answer = lambda asked: Told(302, None, {"Location": f"http://{host}:{inside.port}/x"})
        error = failure(ready(bench, tmp_path).call(workflow, url=f"http://allowed.test:{first.port}/"))
        assert error.details["why"] == "not_allowed"
        assert error.details["answer_status"] == 302, "the first was asked, and may have done something"
        assert (len(first.asked), inside.asked) == (1, [])


@pytest.mark.parametrize("workflow", WORKFLOWS)
@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["10.0.0.1", "::1"], ["fe80::1"], ["::ffff:169.254.169.254"]])
def test_a_name_that_stands_for_addresses_inside_is_not_reached(
    bench: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workflow: str, addresses: list[str]
) -> None:
    with other_api() as inside, names(monkeypatch, {"public.test": addresses}):
        error = failure(ready(bench, tmp_path).call(workflow, url=f"http://public.test:{inside.port}/"))
        assert error.details["why"] == "not_allowed"
        assert "answer_status" not in error.details
        assert "public.test" in error.message
        assert inside.asked == []


# Gigabytes.


def packed_block(inner: Callable[[], bytes]) -> tuple[bytes, bytes]:
    """The head of a gzip stream, and a block of it that may be repeated for ever."""
    packing = zlib.compressobj(9, wbits=31)
    first = packing.compress(inner()) + packing.flush(zlib.Z_FULL_FLUSH)
    return first[:10], packing.compress(inner()) + packing.flush(zlib.Z_FULL_FLUSH)


@contextmanager
def bomb(encoding: str) -> Iterator[tuple[str, list[int]]]:
    """A server whose answer is small, and has more than five GB when it is unpacked; and how many pieces it got rid of."""
    megabytes = 16
    head, block = packed_block(lambda: bytes(megabytes << 20))
    if encoding.count("gzip") == 2:  # what is packed is itself a packed gigabyte
        inner_head, inner = head, block
        head, block = packed_block(lambda: inner_head + inner * 64)
    sent = [0]
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        one, _ = listening.accept()
        with one:
            one.recv(65536)
            one.sendall(f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nConnection: close\r\n\r\n".encode())
            try:
                one.sendall(head)
                for _ in range(5 * 1024 // megabytes):
                    one.sendall(block)
                    sent[0] += 1
            except OSError:
                pass

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://allowed.test:{listening.getsockname()[1]}/big.bin", sent
    finally:
        listening.close()
        thread.join()


@pytest.mark.parametrize("workflow", WORKFLOWS)
@pytest.mark.parametrize("encoding", ["gzip", "gzip, gzip"])
def test_five_gigabytes_packed_small_are_cut_off(
    bench: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workflow: str, encoding: str
) -> None:
    app = ready(bench, tmp_path)
    with bomb(encoding) as (url, sent), names(monkeypatch, {"allowed.test": ["127.0.0.1"]}):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        error = failure(app.call(workflow, url=url))
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    assert error.details["why"] == "too_large"
    assert grown < 100, f"{grown} MB"  # 50 MB of an answer may be in memory, and as much again while it is put together
    if encoding == "gzip":  # (what is packed twice is so small that it fits into the buffers on the way)
        assert sent[0] < 5 * 1024 // 16
    assert [one for one in (tmp_path / "files").rglob("*") if one.is_file()] == []


# Headers.


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as found:
        yield found


MAIL = """
auth: none
ignore_privacy: yes
parameters: {to: text, subject: text, name: text, reply: text, file: {type: file, optional: yes}}
steps:
  - do: send_email
    with: {to: =to, cc: =reply, subject: =subject, body: x, from_name: =name, reply_to: =reply, attachments: =file}
"""
EVIL = ["\r\nBcc: eve@evil.test", "\nBcc: eve@evil.test", "\rBcc: eve@evil.test", "\r\n\r\nBcc: eve@evil.test", "\x0bBcc: eve@evil.test", "\u2028Bcc: eve@evil.test", "\x00\r\n.\r\nMAIL FROM:<a@b.test>"]  # fmt: skip


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("where", ["to", "subject", "name", "reply", "file"])
def test_no_property_of_a_mail_begins_another_header(
    bench: Make, office: PostOffice, tmp_path: Path, evil: str, where: str
) -> None:
    app = bench({"app.yaml": "name: Shop\nemail: {from: Shop <no-reply@shop.test>}\n", "workflows/send.yaml": MAIL})
    files = LocalFiles(tmp_path / "files")
    mail = SmtpMail(SmtpServer(HOST, office.port, security="none", seconds=5))
    app.restart(services=replace(app.around.services, mail=mail, files=files))
    given = {"to": "ada@shop.test", "subject": "Hi", "name": "The shop", "reply": "bo@shop.test"}
    if where == "file":
        given["file"] = files.keep(f"a{evil}.txt", b"x", 0)
    else:
        given[where] += evil
    outcome = app.call("send", **given)
    if outcome.error is not None:  # an address that is none is refused
        assert where in ("to", "reply")
        assert office.got == []
        return
    (one,) = office.got
    assert set(one.recipients) == {"ada@shop.test", "bo@shop.test"}
    assert one.mail["Bcc"] is None
    assert [name for name in one.mail if name.lower() not in KNOWN] == []
    assert [part for part in one.mail.iter_parts() if part["Bcc"]] == []


KNOWN = frozenset(
    {"from", "to", "cc", "subject", "date", "message-id", "reply-to", "mime-version", "content-type",
     "content-transfer-encoding", "x-peer", "x-mailfrom", "x-rcptto"}
)  # fmt: skip
