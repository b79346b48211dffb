"""Networks and hosts as they are written in settings."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

_HOST: Final = re.compile(r"(?:\*\.)?[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?\Z")


def network_of(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """The network that a text names (`10.1.0.0/16`, or one address); None if it names none."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def is_place(text: str) -> bool:
    """Whether a text is a network, an address, the name of a host, or `*.` and a name."""
    if network_of(text) is not None:
        return True
    return _HOST.match(text.lower()) is not None and not text.replace(".", "").isdigit()
