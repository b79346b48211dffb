"""Passwords: hashed with Argon2id, compared in a time that tells nothing, measured against the app's policy.

Hashing takes tens of milliseconds on purpose; call it in a thread, and never while a transaction is open.
"""

from __future__ import annotations

import base64
import re
import secrets
import unicodedata
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from offpage.kernel.errors import WeakPassword
from offpage.model.documents import PasswordPolicy

TIME_COST: Final = 2
MEMORY_KIB: Final = 19_456
PARALLELISM: Final = 1
"""The second of OWASP's equivalent choices for Argon2id: 19 MiB and two passes, so that a small server can do several at once."""

LONGEST: Final = 1_000
"""Most characters of a password."""

LENGTH_OF_TEMPORARY: Final = 14

_HASHER: Final = PasswordHasher(
    time_cost=TIME_COST, memory_cost=MEMORY_KIB, parallelism=PARALLELISM, hash_len=32, salt_len=16, type=Type.ID
)


def _coded(size: int) -> str:
    return base64.b64encode(bytes(size)).decode().rstrip("=")


NOBODYS: Final = f"$argon2id$v=19$m={MEMORY_KIB},t={TIME_COST},p={PARALLELISM}${_coded(16)}${_coded(32)}"
"""A hash that no password has; comparing with it takes as long as with anybody's."""

_SYMBOL: Final = re.compile(r"[^a-zA-Z\d\s:]")
_LETTERS: Final = "abcdefghijkmnpqrstuvwxyz"
_CAPITALS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS: Final = "23456789"
_SYMBOLS: Final = "!#%+-=?@"
"""Characters of temporary passwords: none looks like another."""


def hash_password(password: str) -> str:
    """The hash of a password, with its salt and its costs in it. Slow."""
    return _HASHER.hash(_normal(password))


def is_password(password_hash: str | None, password: str) -> bool:
    """Whether this is the password. Equally slow whether there is a hash or not."""
    too_long = len(password) > LONGEST
    try:
        _HASHER.verify(password_hash or NOBODYS, b"" if too_long else _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None and not too_long


def is_outdated(password_hash: str) -> bool:
    """Whether a hash was made with other costs than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def check_policy(policy: PasswordPolicy, password: str) -> None:
    """Raise WeakPassword, naming everything that is missing at once."""
    if len(password) > LONGEST:
        raise WeakPassword(f"A password can have {LONGEST:,} characters at most.")
    missing = []
    if len(password) < policy.min_length:
        missing.append(f"at least {policy.min_length} characters")
    if policy.digit and not any(map(str.isdigit, password)):
        missing.append("a digit")
    if policy.capital and not any(map(str.isupper, password)):
        missing.append("a capital letter")
    if policy.symbol and not _SYMBOL.search(password):
        missing.append("a character that is neither a letter nor a digit")
    if not password:
        missing = missing or ["at least one character"]
    if missing:
        raise WeakPassword(f"This password needs {_listed(missing)}.")


def temporary_password(policy: PasswordPolicy) -> str:
    """A random password that every policy accepts, easy to read out."""
    every = _LETTERS + _CAPITALS + _DIGITS
    kinds = [_CAPITALS, _DIGITS, _SYMBOLS] if policy.symbol else [_CAPITALS, _DIGITS]
    length = max(LENGTH_OF_TEMPORARY, min(policy.min_length, LONGEST))
    characters = [secrets.choice(kind) for kind in kinds]
    characters += [secrets.choice(every) for _ in range(length - len(characters))]
    secrets.SystemRandom().shuffle(characters)
    return "".join(characters)


def _normal(password: str) -> bytes:
    """The same bytes however a keyboard composes its letters."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
