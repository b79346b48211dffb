"""Mailboxes as the headers of a mail have them."""

from __future__ import annotations

from email.headerregistry import Address

from offpage.values.mailbox import Mailbox


def header_of(*boxes: Mailbox) -> list[Address]:
    """The value of a header such as To. Names of any letters and signs are quoted or encoded as they need."""
    return [Address(one.name, addr_spec=one.address) for one in boxes]
