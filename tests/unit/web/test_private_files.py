"""Addresses of private files in a request: how they are looked for."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from offpage.kernel.errors import StorageFailed
from offpage.services.files import Attached, KeptFile
from offpage.services.local_files import LocalFiles
from offpage.web.private_files import AT_ONCE, private_among

THING = Attached("order", "1772300000000x100000000000000001")


class Distant(LocalFiles):
    """Files that are looked for over a network: looks wait until so many are under way."""

    def __init__(self, folder: Path, together: int) -> None:
        super().__init__(folder)
        self.meeting = threading.Barrier(together)
        self.asked: list[str] = []
        self.gone = False
        self._under_way = 0
        self.most = 0
        self._lock = threading.Lock()

    def find(self, file_id: str, name: str) -> KeptFile | None:
        with self._lock:
            self.asked.append(name)
            self._under_way += 1
            self.most = max(self.most, self._under_way)
        try:
            self.meeting.wait(10)
            if self.gone:
                raise StorageFailed("The storage could not be reached.", why="unreachable")
            return super().find(file_id, name)
        finally:
            with self._lock:
                self._under_way -= 1


def test_many_are_looked_for_side_by_side_and_each_once(tmp_path: Path) -> None:
    files = Distant(tmp_path, AT_ONCE)
    count = 3 * AT_ONCE
    addresses = [files.keep(f"{n}.txt", b"x", 0, THING if n % 2 else None) for n in range(count)]
    found = asyncio.run(private_among(files, [*addresses, *addresses, "https://else.example/x"]))
    assert found == dict.fromkeys(addresses[1::2], THING)
    assert len(files.asked) == count
    assert files.most == AT_ONCE


def test_few_are_looked_for_as_well_and_none_takes_nothing(tmp_path: Path) -> None:
    files = Distant(tmp_path, 1)
    address = files.keep("a.txt", b"x", 0, THING)
    absent = address.replace("a.txt", "b.txt")
    assert asyncio.run(private_among(files, [address, absent])) == {address: THING, absent: None}
    assert asyncio.run(private_among(files, ["https://else.example/x"])) == {}
    assert files.asked == ["a.txt", "b.txt"]


def test_where_one_look_fails_the_others_stop(tmp_path: Path) -> None:
    files = Distant(tmp_path, AT_ONCE)
    addresses = [files.keep(f"{n}.txt", b"x", 0, THING) for n in range(10 * AT_ONCE)]
    files.gone = True
    with pytest.raises(StorageFailed):
        asyncio.run(private_among(files, addresses))
    assert len(files.asked) <= AT_ONCE
