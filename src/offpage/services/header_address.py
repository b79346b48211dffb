"""Mailboxes as the headers of a mail have them."""

from __future__ import annotations

from collections.abc import Iterable
from email.headerregistry import Address

from offpage.values.mailbox import Mailbox


def header_of(*boxes: Mailbox) -> list[Address] | str:
    """The value of a header such as To. Names of any letters and signs are quoted or encoded as they need."""
    if needs_utf8(boxes):  # the library knows no addresses with such letters, but lets a text with them through
        return ", ".join(_written(one) for one in boxes)
    return [Address(one.name, addr_spec=one.address) for one in boxes]


def needs_utf8(boxes: Iterable[Mailbox]) -> bool:
    """Whether an address has letters before its @ that only newer servers take (SMTPUTF8)."""
    return not all(one.address.isascii() for one in boxes)


def _written(one: Mailbox) -> str:
    name = one.name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{name}" <{one.address}>' if name else one.address
