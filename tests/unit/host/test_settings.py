"""Settings come from the command line, else from the environment, else from their defaults."""

from __future__ import annotations

from pathlib import Path

import pytest

from offpage.host.settings import SETTINGS, Settings, read_settings
from offpage.kernel.errors import AppError


def test_without_anything_given_the_defaults_count() -> None:
    assert read_settings({}, {}) == Settings()


def test_the_command_line_overrules_the_environment() -> None:
    environment = {"OFFPAGE_PORT": "9000", "OFFPAGE_HOST": "::1"}
    settings = read_settings(environment, {"port": 9001, "host": None})
    assert (settings.port, settings.host) == (9001, "::1")


def test_an_empty_environment_variable_counts_as_none() -> None:
    assert read_settings({"OFFPAGE_PORT": ""}, {}).port == Settings().port


@pytest.mark.parametrize(("text", "value"), [("yes", True), ("TRUE", True), ("1", True), ("no", False), ("0", False)])
def test_a_switch_may_be_written_in_words(text: str, value: bool) -> None:
    assert read_settings({"OFFPAGE_ALLOW_DATA_LOSS": text}, {}).allow_data_loss is value


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"OFFPAGE_PORT": "http"}, "OFFPAGE_PORT must be a number"),
        ({"OFFPAGE_PORT": "70000"}, "no port 70000"),
        ({"OFFPAGE_ALLOW_DATA_LOSS": "perhaps"}, "OFFPAGE_ALLOW_DATA_LOSS must be yes or no"),
        ({"OFFPAGE_STOP_SECONDS": "-1"}, "0 to 3600"),
        ({"OFFPAGE_DATABASE": "mysql://x"}, "postgresql://"),
    ],
)
def test_what_has_no_meaning_is_refused_by_name(environment: dict[str, str], words: str) -> None:
    with pytest.raises(AppError, match=words):
        read_settings(environment, {})


def test_a_wrong_database_address_is_not_repeated_since_it_may_hold_a_password() -> None:
    with pytest.raises(AppError) as refused:
        read_settings({"OFFPAGE_DATABASE": "mysql://me:hunter2@x"}, {})
    assert "hunter2" not in refused.value.message
    assert "hunter2" not in repr(Settings(database="postgresql://me:hunter2@x"))


def test_data_is_kept_in_the_folder_unless_it_is_told_where() -> None:
    assert Settings().data_folder(Path("shop")) == Path("shop/.offpage")
    assert Settings(data="/var/shop").data_folder(Path("shop")) == Path("/var/shop")


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        (Settings(), "http://127.0.0.1:8080"),
        (Settings(host="::1", port=1), "http://[::1]:1"),
        (Settings(host="0.0.0.0", port=1), "http://127.0.0.1:1"),
        (Settings(url="https://shop.test/"), "https://shop.test"),
    ],
)
def test_the_public_address_is_where_the_server_listens_unless_it_is_told(settings: Settings, url: str) -> None:
    assert settings.public_url == url


def test_every_setting_says_what_it_is_for() -> None:
    assert set(SETTINGS) == set(Settings.__slots__)
    assert all(one.doc.strip() for one in SETTINGS.values())
