"""A body with `Content-Encoding`: unpacked, within the limit of its size; or refused in words that say why."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.asgi import Seen
from tests.site import Served, play

APP = {
    "app.yaml": "name: Packed\nlimits: {request_bytes: 20000}\napi: {data: yes}\n",
    "types/note.yaml": "api: yes\nfields: {name: text}\nprivacy: {everyone: {find: yes, view: all}}\n",
    "workflows/hello.yaml": """
        auth: none
        parameters: {name: text}
        steps:
          - do: return_data
            with: {values: {name: =name, raw: =request.raw}}
        """,
}
BODY = json.dumps({"name": "Ada"}).encode()


def packed_raw(data: bytes) -> bytes:
    """Deflate without the wrapping of zlib, as some clients send it."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def answers(folder: Path, *requests: tuple[str, bytes, Mapping[str, str]]) -> list[Seen]:
    async def story(served: Served) -> list[Seen]:
        kind = {"Content-Type": "application/json"}
        return [
            await served.ask("POST", address, body=body, headers={**kind, **headers})
            for address, body, headers in requests
        ]

    return play(folder, APP, story)


def encoded(word: str) -> dict[str, str]:
    return {"Content-Encoding": word}


@pytest.mark.parametrize(
    ("word", "sent"),
    [
        ("gzip", gzip.compress(BODY)),
        ("x-gzip", gzip.compress(BODY)),
        ("GZIP", gzip.compress(BODY)),
        ("gzip", gzip.compress(BODY[:5]) + gzip.compress(BODY[5:])),
        ("deflate", zlib.compress(BODY)),
        ("deflate", packed_raw(BODY)),
        ("gzip", BODY),  # a proxy has unpacked it, and left the header
        ("identity", BODY),
        ("utf-8", BODY),  # what is meant is a charset
    ],
    ids=["gzip", "x-gzip", "capitals", "two-members", "deflate", "raw-deflate", "unpacked", "identity", "charset"],
)
def test_a_packed_body_is_read_as_what_is_in_it(tmp_path: Path, word: str, sent: bytes) -> None:
    (seen,) = answers(tmp_path, ("hello", sent, encoded(word)))
    assert (seen.status, seen.json) == (200, {"status": "success", "response": {"name": "Ada", "raw": BODY.decode()}})


def test_the_data_api_unpacks_too(tmp_path: Path) -> None:
    async def story(served: Served) -> Seen:
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {served.token()[0]}",
            **encoded("gzip"),
        }
        return await served.ask("POST", "/api/1.1/obj/note", body=gzip.compress(BODY), headers=headers)

    assert play(tmp_path, APP, story).status == 201


@pytest.mark.parametrize(
    ("word", "sent", "status", "code", "words"),
    [
        ("br", b"\x0b\x02\x80{}\x03", 415, "UNSUPPORTED_ENCODING", ": br`"),
        ("gzip, br", gzip.compress(BODY), 415, "UNSUPPORTED_ENCODING", ": gzip, br`"),
        ("gzip", gzip.compress(BODY)[:-9], 400, "INVALID_BODY", "ends too early"),
        ("gzip", gzip.compress(BODY)[:-8] + bytes(8), 400, "INVALID_BODY", "cannot be unpacked"),
        ("gzip", gzip.compress(BODY) + gzip.compress(BODY)[:6], 400, "INVALID_BODY", "ends too early"),
        ("gzip", gzip.compress(b" ") * 21, 400, "INVALID_BODY", "more than 20 pieces"),
        ("gzip", gzip.compress(b" " * 20_001), 413, "TOO_LARGE", "20,000 bytes"),
        ("gzip", gzip.compress(b" " * 19_000) * 2, 413, "TOO_LARGE", "20,000 bytes"),
        ("deflate", zlib.compress(b" " * 10_000_000), 413, "TOO_LARGE", "20,000 bytes"),
    ],
    ids=["br", "two", "cut", "nonsense", "second-cut", "pieces", "large", "large-together", "bomb"],
)
def test_what_cannot_be_unpacked_is_refused(
    tmp_path: Path, word: str, sent: bytes, status: int, code: str, words: str
) -> None:
    (seen,) = answers(tmp_path, ("hello", sent, encoded(word)))
    body: dict[str, Any] = seen.json["body"]
    assert (seen.status, body["status"]) == (status, code)
    assert words in body["message"]


def test_an_idempotency_key_goes_by_what_is_in_the_body(tmp_path: Path) -> None:
    key = {"Idempotency-Key": "k"}
    first, again = answers(tmp_path, ("hello", BODY, key), ("hello", gzip.compress(BODY), {**key, **encoded("gzip")}))
    assert (again.status, again.json) == (first.status, first.json)
    assert again.headers["idempotent-replayed"] == "true"
