"""What only a signed delivery may start, ready to be asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from offpage.actions.connecting import SourceOf
from offpage.services.signatures import Scheme


@dataclass(frozen=True, slots=True)
class Verify:
    """How deliveries are signed. `secrets` gives the texts that count, `url` the address that the sender calls ("":
    that of the request); both are asked with the present secrets and the moment.
    """

    scheme: Scheme
    secrets: Callable[[SourceOf, int], tuple[str, ...]]
    url: Callable[[SourceOf, int], str]
    tolerance_ms: int
