"""What is known of a workflow's deliveries, ready to be asked: who signs them, what tells them apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Dedupe:
    """What tells deliveries apart ("": nothing does), and for how long that is remembered, in ms (0: for ever)."""

    key: Callable[[list[Any], SourceOf, int], str]
    keep_ms: int
