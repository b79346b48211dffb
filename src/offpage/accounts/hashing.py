"""What is kept of a random secret."""

from __future__ import annotations

import hashlib


def secret_hash(secret: str) -> str:
    """SHA-256 in hex. (A random secret of this length needs no slow hash.)"""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
