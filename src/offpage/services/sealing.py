"""Sealing: what a waiting run holds in secret lies in the database encrypted, with a key that lies beside it.

AES-256 with GCM, under a key derived (HKDF-Expand of RFC 5869) from the installation's own. The nonce is random: up to
2^32 texts, at 1,000 a second seven weeks without a pause, two of them are the same with a chance below 2^-32.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Final

from offpage.kernel.errors import KeyLost

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
MARK: Final = "sealed:1:"
"""What a sealed text begins with. JSON never does, nor does the id of a thing."""

_ABOUT: Final = b"offpage sealed 1"


def is_sealed(text: str) -> bool:
    """Whether a text must be opened before it can be read."""
    return text.startswith(MARK)


class Sealing:
    """Seals texts and opens them, with one key of 32 bytes."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.holds_secret: Callable[[str], bool] = lambda text: False
        """Whether a JSON text may hold a secret of the app; whoever knows these sets it."""

    def derived(self, purpose: str) -> bytes:
        """Another key, for another purpose: it tells nothing about this one."""
        return hmac.digest(self._key, f"offpage {purpose}".encode() + b"\x01", "sha256")

    @property
    def check(self) -> str:
        """A text by which a database knows the key again."""
        return self.derived("check").hex()

    def seal(self, text: str) -> str:
        """A text that only this key opens."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        closed = self._cipher.encrypt(nonce, text.encode("utf-8", "surrogatepass"), _ABOUT)
        return MARK + base64.b64encode(nonce + closed).decode()

    def kept(self, text: str, *, secret: bool) -> str:
        """A JSON text as it is kept: sealed if it is `secret`, or holds a secret of the app."""
        return self.seal(text) if secret or self.holds_secret(text) else text

    def open(self, text: str) -> str:
        """What was sealed; a text that is not sealed as it is. Raises KeyLost where this key does not open it."""
        if not is_sealed(text):
            return text
        from cryptography.exceptions import InvalidTag

        try:
            raw = base64.b64decode(text[len(MARK) :], validate=True)
            opened: bytes = self._cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _ABOUT)
        except (InvalidTag, ValueError, binascii.Error) as error:
            raise KeyLost from error
        return opened.decode("utf-8", "surrogatepass")

    @cached_property
    def _cipher(self) -> AESGCM:
        # Only now: most apps seal nothing, and the import takes a while.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(self.derived("sealing"))


def own_sealing() -> Sealing:
    """With a key that this process alone knows."""
    return Sealing(secrets.token_bytes(KEY_BYTES))
