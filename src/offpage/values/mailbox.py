"""Mailboxes as people write them: `ada@example.com`, `Ada Lovelace <ada@example.com>`, several with commas between."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from offpage.kernel.errors import InvalidEmail
from offpage.values.email import normal_email

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_LOCAL: Final = re.compile(r"localhost\Z", re.IGNORECASE)
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
LONGEST: Final = 1_000
LONGEST_NAME: Final = 200


class Mailbox(NamedTuple):
    """Where mail goes: an address, its domain in ASCII, and what people call whoever reads it."""

    address: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


def one_line(text: str) -> str:
    """A text that cannot begin another line of a header."""
    return _CONTROL.sub(" ", text.encode("utf-8", "replace").decode("utf-8")).strip()


def mailboxes(texts: str | Iterable[str]) -> tuple[Mailbox, ...]:
    """The mailboxes of a text with commas, or of several such texts; each address once. Raises InvalidEmail."""
    found: dict[str, Mailbox] = {}
    for text in [texts] if isinstance(texts, str) else texts:
        for piece in filter(str.strip, _pieces(text)):
            one = mailbox(piece)
            found.setdefault(one.address.lower(), one)
    return tuple(found.values())


def mailbox(text: str) -> Mailbox:
    """One mailbox. Raises InvalidEmail, with the text in its sentence, for what is none."""
    written = text.strip()
    if _CONTROL.search(written) or len(written) > LONGEST:
        raise _none(text)
    name, opening, address = written.removesuffix(">").rpartition("<")
    if written.endswith(">") != bool(opening) or set(_QUOTED.sub("", name)) & {"<", ">", '"'}:
        raise _none(text)
    return Mailbox(_for_servers(address, text), _name(name))


def _pieces(text: str) -> Iterator[str]:
    """The parts of a list; commas in quotes or angle brackets do not part."""
    begin, inside, at = 0, "", 0
    while at < len(text):
        letter = text[at]
        if inside == '"' and letter == "\\":
            at += 1
        elif inside:
            inside = "" if letter == inside else inside
        elif letter in '"<':
            inside = ">" if letter == "<" else letter
        elif letter in ",;":
            yield text[begin:at]
            begin = at + 1
        at += 1
    yield text[begin:]


def _name(written: str) -> str:
    plain = written.strip()
    if plain.startswith('"') and plain.endswith('"') and len(plain) > 1:
        plain = re.sub(r"\\(.)", r"\1", plain[1:-1])
    return one_line(plain)[:LONGEST_NAME]


def _for_servers(address: str, text: str) -> str:
    """The address as mail servers take it: letters of other scripts in the domain are written in ASCII."""
    address = address.strip()
    name, _, domain = address.rpartition("@")
    if not _LOCAL.match(domain):  # a machine's own mail
        try:
            normal_email(address)
        except InvalidEmail as error:
            raise _none(text) from error
    if not name:
        raise _none(text)
    try:
        return f"{name}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError as error:
        raise _none(text) from error


def _none(text: str) -> InvalidEmail:
    return InvalidEmail(f"`{one_line(text)[:100]}` is no email address. Write it as name@example.com.")
