"""Signatures of webhooks: made by the vendors' own libraries or taken from their pages, then tampered with."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook as StandardWebhook
from starlette.datastructures import QueryParams
from stripe import WebhookSignature
from svix.webhooks import Webhook as SvixWebhook
from twilio.request_validator import RequestValidator

from offpage.kernel.errors import Unauthorized
from offpage.services.signatures import SCHEMES, Delivery, Hmac, check

NOW = 1_700_000_123
BODY = '{"id": "evt_1", "note": "Grüße  "}'.encode()
URL = "https://shop.test/api/1.1/wf/paid?x=1"
FORM = b"From=%2B4712&Body=hi+there&Empty=&MediaUrl=b&MediaUrl=a"
KEYS = {"standard_webhooks": "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()}
SECRET = "It's a Secret to Everybody"

Made = tuple[dict[str, str], bytes]


def hexed(text: bytes, kind: str = "sha256") -> str:
    return hmac.new(SECRET.encode(), text, kind).hexdigest()


def stripe(at: int) -> Made:
    signature = WebhookSignature._compute_signature(f"{at}.{BODY.decode()}", SECRET)
    return {"Stripe-Signature": f"t={at},v0=00,v1={signature}"}, BODY


def github(at: int) -> Made:
    return {"X-Hub-Signature-256": f"sha256={hexed(BODY)}"}, BODY


def shopify(at: int) -> Made:
    return {
        "X-Shopify-Hmac-Sha256": base64.b64encode(hmac.new(SECRET.encode(), BODY, hashlib.sha256).digest()).decode()
    }, BODY


def slack(at: int) -> Made:
    signature = hexed(b"v0:%d:%s" % (at, BODY))
    return {"X-Slack-Signature": f"v0={signature}", "X-Slack-Request-Timestamp": str(at)}, BODY


def paddle(at: int) -> Made:
    return {"Paddle-Signature": f"ts={at};h1={hexed(b'%d:%s' % (at, BODY))}"}, BODY


def twilio(at: int) -> Made:
    params = QueryParams(FORM.decode())
    return {"X-Twilio-Signature": RequestValidator(SECRET).compute_signature(URL, params)}, FORM


def standard_webhooks(at: int) -> Made:
    signature = SvixWebhook(KEYS["standard_webhooks"]).sign("msg_1", datetime.fromtimestamp(at, UTC), BODY.decode())
    return {"webhook-id": "msg_1", "webhook-timestamp": str(at), "webhook-signature": f"v1,AAAA {signature}"}, BODY


MAKERS = {one.__name__: one for one in (stripe, github, shopify, slack, paddle, twilio, standard_webhooks)}


def ask(kind: str, headers: dict[str, str], body: bytes, *secrets: str, now: int = NOW, url: str = URL) -> None:
    given = {name.lower().encode(): value.encode() for name, value in headers.items()}
    known = secrets or (KEYS.get(kind, SECRET),)
    check(SCHEMES[kind], Delivery(given, body, url), known, now=now * 1000, tolerance_ms=300_000)


@pytest.mark.parametrize("kind", SCHEMES)
def test_what_the_vendor_signed_is_let_in(kind: str) -> None:
    headers, body = MAKERS[kind](NOW)
    ask(kind, headers, body)
    ask(kind, headers, body, "another", KEYS.get(kind, SECRET))


@pytest.mark.parametrize("kind", SCHEMES)
def test_what_is_not_exactly_what_was_signed_is_refused(kind: str) -> None:
    headers, body = MAKERS[kind](NOW)
    for wrong in (body + b" ", body[:-1], body.replace(b"e", b"E", 1), body + b"\xff", b""):
        with pytest.raises(Unauthorized, match="not the signature"):
            ask(kind, headers, wrong)
    with pytest.raises(Unauthorized):
        ask(kind, headers, body, KEYS.get(kind, "") + "QUJD")
    for name, value in headers.items():
        for other in ("", "v1,", "sha256=", "t=1,v1=zz", "Ünicode", value[:-6], value[:-8] + "00000000"):
            with pytest.raises(Unauthorized):
                ask(kind, headers | {name: other}, body)


@pytest.mark.parametrize("kind", [kind for kind, scheme in SCHEMES.items() if scheme.is_dated])
def test_what_was_signed_too_long_ago_or_in_the_future_is_refused(kind: str) -> None:
    ask(kind, *MAKERS[kind](NOW - 300))
    for at in (NOW - 301, NOW + 301):
        with pytest.raises(Unauthorized, match="tolerance"):
            ask(kind, *MAKERS[kind](at))
    headers, body = MAKERS[kind](NOW - 400)
    fresh = {name: value.replace(str(NOW - 400), str(NOW)) for name, value in headers.items()}
    with pytest.raises(Unauthorized, match="not the signature"):
        ask(kind, fresh, body)


def test_the_example_of_github() -> None:
    signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    ask("github", {"X-Hub-Signature-256": signature}, b"Hello, World!")


def test_svix_headers_and_the_standard_library_are_the_same() -> None:
    signature = StandardWebhook(KEYS["standard_webhooks"]).sign("m", datetime.fromtimestamp(NOW, UTC), "{}")
    ask("standard_webhooks", {"svix-id": "m", "svix-timestamp": str(NOW), "svix-signature": signature}, b"{}")
    for key in ("", "whsec_", "no base64 é"):
        with pytest.raises(Unauthorized):
            ask(
                "standard_webhooks",
                {"svix-id": "m", "svix-timestamp": str(NOW), "svix-signature": signature},
                b"{}",
                key,
            )


def test_twilio_signs_the_address_and_the_hash_of_json() -> None:
    url = f"{URL}&bodySHA256={hashlib.sha256(BODY).hexdigest()}"
    headers = {"X-Twilio-Signature": RequestValidator(SECRET).compute_signature(url, {})}
    ask("twilio", headers, BODY, url=url)
    for wrong in ((BODY + b" ", url), (BODY, url + "&more=1"), (BODY, URL)):
        with pytest.raises(Unauthorized):
            ask("twilio", headers, wrong[0], url=wrong[1])


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha512"])
@pytest.mark.parametrize("encoding", ["hex", "base64"])
def test_a_hash_of_the_senders_own_kind(algorithm: str, encoding: str) -> None:
    scheme = Hmac("X-Sign", algorithm, encoding, "it=", "X-Time", signed="a:{body}:{timestamp}:z")
    digest = hmac.new(b"k", b"a:\xff\x00{timestamp}:%d:z" % NOW, algorithm).digest()
    text = digest.hex() if encoding == "hex" else base64.b64encode(digest).decode()
    headers = {b"x-sign": f"it={text}".encode(), b"x-time": str(NOW).encode()}
    check(scheme, Delivery(headers, b"\xff\x00{timestamp}"), ["k"], now=NOW * 1000, tolerance_ms=1)
    with pytest.raises(Unauthorized):
        check(scheme, Delivery(headers, b"\xff\x01{timestamp}"), ["k"], now=NOW * 1000, tolerance_ms=1)
