"""What a path means: `/version-test/api/1.1/wf/NAME` → development, `wf`, [NAME].

Doubled and trailing slashes are accepted, as clients written for Bubble send them (bubble.md 15).
"""

from __future__ import annotations

from typing import Final, NamedTuple

LONGEST: Final = 8_000
"""Most characters of a path that are looked at."""


class Place(NamedTuple):
    """A path taken apart.

    `branch`: "" or what stands after `version-`. `area`: `wf`, `obj`, `meta` for the APIs, else the first segment
    ("" for the root). `rest`: the segments after it. `version`: of the API, "" outside of it.
    """

    branch: str
    area: str
    rest: tuple[str, ...]
    version: str = ""

    @property
    def prefix(self) -> str:
        """What the path begins with before `/api`: "" or `/version-test`."""
        return f"/version-{self.branch}" if self.branch else ""


def locate(path: str) -> Place:
    """Take a path (already percent-decoded) apart."""
    segments = [segment for segment in path[:LONGEST].split("/") if segment]
    branch = ""
    if segments and segments[0].startswith("version-"):
        branch = segments.pop(0)[len("version-") :]
    if segments[:1] == ["api"] and len(segments) > 1:
        version = segments[1]
        area = segments[2] if len(segments) > 2 else ""
        return Place(branch, area, tuple(segments[3:]), version)
    if not segments:
        return Place(branch, "", ())
    return Place(branch, segments[0], tuple(segments[1:]))
