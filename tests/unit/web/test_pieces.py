"""Which part of a file a caller asks for."""

from __future__ import annotations

import pytest

from offpage.web.pieces import Part, asked_part


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-0", Part(0, 1)),
        ("bytes=2-", Part(2, 10)),
        ("bytes=2-99", Part(2, 10)),
        ("bytes=-3", Part(7, 10)),
        ("bytes=-30", Part(0, 10)),
        ("bytes=10-", None),
        ("bytes=-0", None),
        ("bytes=5-2", Part(0, 10)),
        ("bytes=0-1,4-5", Part(0, 10)),
        ("bytes=-", Part(0, 10)),
        ("items=0-1", Part(0, 10)),
        ("bytes=a-b", Part(0, 10)),
    ],
)
def test_a_part_of_ten_bytes(header: str, part: Part | None) -> None:
    assert asked_part(header, 10) == part


def test_an_empty_file_has_no_part() -> None:
    assert asked_part("bytes=0-", 0) is None
