"""Geographic addresses: their text, their coordinates, how far they are apart."""

from __future__ import annotations

from offpage.expr.accepts import optional
from offpage.expr.operator import operator
from offpage.values.distance import distance
from offpage.values.shapes import Place
from offpage.values.types import ADDRESS, NUMBER, TEXT

operator(
    "formatted_address",
    ADDRESS,
    gives=TEXT,
    doc="The address as text; empty if only its coordinates are known.",
    py=lambda of: of.address,
    sql=lambda d, of: of[0],
)
operator(
    "lat",
    ADDRESS,
    gives=NUMBER,
    doc="The latitude in degrees; empty if it is not known.",
    py=lambda of: of.lat,
    sql=lambda d, of: of[1],
)
operator(
    "lng",
    ADDRESS,
    gives=NUMBER,
    doc="The longitude in degrees; empty if it is not known.",
    py=lambda of: of.lng,
    sql=lambda d, of: of[2],
)


def apart(one: Place, other: Place, unit: str = "km") -> float | None:
    """How far two places are apart; None where one has no coordinates."""
    if one.lat is None or one.lng is None or other.lat is None or other.lng is None:
        return None
    return distance(one.lat, one.lng, other.lat, other.lng, unit)


operator(
    "distance_to",
    ADDRESS,
    other=ADDRESS,
    unit=optional(TEXT),
    gives=NUMBER,
    doc='How far it is to another place as the crow flies, in km, or `unit="miles"`; empty without coordinates.',
    py=apart,
    sql=lambda d, one, other, unit=None: d.distance(one[1:], other[1:], unit),
)
operator(
    "map_url",
    ADDRESS,
    gives=TEXT,
    doc="A link that shows the coordinates on OpenStreetMap; empty without coordinates.",
    py=lambda of: (
        None
        if of.lat is None or of.lng is None
        else f"https://www.openstreetmap.org/?mlat={of.lat:.6f}&mlon={of.lng:.6f}"
    ),
)
