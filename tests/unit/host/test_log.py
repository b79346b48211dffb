"""The server's log: one line for what happens, and what an error says before where it comes from."""

from __future__ import annotations

import json

import pytest

from offpage.host.log import log_events
from offpage.kernel.events import Events


def broken() -> ValueError:
    try:
        raise ValueError("There is no room left.")
    except ValueError as error:
        return error


def test_an_error_is_said_in_its_line_with_its_traceback_below(capsys: pytest.CaptureFixture[str]) -> None:
    events = Events()
    events.masks.append(lambda text: text.replace("room", "•••"))
    log_events(events, as_json=False)
    events.say("request.failed", path="/wf/a", error=broken())
    first, *below = capsys.readouterr().err.splitlines()
    assert "request.failed" in first
    assert "There is no ••• left." in first
    assert "path=/wf/a" in first
    assert below[0] == "Traceback (most recent call last):"
    assert below[-1] == "ValueError: There is no ••• left."


def test_a_line_of_json_has_all_of_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    events = Events()
    log_events(events, as_json=True)
    events.say("request.failed", path="/wf/a", error=broken())
    (line,) = capsys.readouterr().err.splitlines()
    said = json.loads(line)
    assert said["level"] == "error"
    assert said["error"].startswith("Traceback (most recent call last):")
    assert "exception" not in said
