"""What callers may try with files and packed bodies, over real HTTP."""

from __future__ import annotations

import base64
import gzip
import socket
import zlib
from collections.abc import Iterator
from pathlib import Path

import httpx2
import psutil
import pytest

from tests.processes import Serving, serving
from tests.site import write_app

pytestmark = pytest.mark.on_sqlite("What is hostile here never comes to a database, and the server is the module's.")

APP = {
    "types/note.yaml": "fields: {text: text}\n",
    "workflows/keep.yaml": """
        auth: none
        parameters: {file: file}
        steps:
          - {do: return_data, with: {values: {file: =file}}}
        """,
    "workflows/attack.yaml": """
        auth: none
        ignore_privacy: yes
        parameters: {address: text}
        steps:
          - {do: save_file, as: copy, with: {url: =address, name: copy.txt}}
          - {do: return_data, with: {values: {file: =copy}}}
        """,
}

NAMES = [
    "../../../../tmp/evil.txt",
    "..\\..\\evil.txt",
    "/etc/passwd",
    "C:\\evil.txt",
    "a/../../evil.txt",
    "%2e%2e%2fevil.txt",
    "evil.txt\x00.png",
    "....//evil.txt",
    ".attached",
    "..",
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("hostile")
    with serving(write_app(folder / "app", APP), folder / "data") as one:
        yield one


def raw(server: Serving, target: str) -> bytes:
    """The answer to a GET whose target no client would send."""
    with socket.create_connection(("127.0.0.1", server.port), 10) as one:
        one.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode("latin-1"))
        answer = b""
        while piece := one.recv(65536):
            answer += piece
        return answer


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["json", "multipart"])
def test_the_name_of_a_file_names_no_place(server: Serving, name: str, form: str) -> None:
    with server.client() as client:
        if form == "json":
            contents = base64.b64encode(b"evil").decode()
            seen = client.post("keep", json={"file": {"filename": name, "contents": contents}})
        else:
            seen = client.post("keep", files={"file": (name, b"evil", "text/plain")})
    if seen.status_code != 200:
        assert seen.status_code == 400
        return
    address = seen.json()["response"]["file"]
    _, route, _, kept = address.split("/")
    assert (route, kept[:1] != ".", "/" in kept or "\\" in kept) == ("fileupload", True, False)
    assert httpx2.get(f"http://127.0.0.1:{server.port}{address}").content == b"evil"
    folders = {one.parent.parent for one in server.data.rglob("*") if one.is_file() and one.read_bytes() == b"evil"}
    assert folders == {server.data / "files" / "development"}
    assert not Path("/tmp/evil.txt").exists()


TARGETS = [
    "/fileupload/../../development.db",
    "/fileupload/..%2f..%2fdevelopment.db",
    "/fileupload/%2e%2e/%2e%2e/development.db",
    "/fileupload/f0000000000000x00000000000000000000000000000000/../../../development.db",
    "/fileupload/f0000000000000x00000000000000000000000000000000/..%2f..%2f..%2fdevelopment.db",
    "/fileupload/f0000000000000x00000000000000000000000000000000/..%5c..%5cdevelopment.db",
    "/fileupload//etc/passwd",
    "/fileupload/etc/passwd",
    "/fileupload/%00/a",
    "/version-test/fileupload/..%2f..%2fkey/key",
]


@pytest.mark.parametrize("target", TARGETS)
def test_no_address_leads_out_of_the_files(server: Serving, target: str) -> None:
    assert raw(server, target).split(b" ")[1] in (b"404", b"400")
    with server.client() as client:
        seen = client.post("attack", json={"address": target})
        assert seen.status_code == 400, seen.text
        assert "SQLite" not in seen.text


def test_a_packed_request_of_gigabytes_is_refused_and_takes_no_memory(server: Serving) -> None:
    packing = zlib.compressobj(9, wbits=31)
    block = bytes(16 << 20)
    sent = b"".join(packing.compress(block) for _ in range(5 * 1024 // 16)) + packing.flush()  # 5 GB in 5 MB
    process = psutil.Process(server.process.pid)
    before = process.memory_info().rss
    for body, headers in (
        (sent, {"Content-Encoding": "gzip"}),
        (gzip.compress(sent), {"Content-Encoding": "gzip, gzip"}),
    ):
        seen = httpx2.post(f"{server.url}keep", content=body, headers={**headers, "Content-Type": "application/json"})
        assert seen.status_code in (413, 415), seen.text
    grown = (process.memory_info().rss - before) >> 20
    assert grown < 150, f"{grown} MB"  # as much as `limits.request_bytes` lets a body have, twice
    with server.client() as client:
        assert client.post("keep", json={}).status_code == 400
