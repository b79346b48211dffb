"""A multipart body: text parts, parts in JSON, and files."""

from __future__ import annotations

import logging
from typing import Final

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from offpage.kernel.errors import MalformedBody
from offpage.web.charsets import known_charset
from offpage.web.forms import Fields, FilePart, FormValue, JsonPart
from offpage.web.json_body import check_size, read_json, values_in

MOST_PARTS: Final = 1_000
MOST_HEADER_BYTES: Final = 8_192

# What it warns of is the caller's mistake, and is told to the caller.
logging.getLogger("python_multipart").setLevel(logging.CRITICAL)


def read_multipart(raw: bytes, boundary: bytes) -> Fields:
    """Decode a multipart/form-data body. Raises MalformedBody, which says what is wrong."""
    parts = _Parts()
    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": parts.begin,
                "on_part_data": parts.data,
                "on_part_end": parts.end,
                "on_header_field": parts.header_name,
                "on_header_value": parts.header_value,
                "on_header_end": parts.header_end,
                "on_end": parts.all_read,
            },
            max_header_size=MOST_HEADER_BYTES,
        )
        parser.write(raw)
        parser.finalize()
    except FormParserError as error:
        raise MalformedBody(f"The multipart body cannot be read: {error}.")
    if not parts.complete:
        raise MalformedBody("The multipart body ends too early: its last boundary is missing.")
    return parts.fields


class _Parts:
    """What the parser has told so far."""

    def __init__(self) -> None:
        self.fields: Fields = {}
        self.complete = False
        self._count = 0
        self._values = 0
        self._headers: dict[bytes, bytes] = {}
        self._name = b""
        self._value = b""
        self._content = bytearray()

    def begin(self) -> None:
        self._count += 1
        if self._count > MOST_PARTS:
            raise MalformedBody(f"The multipart body has more than {MOST_PARTS:,} parts.")
        self._headers = {}
        self._content = bytearray()

    def header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def data(self, data: bytes, start: int, end: int) -> None:
        self._content += data[start:end]

    def end(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        name = options.get(b"name")
        if name is None:
            raise MalformedBody("A part of the multipart body has no name. Each part needs one.")
        self.fields.setdefault(_text(name), []).append(self._part_value(options.get(b"filename")))

    def all_read(self) -> None:
        self.complete = True

    def _part_value(self, filename: bytes | None) -> FormValue:
        kind, options = parse_options_header(self._headers.get(b"content-type"))
        content = bytes(self._content)
        if filename is not None:
            return FilePart(_text(filename), kind.decode("latin-1"), content)
        if kind.lower() == b"application/json":
            self._values += values_in(content)
            check_size(self._values)
            return JsonPart(read_json(content))
        return _text(content, options.get(b"charset", b"utf-8"))


def _text(raw: bytes, charset: bytes = b"utf-8") -> str:
    try:
        text = raw.decode(known_charset(charset.decode("latin-1")))
    except UnicodeError:
        raise MalformedBody("A part of the multipart body is not valid text in the charset it names.")
    if "\x00" in text:
        raise MalformedBody("A part of the multipart body holds the character NUL, which no text may hold.")
    return text
