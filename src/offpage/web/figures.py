"""What /metrics tells of an environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of an environment; None of the database's where it is away. `late` is in seconds."""

    ended: Mapping[str, int] = field(default_factory=dict)
    repeated: Mapping[str, int] = field(default_factory=dict)
    open: Mapping[str, int] | None = None
    waiting: int | None = None
    due: int | None = None
    parked: int | None = None
    late: float | None = None
    processes: int = 1
