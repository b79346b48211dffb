"""Webhooks come in: only what is signed, exactly as it was sent."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import time
from pathlib import Path

import pytest

from tests.asgi import Seen
from tests.site import Served, play

APP = {
    ".env": "HOOK=first\nNEXT=second\nUNSET=\n",
    "types/event.yaml": "fields: {body: text}\n",
    "workflows/plain.yaml": """
        verify: {type: github, secret: [=secret.HOOK, =secret.NEXT]}
        ignore_privacy: yes
        steps:
          - {do: create_thing, with: {type: event, set: {body: =request.raw}}}
          - {do: return_data, with: {values: {raw: =request.raw, id: =request.body.id}}}
        """,
    "workflows/dated.yaml": """
        verify: {type: stripe, secret: =secret.HOOK, tolerance: 1 minute}
        steps: []
        """,
    "workflows/phone.yaml": """
        verify: {type: twilio, secret: =secret.HOOK}
        parameters: {Body: text}
        steps:
          - {do: return_data, with: {values: {body: =Body}}}
        """,
    "workflows/unset.yaml": """
        verify: {type: github, secret: =secret.UNSET}
        steps: []
        """,
    "workflows/both.yaml": """
        auth: admin
        verify: {type: github, secret: =secret.HOOK}
        steps: []
        """,
}
ODD = b'{ "id":  7,\r\n"n": 1.10, "note": "Gr\xc3\xbc\xc3\x9fe" }\n'


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (ODD, ODD.decode()),
        (b'\xef\xbb\xbf{"id": 7}', '\ufeff{"id": 7}'),
        (b"note=\xe9", None),
        (b"note=\x00", None),
        (b"", None),
    ],
)
def test_the_body_in_expressions_is_what_came_or_nothing(tmp_path: Path, body: bytes, text: str | None) -> None:
    flow = """
        auth: none
        steps:
          - {do: return_data, with: {values: {raw: =request.raw, bytes: =request.raw_base64}}}
        """

    async def story(served: Served) -> None:
        headers = {"content-type": "text/plain"}
        for more in ({}, {"prefer": "respond-async"}):
            seen = await served.ask("POST", "show", body=body, headers=headers | more)
            if more:  # through the database and back
                async with asyncio.timeout(20):
                    while "answer" not in (
                        told := (await served.ask("GET", seen.headers["location"])).json["response"]
                    ):
                        await asyncio.sleep(0.01)
                found = told["answer"]["response"]
            else:
                assert seen.status == 200
                found = seen.json["response"]
            assert found.get("raw") == text
            assert base64.b64decode(found.get("bytes") or "") == body

    play(tmp_path, {"workflows/show.yaml": flow}, story)


def github(body: bytes, key: bytes = b"first") -> dict[str, str]:
    return {"x-hub-signature-256": "sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest()}


def test_only_what_is_signed_runs(tmp_path: Path, database_url: str) -> None:
    async def story(served: Served) -> None:
        async def send(body: bytes, headers: dict[str, str]) -> Seen:
            return await served.ask("POST", "plain", body=body, headers=headers)

        for key in (b"first", b"second"):
            seen = await send(ODD, github(ODD, key))
            assert (seen.status, seen.json["response"]) == (200, {"raw": ODD.decode(), "id": 7})
        assert served.counts("event", "op_runs") == {"event": 2, "op_runs": 2}
        for headers in ({}, github(ODD, b"third"), github(ODD.strip())):
            seen = await send(ODD, headers)
            assert (seen.status, "id" in seen.json) == (401, False)
        assert (await send(b"{broken", github(ODD))).status == 401, "nothing is read of what is not signed"
        assert (await send(b"{broken", github(b"{broken", b"first"))).status == 400
        pieces = await served.ask("POST", "plain", body=[ODD[:5], ODD[5:]], headers=github(ODD))
        assert pieces.status == 200
        latin = b"note=\xe9"
        assert (await send(latin, github(latin))).status == 200, "bytes that are no UTF-8 are verified as they are"
        assert served.counts("event", "op_runs") == {"event": 4, "op_runs": 4}

    play(tmp_path, APP, story, database_url)


def test_a_delivery_is_refused_when_it_is_old(tmp_path: Path) -> None:
    def stripe(at: int, body: bytes) -> dict[str, str]:
        return {"stripe-signature": f"t={at},v1={hmac.new(b'first', b'%d.%s' % (at, body), 'sha256').hexdigest()}"}

    async def story(served: Served) -> None:
        now = int(time.time())
        for at, status in ((now, 200), (now - 50, 200), (now - 70, 401), (now + 70, 401)):
            seen = await served.ask("POST", "dated", body=b"{}", headers=stripe(at, b"{}"))
            assert seen.status == status, at

    play(tmp_path, APP, story)


def test_the_address_that_twilio_signs_is_the_public_one(tmp_path: Path) -> None:
    from twilio.request_validator import RequestValidator

    async def story(served: Served) -> None:
        place = "/version-test/api/1.1/wf/phone?from=a%20b"
        signature = RequestValidator("first").compute_signature("http://app.test" + place, {"Body": "hi"})
        headers = {"x-twilio-signature": signature, "content-type": "application/x-www-form-urlencoded"}
        seen = await served.ask("POST", place, body=b"Body=hi", headers=headers)
        assert (seen.status, seen.json["response"]) == (200, {"body": "hi"})
        assert (await served.ask("POST", place + "c", body=b"Body=hi", headers=headers)).status == 401

    play(tmp_path, APP, story)


def test_without_its_secret_nothing_comes_in(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        for key in (b"", b"first"):
            seen = await served.ask("POST", "unset", body=b"{}", headers=github(b"{}", key))
            assert seen.status == 500
            assert "secret is not set" in seen.body.decode()

    play(tmp_path, APP, story)


def test_a_signature_does_not_log_anybody_in(tmp_path: Path) -> None:
    async def story(served: Served) -> None:
        secret, _ = served.token()
        token = {"authorization": f"Bearer {secret}"}
        for headers, status in ((github(b"{}"), 401), (token, 401), (github(b"{}") | token, 200)):
            assert (await served.ask("POST", "both", body=b"{}", headers=headers)).status == status

    play(tmp_path, APP, story)
