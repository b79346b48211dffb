"""`offpage worker`: what it tells at its start, and the port that it answers probes on, if it is given one."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.cluster import own_postgres
from tests.deployed import app, live_server, worker
from tests.ports import free_port
from tests.postgres_server import fresh_database
from tests.processes import offpage
from tests.until import WAIT_SECONDS, wait_until


@pytest.fixture
def database(postgres_url: str) -> Iterator[str]:
    with fresh_database(postgres_url, urlsplit(postgres_url).path[1:] + "_worker") as url:
        yield url


def ask(url: str, path: str) -> httpx2.Response:
    """GET an address of a process."""
    return httpx2.get(url + path, timeout=WAIT_SECONDS)


def test_a_worker_answers_probes_on_its_port_and_nothing_else(database: str, tmp_path: Path) -> None:
    folder = app(tmp_path / "app")
    with live_server(folder, "--database", database) as server:
        assert server.version() == 1
        with worker(folder, "--database", database, "--port", "0") as other:
            assert other.url.startswith("http://127.0.0.1:")
            assert ask(other.url, "/health").json() == {"status": "ok"}
            metrics = ask(other.url, "/metrics")
            assert metrics.headers["content-type"].startswith("text/plain")
            assert 'offpage_processes{environment="live"} 2.0' in metrics.text
            assert "development" not in metrics.text
            for path in ("/", "/api/1.1/wf/say", "/api/1.1/obj/note", "/api/1.1/meta", "/editor/", "/fileupload/a/b",
                         "/version-test/health", "/health/x"):  # fmt: skip
                refused = ask(other.url, path)
                assert refused.status_code == 404, path
                assert refused.json()["body"]["message"] == (
                    "This is a worker: it answers /health and /metrics, and nothing else. Ask a server (offpage serve)."
                )
            assert ask(server.url, "/version-test/health").status_code == 200


def test_a_worker_listens_only_where_it_is_told_to(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings of servers and workers are often in one file: the port that is in there is the server's."""
    folder, port = app(tmp_path / "app"), free_port()
    monkeypatch.setenv("OFFPAGE_PORT", str(port))
    monkeypatch.setenv("OFFPAGE_URL", "https://shop.example.test")
    with (
        live_server(folder, "--database", database, "--port", str(port)),
        worker(folder, "--database", database) as quiet,
    ):
        assert quiet.started["url"] is None
        assert quiet.started["deploy"]["deploy"] == 1


@pytest.mark.timeout(180)
def test_a_worker_is_not_ready_while_nothing_is_live_or_the_database_is_away(tmp_path: Path) -> None:
    folder = app(tmp_path / "app")
    with own_postgres() as postgres, worker(folder, "--database", postgres.url, "--port", "0") as one:
        waits = ask(one.url, "/health")
        assert (waits.status_code, waits.json()["message"]) == (
            503,
            "Nothing is live yet: deploy the app with offpage deploy.",
        )
        with live_server(folder, "--database", postgres.url):
            wait_until(lambda: ask(one.url, "/health").status_code == 200)
        postgres.stop()
        wait_until(lambda: ask(one.url, "/health").status_code == 503)
        assert ask(one.url, "/health").json()["message"].startswith("The database of live ")
        postgres.start()
        wait_until(lambda: ask(one.url, "/health").status_code == 200)


def test_a_worker_tells_where_mail_goes_and_which_settings_have_no_effect(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = app(tmp_path / "app", {".env": "OFFPAGE_URL=https://shop.example.test\n"})
    monkeypatch.setenv("OFFPAGE_SMTP_SERVER", "mail.example.test")
    with live_server(folder, "--database", database) as server:
        monkeypatch.setenv("OFFPAGE_SMTP_HOST", "mail.example.test")
        with worker(folder, "--database", database) as one:
            assert one.event("mail") == {"event": "mail", "server": "mail.example.test:587", "live_only": False}
            told = one.event("settings")
            assert told == server.event("settings")
            assert [issue["address"] for issue in told["issues"]] == ["env/OFFPAGE_URL", "env/OFFPAGE_SMTP_SERVER"]


def test_a_worker_that_cannot_have_its_port_says_so(database: str, tmp_path: Path) -> None:
    folder = app(tmp_path / "app")
    with live_server(folder, "--database", database) as server:
        port = str(urlsplit(server.url).port)
        refused = subprocess.run(
            offpage("worker", str(folder), "--database", database, "--port", port),
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    assert refused.returncode == 1
    assert f"Port {port} of 127.0.0.1 cannot be used" in refused.stderr
    assert "Traceback" not in refused.stderr
