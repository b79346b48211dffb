"""A body that was packed for the way (`Content-Encoding`): gzip and deflate, never to more bytes than the app accepts.

The header counts only where the body bears it out: proxies unpack and leave it standing, and some clients write a
charset there.
"""

from __future__ import annotations

import asyncio
import zlib
from typing import Final

from offpage.kernel.errors import MalformedBody, TooLarge, UnsupportedEncoding

_GZIP: Final = (b"gzip", b"x-gzip")
_GZIP_BEGINS: Final = b"\x1f\x8b"
_GZIP_BITS: Final = 31
"""How zlib is asked for gzip: 16, and the largest window."""

_OTHER: Final = (b"br", b"zstd", b"compress", b"x-compress", b"dcb", b"dcz")
"""Packings that are not read here. Any other word means nothing, and the body is taken as it is."""

_MOST_MEMBERS: Final = 20
"""Most pieces that were packed by themselves: each costs a copy of what follows it."""

_AT_ONCE: Final = 100_000
"""A body of more bytes is unpacked in a thread, so that other callers need not wait."""


async def unpacked(raw: bytes, encoding: bytes, limit: int) -> bytes:
    """What is in a body with this `Content-Encoding`. Raises MalformedBody, UnsupportedEncoding, TooLarge."""
    if limit <= _AT_ONCE:
        return unpack(raw, encoding, limit)
    return await asyncio.to_thread(unpack, raw, encoding, limit)


def unpack(raw: bytes, encoding: bytes, limit: int) -> bytes:
    """What is in a packed body; the body itself where it is not packed."""
    words = [word.strip() for word in encoding.lower().split(b",")]
    packings = [word for word in words if word in (*_GZIP, *_OTHER, b"deflate")]
    if not packings or not raw:
        return raw
    if len(packings) > 1 or packings[0] in _OTHER:
        named = encoding.decode("latin-1").strip()
        raise UnsupportedEncoding(
            f"A body with `Content-Encoding: {named}` is not read here. Send it as it is, or packed with gzip."
        )
    if packings[0] in _GZIP:
        return _members(raw, _GZIP_BITS, limit) if raw.startswith(_GZIP_BEGINS) else raw
    return _members(raw, zlib.MAX_WBITS if _has_zlib_header(raw) else -zlib.MAX_WBITS, limit)


def _members(raw: bytes, bits: int, limit: int) -> bytes:
    """All that was packed one after another, as gzip may be."""
    parts: list[bytes] = []
    left = limit
    for _ in range(_MOST_MEMBERS):
        opened = zlib.decompressobj(wbits=bits)
        try:
            part = opened.decompress(raw, left + 1)
        except zlib.error:
            raise MalformedBody(
                "The body is not what `Content-Encoding` says: it cannot be unpacked as gzip or deflate."
            )
        if len(part) > left:
            raise TooLarge(
                f"The body is larger than this app accepts when unpacked ({limit:,} bytes, limits.request_bytes)."
            )
        if not opened.eof:
            raise MalformedBody("The packed body ends too early: its end is missing.")
        parts.append(part)
        left -= len(part)
        raw = opened.unused_data if bits == _GZIP_BITS else b""
        if not raw:
            return b"".join(parts)
    raise MalformedBody(f"The body was packed in more than {_MOST_MEMBERS} pieces. Pack it in one.")


def _has_zlib_header(raw: bytes) -> bool:
    """Deflate comes with a header of two bytes, as the standard says, or without, as some programs send it."""
    return len(raw) > 1 and raw[0] & 0x0F == 8 and int.from_bytes(raw[:2], "big") % 31 == 0
