"""Texts in other clothes: fingerprints, Base64, parts of URLs."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from urllib.parse import quote, unquote

from offpage.expr.accepts import one_of
from offpage.expr.operator import operator
from offpage.values.text_length import bounded
from offpage.values.types import FILE, IMAGE, TEXT

operator(
    "md5",
    TEXT,
    gives=TEXT,
    doc="The MD5 fingerprint in hexadecimal. It is not safe against forgery: use .sha256 unless somebody asks for MD5.",
    py=lambda of: hashlib.md5(of.encode(), usedforsecurity=False).hexdigest(),
)
operator(
    "sha1",
    TEXT,
    gives=TEXT,
    doc="The SHA-1 fingerprint in hexadecimal, for old services that ask for it.",
    py=lambda of: hashlib.sha1(of.encode(), usedforsecurity=False).hexdigest(),
)
operator(
    "sha256",
    TEXT,
    gives=TEXT,
    doc="The SHA-256 fingerprint in hexadecimal.",
    py=lambda of: hashlib.sha256(of.encode()).hexdigest(),
)
operator(
    "hmac_sha256",
    TEXT,
    key=TEXT,
    gives=TEXT,
    doc="The HMAC-SHA-256 of the text with a key, in hexadecimal: how services sign webhooks.",
    py=lambda of, key: hmac.new(key.encode(), of.encode(), hashlib.sha256).hexdigest(),
)
operator(
    "base64",
    TEXT,
    gives=TEXT,
    doc="The text in Base64. Of a file: what is in it (at most 7.5 MB), read before the step; of a private one, if whoever the "
    "run acts for may open it.",
    py=lambda of: bounded(base64.b64encode(of.encode()).decode()),
)


def from_base64(text: str) -> str | None:
    """The text that Base64 stands for; empty where it is none, or no text."""
    padded = text.strip().replace("-", "+").replace("_", "/").rstrip("=")
    try:
        found = base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    return None if "\0" in found else found


operator("from_base64", TEXT, gives=TEXT, doc="The text that Base64 stands for; empty if it is none.", py=from_base64)
operator(
    "url_encoded",
    TEXT,
    gives=TEXT,
    doc="The text as it can stand in a URL: everything but letters, digits and -._~ as %XX.",
    py=lambda of: bounded(quote(of, safe="")),
)


def url_decoded(text: str) -> str | None:
    """The text that a part of a URL stands for."""
    found = unquote(text, errors="replace")
    return None if "\0" in found else found


operator("url_decoded", TEXT, gives=TEXT, doc="The text that a part of a URL stands for.", py=url_decoded)
operator("to_file", TEXT, gives=FILE, doc="A URL as a file.", py=lambda of: of or None)
operator("to_image", TEXT, gives=IMAGE, doc="A URL as an image.", py=lambda of: of or None)


def file_name(url: str) -> str | None:
    """The last part of a URL's path, decoded."""
    path = url.partition("?")[0].partition("#")[0].rstrip("/")
    return url_decoded(path.rpartition("/")[2]) or None


def extension(url: str) -> str | None:
    """What stands after the last point of the file's name, in small letters."""
    name = file_name(url) or ""
    stem, point, ending = name.rpartition(".")
    return ending.lower() if point and stem else None


FILES = one_of(FILE, IMAGE)
operator("file_name", FILES, gives=TEXT, doc="The file's name: the last part of its URL.", py=file_name)
operator("extension", FILES, gives=TEXT, doc="The ending of the file's name, such as pdf.", py=extension)
operator(
    "secure_url",
    FILES,
    gives=TEXT,
    uses_runtime=True,
    doc="A link to a file of this app that works for an hour, for whoever has it: to a private one, if whoever the run acts "
    "for may open it then. The URL of a file that is kept somewhere else.",
    py=lambda rt, of: rt.source("file_link", (of,)),
)
operator("url", FILES, gives=TEXT, doc="The file's URL as a text.", py=lambda of: of, sql=lambda d, of: of)
