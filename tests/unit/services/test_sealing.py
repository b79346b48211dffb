"""Sealed texts, and the file that the key is in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from offpage.kernel.errors import AppError, KeyLost
from offpage.services.key_file import find_key, given_key, make_key
from offpage.services.sealing import Sealing, is_sealed

KEY = b"k" * 32


@pytest.mark.parametrize("text", ["", "[]", '{"password": "größer"}', "a" * 100_000, "\ud800"])
def test_what_is_sealed_can_be_opened(text: str) -> None:
    sealed = Sealing(KEY).seal(text)
    assert is_sealed(sealed)
    assert not is_sealed(text)
    assert Sealing(KEY).open(sealed) == text


def test_a_text_is_sealed_differently_each_time() -> None:
    sealing = Sealing(KEY)
    assert sealing.seal("the same") != sealing.seal("the same")


def test_what_is_not_sealed_is_as_it_is() -> None:
    assert Sealing(KEY).open('["as", "before"]') == '["as", "before"]'


def test_another_key_opens_nothing() -> None:
    with pytest.raises(KeyLost):
        Sealing(b"x" * 32).open(Sealing(KEY).seal("secret"))


@pytest.mark.parametrize("spoil", [lambda text: text[:-8], lambda text: text + "!", lambda text: text[:9]])
def test_what_was_changed_is_not_opened(spoil: object) -> None:
    assert callable(spoil)
    with pytest.raises(KeyLost):
        Sealing(KEY).open(spoil(Sealing(KEY).seal("secret")))


def test_keys_for_different_purposes_differ() -> None:
    sealing = Sealing(KEY)
    assert len({KEY, sealing.derived("one"), sealing.derived("two"), bytes.fromhex(sealing.check)}) == 4


def test_a_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    assert find_key(folder) is None
    key = make_key(folder)
    assert find_key(folder) == make_key(folder) == key
    assert (folder / "key").stat().st_mode & 0o777 == 0o600
    assert [one.name for one in folder.iterdir()] == ["key"]


def test_processes_that_start_together_take_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: make_key(tmp_path), range(32)))) == 1


def test_a_file_that_holds_no_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("abc\n")
    with pytest.raises(AppError, match="64 hexadecimal digits"):
        find_key(tmp_path)
    with pytest.raises(AppError, match="OFFPAGE_KEY must hold"):
        given_key("secret")


def test_the_text_of_the_file_can_be_given_instead(tmp_path: Path) -> None:
    assert make_key(tmp_path) == given_key((tmp_path / "key").read_text())
