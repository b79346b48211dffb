"""Which addresses a call may reach: by default those of the public internet, and no machine behind ours.

An address that a maker wrote into a connector is the maker's choice. One that is made of what a run was given, or that
an answer redirects to, must not lead to the inside: to this machine, its network, or the metadata of a cloud.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from offpage.values.networks import network_of

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address

_TRANSLATED: Final = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
_COMPATIBLE: Final = ipaddress.IPv6Network("::/96")


@dataclass(frozen=True, slots=True)
class Reachable:
    """What may be reached: `everything`, or the public internet with what `allow` adds.

    `allow` holds networks (`10.1.0.0/16`), addresses, names of hosts (`billing.internal`) and of all below (`*.internal`).
    """

    everything: bool = False
    allow: tuple[str, ...] = ()

    def may(self, host: str, address: str) -> bool:
        """Whether a host may be reached at the address that its name stands for."""
        if self.everything:
            return True
        found = ipaddress.ip_address(address.partition("%")[0])
        return self._names(host.lower().rstrip(".")) or self._holds(found) or all(map(_is_public, _meant(found)))

    def _names(self, host: str) -> bool:
        return any(one == host or (one.startswith("*.") and host.endswith(one[1:])) for one in self.allow)

    def _holds(self, address: Ip) -> bool:
        return any(network is not None and address in network for network in map(network_of, self.allow))


def _meant(address: Ip) -> Iterator[Ip]:
    """The address, and those of the older kind that it stands for."""
    yield address
    if isinstance(address, ipaddress.IPv4Address):
        return
    for inner in (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())):
        if inner is not None:
            yield inner
    if any(address in network for network in _TRANSLATED) or address in _COMPATIBLE:
        yield ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)


def _is_public(address: Ip) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and any(address in network for network in _TRANSLATED):
        return True  # the address inside decides
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)
