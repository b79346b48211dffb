"""Each sender's webhooks, signed as its own library signs, through the whole server: let in, tampered, stale, repeated."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from offpage.services.signatures import SCHEMES
from tests.asgi import Seen
from tests.site import Served, play
from tests.unit.services.test_signatures import BODY, KEYS, MAKERS, NOW, SECRET, URL, ask, hexed
from tests.until import until

Made = tuple[dict[str, str], bytes]

VERIFY = {
    "hmac": "{type: hmac, secret: =secret.HOOK, header: X-Sign, prefix: 'v1=', timestamp: X-Time, signed: '{timestamp}.{body}'}",
    "twilio": f"{{type: twilio, secret: =secret.HOOK, url: '{URL}'}}",
}


def own(at: int) -> Made:
    """What a sender sends that is none of the known ones."""
    return {"X-Sign": f"v1={hexed(b'%d.%s' % (at, BODY))}", "X-Time": str(at)}, BODY


SENDERS: dict[str, Callable[[int], Made]] = {**MAKERS, "hmac": own}
DATED = {"hmac", *(kind for kind, scheme in SCHEMES.items() if scheme.is_dated)}


@pytest.mark.parametrize("ack", ["first", "last"])
@pytest.mark.parametrize("kind", sorted(SENDERS))
def test_a_sender_is_let_in_and_nobody_else(tmp_path: Path, kind: str, ack: str) -> None:
    secret = KEYS.get(kind, SECRET)
    files = {
        ".env": f'HOOK="{secret}"\n',
        "types/event.yaml": "fields: {body: text}\n",
        "workflows/paid.yaml": f"""
            verify: {VERIFY.get(kind, f"{{type: {kind}, secret: =secret.HOOK}}")}
            dedupe: =request.raw
            ack: {ack}
            ignore_privacy: yes
            steps:
              - {{do: create_thing, with: {{type: event, set: {{body: =request.raw}}}}}}
            """,
    }
    type_of = "application/x-www-form-urlencoded" if kind == "twilio" else "application/json"

    async def story(served: Served) -> None:
        async def send(headers: dict[str, str], body: bytes) -> Seen:
            return await served.ask("POST", "paid", body=body, headers={**headers, "content-type": type_of})

        now = int(time.time())
        headers, body = SENDERS[kind](now)
        nothing = {"event": 0, "op_runs": 0, "op_queue": 0, "op_deliveries": 0}
        tampered = body.replace(b"e", b"3", 1)
        assert (await send(headers, tampered)).status == 401
        assert (await send({}, body)).status == 401
        if kind in DATED:
            for at in (now - 310, now + 320):
                assert (await send(*SENDERS[kind](at))).status == 401
        assert served.counts(*nothing) == nothing, "what is refused leaves nothing"

        assert (await send(headers, body)).status == 200
        for _ in range(2):  # each time signed anew, as senders do
            assert (await send(*SENDERS[kind](now + 1))).status == 200
        await until(lambda: served.counts("event", "op_queue") == {"event": 1, "op_queue": 0})
        assert served.count("op_runs") == 1
        assert served.database.read(lambda tx: tx.rows("SELECT body FROM t_event"))[0][0] == body.decode()
        assert served.count("op_deliveries") == 3, "each is kept"

    play(tmp_path, files, story)


@pytest.mark.parametrize("kind", sorted(SCHEMES))
def test_all_signatures_are_compared_whichever_fits_and_in_constant_time(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[bytes, bytes]] = []
    compare = hmac.compare_digest

    def counting(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return compare(one, other)

    monkeypatch.setattr("offpage.services.signatures.hmac.compare_digest", counting)
    headers, body = MAKERS[kind](NOW)
    right = KEYS.get(kind, SECRET)
    ask(kind, headers, body, right, right, right)
    assert len(compared) % 3 == 0
    assert len(compared) >= 3, "the first fits, and the others are looked at all the same"
