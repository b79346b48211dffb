"""How vendors sign what they send to a webhook: each scheme reads the signatures of a delivery, and makes the right one.

Pure: the moment is an argument. What is signed are the exact bytes of the body. Sources: the vendors' own pages
(Stripe "Verify webhook signatures", GitHub "Validating webhook deliveries", Shopify "Verify a webhook", Slack
"Verifying requests", Paddle "Verify webhook signatures", Twilio "Webhooks security", standardwebhooks.com).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol
from urllib.parse import parse_qs, parse_qsl, urlsplit

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from offpage.kernel.errors import Unauthorized

MOST_SIGNATURES: Final = 20
"""More signatures than this of one delivery are not looked at: vendors send one for each secret in use."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came in. `headers` by lower-case name, as bytes; `url` is the whole address that the sender called."""

    headers: Mapping[bytes, bytes]
    body: bytes
    url: str = ""

    def header(self, name: str) -> str:
        """The text of a header, or ""."""
        return self.headers.get(name.lower().encode("latin-1"), b"").decode("latin-1").strip()


@dataclass(frozen=True, slots=True)
class Claim:
    """What a delivery says of itself: its signatures as bytes, and when it was signed (as written; "": not said)."""

    signatures: Sequence[bytes]
    stamp: str = ""


class Scheme(Protocol):
    """One way to sign. `header` is where the signature stands; `is_dated`: the moment is signed, too."""

    @property
    def header(self) -> str:
        """The name of the header with the signature."""
        ...

    @property
    def is_dated(self) -> bool:
        """Whether the moment of signing is part of what is signed."""
        ...

    def claim(self, delivery: Delivery) -> Claim:
        """What the delivery says of itself; no signatures where it has none that can be read."""
        ...

    def right(self, secret: str, delivery: Delivery, claim: Claim) -> bytes | None:
        """The signature that the holder of a secret makes; None where nothing can be right."""
        ...


def check(scheme: Scheme, delivery: Delivery, secrets: Sequence[str], *, now: int, tolerance_ms: int) -> None:
    """Raise Unauthorized unless one of the secrets signed this delivery, and not too long ago."""
    claim = scheme.claim(delivery)
    if not claim.signatures or (scheme.is_dated and not claim.stamp):
        raise Unauthorized(f"This delivery is not signed: the header {scheme.header} is missing or cannot be read.")
    right = [made for secret in secrets if (made := scheme.right(secret, delivery, claim)) is not None]
    # All are compared, whichever fits: the time it takes tells nothing.
    fits = [hmac.compare_digest(one, given) for one in right for given in claim.signatures[:MOST_SIGNATURES]]
    if not any(fits):
        raise Unauthorized(f"The signature in the header {scheme.header} is not the signature of this body.")
    if scheme.is_dated and abs(now - int(claim.stamp) * 1000) > tolerance_ms:
        raise Unauthorized("This delivery was signed too long ago, or the clocks differ: it is outside the tolerance.")


@dataclass(frozen=True, slots=True)
class Hmac:
    """A keyed hash of the body, and perhaps of the moment.

    `separator`: the header has several parts (`t=…,v1=…`); `mark` and `stamp` are then the names of the parts with
    the signature and with the moment. Without it `mark` is what stands before the signature, `stamp` a header.
    """

    header: str
    algorithm: str = "sha256"
    encoding: str = "hex"
    mark: str = ""
    stamp: str = ""
    separator: str = ""
    signed: str = "{body}"

    @property
    def is_dated(self) -> bool:
        """Whether the moment of signing is part of what is signed."""
        return "{timestamp}" in self.signed

    def claim(self, delivery: Delivery) -> Claim:
        """What the delivery says of itself."""
        text = delivery.header(self.header)
        if not self.separator:
            given = [text.removeprefix(self.mark)] if text.startswith(self.mark) else []
            return Claim(self._read(given), _moment(delivery.header(self.stamp)) if self.stamp else "")
        parts = [part.strip().partition("=") for part in text.split(self.separator)]
        moments = [value for name, _, value in parts if name == self.stamp]
        return Claim(
            self._read([value for name, _, value in parts if name == self.mark]), _moment(moments[0] if moments else "")
        )

    def right(self, secret: str, delivery: Delivery, claim: Claim) -> bytes | None:
        """The signature that the holder of a secret makes."""
        before, _, after = self.signed.partition("{body}")
        content = b"".join(
            (
                before.replace("{timestamp}", claim.stamp).encode(),
                delivery.body,
                after.replace("{timestamp}", claim.stamp).encode(),
            )
        )
        return hmac.new(secret.encode(), content, self.algorithm).digest()

    def _read(self, given: Sequence[str]) -> list[bytes]:
        decode = bytes.fromhex if self.encoding == "hex" else _from_base64
        return [read for one in given if one and (read := _decoded(decode, one))]


@dataclass(frozen=True, slots=True)
class StandardWebhooks:
    """standardwebhooks.com, as Svix and many others have it: `webhook-…` headers, or `svix-…` as before."""

    header: str = "webhook-signature"
    is_dated: bool = True

    def claim(self, delivery: Delivery) -> Claim:
        """What the delivery says of itself."""
        given = (delivery.header(self.header) or delivery.header("svix-signature")).split(" ")
        pairs = [one.partition(",") for one in given]
        signatures = [read for kind, _, one in pairs if kind == "v1" and (read := _decoded(_from_base64, one))]
        stamp = delivery.header("webhook-timestamp") or delivery.header("svix-timestamp")
        return Claim(signatures, _moment(stamp))

    def right(self, secret: str, delivery: Delivery, claim: Claim) -> bytes | None:
        """The signature that the holder of a secret makes."""
        one = delivery.header("webhook-id") or delivery.header("svix-id")
        try:
            moment = datetime.fromtimestamp(int(claim.stamp), UTC)
            made = Webhook(secret).sign(one, moment, delivery.body.decode())
        except (ValueError, OverflowError, OSError, EmptyWebhookSecretError):  # no text, no moment, no key
            return None
        return base64.b64decode(made.partition(",")[2])


@dataclass(frozen=True, slots=True)
class Twilio:
    """The address that Twilio called, with the fields of the form in order; a JSON body by its hash in the address."""

    header: str = "X-Twilio-Signature"
    is_dated: bool = False

    def claim(self, delivery: Delivery) -> Claim:
        """What the delivery says of itself."""
        read = _decoded(_from_base64, delivery.header(self.header))
        return Claim([read] if read else [])

    def right(self, secret: str, delivery: Delivery, claim: Claim) -> bytes | None:
        """The signature that the holder of a secret makes."""
        text = delivery.url
        hashes = parse_qs(urlsplit(delivery.url).query).get("bodySHA256")
        if hashes:
            if not hmac.compare_digest(hashlib.sha256(delivery.body).hexdigest().encode(), hashes[0].lower().encode()):
                return None
        else:
            try:
                fields = parse_qsl(delivery.body.decode(), keep_blank_values=True)
            except ValueError:
                return None
            text += "".join(name + value for name, value in sorted(set(fields)))
        return hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()


SCHEMES: Final[Mapping[str, Scheme]] = {
    "stripe": Hmac("Stripe-Signature", mark="v1", stamp="t", separator=",", signed="{timestamp}.{body}"),
    "github": Hmac("X-Hub-Signature-256", mark="sha256="),
    "shopify": Hmac("X-Shopify-Hmac-Sha256", encoding="base64"),
    "slack": Hmac("X-Slack-Signature", mark="v0=", stamp="X-Slack-Request-Timestamp", signed="v0:{timestamp}:{body}"),
    "twilio": Twilio(),
    "paddle": Hmac("Paddle-Signature", mark="h1", stamp="ts", separator=";", signed="{timestamp}:{body}"),
    "standard_webhooks": StandardWebhooks(),
}
"""The vendors by the names that files use."""


def _from_base64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _decoded(decode: Callable[[str], bytes], text: str) -> bytes:
    """What a signature's text stands for, or b"" where it is none."""
    try:
        return decode(text)
    except (ValueError, binascii.Error):
        return b""


def _moment(text: str) -> str:
    """Seconds since 1970 as they were signed, or "" where the text is no such number."""
    return text if text.isascii() and text.isdigit() and len(text) <= 12 else ""
