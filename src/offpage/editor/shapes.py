"""Shapes that several resources of the editor's API give."""

from __future__ import annotations

from typing import Literal

import msgspec

PathOf = list[str | int]
"""Keys and indexes from the top of a file."""


class IssueShown(msgspec.Struct):
    """One issue, with its place in the file as text (line and column, from 1; 0 unknown) and as a path."""

    severity: Literal["error", "warning"]
    message: str
    address: str
    file: str
    line: int
    column: int
    path: PathOf
