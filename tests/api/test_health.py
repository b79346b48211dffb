"""/health says whether requests can be answered: 503 with a sentence while the database is away, 200 when it is back."""

from __future__ import annotations

import time
from pathlib import Path

import httpx2
import pytest

from tests.cluster import own_postgres
from tests.processes import serving
from tests.site import write_app

SECONDS = 30

MAKE = """
    auth: none
    steps:
      - {do: create_thing, with: {type: note, set: {text: x}}}
"""


def until(url: str, status: int) -> httpx2.Response:
    """The first answer of this status."""
    give_up = time.monotonic() + SECONDS
    while (answer := httpx2.get(url, timeout=10)).status_code != status:
        assert time.monotonic() < give_up, answer.text
        time.sleep(0.1)
    return answer


@pytest.mark.timeout(180)
def test_the_database_goes_away_and_comes_back(tmp_path: Path) -> None:
    folder = write_app(tmp_path / "app", {"types/note.yaml": "fields: {text: text}\n", "workflows/make.yaml": MAKE})
    with own_postgres() as postgres, serving(folder, tmp_path / "data", "--database", postgres.url) as server:
        health = f"http://127.0.0.1:{server.port}/health"
        assert until(health, 200).json() == {"status": "ok"}
        postgres.stop()
        away = until(health, 503).json()
        assert away["status"] == "unavailable"
        assert away["message"].startswith("The database of development ")
        assert "password" not in away["message"]
        refused = httpx2.post(f"{server.url}make", timeout=60)
        assert refused.status_code == 503
        postgres.start()
        until(health, 200)
        with server.client() as client:
            assert client.post("make", json={}).status_code == 200
