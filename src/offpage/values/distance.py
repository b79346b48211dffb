"""How far two places are apart on the globe."""

from __future__ import annotations

import math
from typing import Final

from offpage.values.decimals import rounded

DIAMETER_KM: Final = 12742.0176
"""Twice the mean radius of the earth."""

UNITS: Final = {"km": 1.0, "miles": 1.609344}
"""Units, and how many kilometres each is."""


def distance(lat: float, lng: float, to_lat: float, to_lng: float, unit: str = "km") -> float | None:
    """The shortest way over the globe, to the millimetre (or as many decimals in miles); None for an unknown unit."""
    if unit not in UNITS:
        return None
    a = math.sin(math.radians(to_lat - lat) / 2)
    b = math.sin(math.radians(to_lng - lng) / 2)
    half_chord = a * a + math.cos(math.radians(lat)) * math.cos(math.radians(to_lat)) * b * b
    return rounded(DIAMETER_KM * math.asin(math.sqrt(min(1.0, half_chord))) / UNITS[unit], 6)
