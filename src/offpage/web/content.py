"""The body as its content type says: JSON, form fields, multipart, or just text."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from python_multipart.multipart import parse_options_header

from offpage.kernel.errors import MalformedBody
from offpage.web.charsets import known_charset
from offpage.web.forms import Fields, FilePart, plain_value, read_pairs
from offpage.web.json_body import read_json
from offpage.web.multipart import read_multipart


@dataclass(slots=True)
class Content:
    """A body. `value` is what `request.body` gives; `fields` is set when it came as a form.

    `is_data`: whether parameters can be read from it (it is JSON, a form, or nothing at all).
    """

    raw: bytes
    value: Any = None
    fields: Fields | None = None
    is_data: bool = True
    kind: str = ""

    def fingerprint(self) -> bytes:
        """A hash that is the same for the same data; of a multipart body its boundary does not count."""
        digest = hashlib.sha256()
        if self.kind != "multipart/form-data" or self.fields is None:
            digest.update(self.raw)
            return digest.digest()
        for name, values in self.fields.items():
            for value in values:
                content = value.content if isinstance(value, FilePart) else repr(value).encode("utf-8", "replace")
                for piece in (name.encode("utf-8", "replace"), content):
                    digest.update(b"%d:" % len(piece) + piece)
        return digest.digest()


def read_content(raw: bytes, content_type: str) -> Content:
    """Read a body by its content type. Raises MalformedBody.

    JSON without the right content type is read as JSON where it cannot be anything else: `curl -d '{…}'` calls it a
    form, and many programs call it text or nothing at all.
    """
    if content_type in ("application/json", "application/json; charset=utf-8"):
        return Content(raw, read_json(raw), kind="application/json")
    if not raw:
        return Content(raw)
    kind_bytes, options = parse_options_header(content_type)
    kind = kind_bytes.decode("latin-1").lower()
    charset = known_charset(options.get(b"charset", b"utf-8").decode("latin-1"))
    if kind == "application/json" or kind.endswith("+json") or kind in ("text/json", "text/javascript"):
        return Content(raw, read_json(_in_utf8(raw, charset)), kind=kind)
    if kind == "multipart/form-data":
        boundary = options.get(b"boundary")
        if not boundary:
            raise MalformedBody("The content type multipart/form-data must name its boundary.")
        return _form(raw, read_multipart(raw, boundary), kind)
    if kind in ("", "text/plain", "application/x-www-form-urlencoded", "application/octet-stream"):
        guessed = _guessed_json(raw, kind)
        if guessed is not None:
            return guessed
    if kind == "application/x-www-form-urlencoded":
        return _form(raw, read_pairs(raw, what="The form", charset=charset), kind)
    return Content(raw, _text_or_none(raw, charset), is_data=False, kind=kind)


def _form(raw: bytes, fields: Fields, kind: str) -> Content:
    value = {name: plain_value(values) for name, values in fields.items()}
    return Content(raw, value, fields, kind=kind)


def _guessed_json(raw: bytes, kind: str) -> Content | None:
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
        return None
    try:
        return Content(raw, read_json(raw), kind="application/json")
    except MalformedBody:
        if kind:  # it may be what it says it is
            return None
        raise


def _in_utf8(raw: bytes, charset: str) -> bytes:
    if charset in ("utf-8", "ascii"):
        return raw
    try:
        return raw.decode(charset).encode("utf-8")
    except UnicodeError:
        raise MalformedBody(f"The body is not valid {charset.upper()} text.")


def _text_or_none(raw: bytes, charset: str) -> str | None:
    try:
        text = raw.decode(charset)
    except UnicodeError:
        return None
    return None if "\x00" in text else text
