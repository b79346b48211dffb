"""Secrets from .env."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offpage.kernel.errors import AppError
from offpage.model.env_file import read_env


def test_secrets_are_read_as_written(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "# keys\nSTRIPE_KEY=sk_test_1\nexport A = 'b c' # said\nB=\"x\\ny\"\nC=${STRIPE_KEY}\nEMPTY=\nNOTHING\nD=a#b\n"
    )
    assert read_env(tmp_path) == {
        "STRIPE_KEY": "sk_test_1",
        "A": "b c",
        "B": "x\ny",
        "C": "${STRIPE_KEY}",
        "EMPTY": "",
        "D": "a#b",
    }


def test_a_folder_without_the_file_has_no_secrets(tmp_path: Path) -> None:
    assert read_env(tmp_path) == {}


def test_a_file_that_is_no_text_is_an_error_for_people(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"A=\xff")
    with pytest.raises(AppError, match="UTF-8"):
        read_env(tmp_path)


@given(text=st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("=\"'#\\\n$ A"), max_size=80))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_gives_texts_by_name(tmp_path: Path, text: str) -> None:
    (tmp_path / ".env").write_text(text, encoding="utf-8")
    assert all(isinstance(value, str) for pair in read_env(tmp_path).items() for value in pair)
