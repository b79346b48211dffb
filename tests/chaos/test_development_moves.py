"""The development version belongs to one process: another serves its own folder there once that one has ended, or is paused for long."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import psycopg
import pytest

from offpage.host.compose import Place
from offpage.host.hosting import open_host
from tests.cluster import Cluster, cluster, own_postgres
from tests.deployed import app, version
from tests.other_api import OtherApi, Told, other_api
from tests.postgres_server import fresh_database
from tests.until import WAIT_SECONDS, until, wait_until

BANK = "address: {url}\ncalls: {{pay: {{method: POST}}}}\n"
PAY = """
auth: none
ignore_privacy: yes
steps:
  - {{do: call_api, with: {{call: bank.pay}}}}
  - {{do: create_thing, with: {{type: note, set: {{name: "paid in version {version}"}}}}}}
"""
LATER = {"prefer": "respond-async"}
ELSEWHERE = (
    "Another process serves the development version, from its own folder. It answers here once that process has ended."
)


@pytest.fixture
def bank() -> Iterator[OtherApi]:
    with other_api() as found:
        yield found


@pytest.fixture
def found(bank: OtherApi, tmp_path: Path) -> Iterator[Cluster]:
    """Two servers, each with a folder of its own: the second one's is newer."""
    folders = [tmp_path / "old", tmp_path / "new"]
    for number, folder in enumerate(folders, 1):
        files = {
            "connectors/bank.yaml": BANK.format(url=bank.url),
            "workflows/pay.yaml": PAY.format(version=number),
            "workflows/say.yaml": version(number),
        }
        app(folder, files | ({"types/mark.yaml": "fields: {name: text}\n"} if number == 2 else {}))
    with (
        own_postgres() as postgres,
        cluster(folders[0], tmp_path, postgres.url, workers=0) as started,
    ):
        started.start("serve", 1, folders[1])
        started.wait_until_it_answers(1)
        yield started


def say(found: Cluster, at: int, prefix: str = "") -> httpx2.Response:
    """Call `say` at one of the servers."""
    address = f"http://127.0.0.1:{found.ports[at]}{prefix}/api/1.1/wf/say"
    return httpx2.post(address, json={"name": "x"}, timeout=WAIT_SECONDS)


def served(found: Cluster, at: int) -> int | str:
    """Which version of the folder a server answers with; "" where another process has the development version."""
    seen = say(found, at, "/version-test")
    if seen.status_code == 200:
        return int(seen.json()["response"]["version"])
    assert (seen.status_code, seen.json()["body"]) == (503, {"status": "SERVED_ELSEWHERE", "message": ELSEWHERE})
    assert seen.headers["retry-after"] == "1"
    return ""


def name_of(found: Cluster, at: int) -> str:
    return next(name for name, one in found.processes.items() if one.at == at)


def runs(found: Cluster, workflow: str) -> list[tuple[str]]:
    """The states of a workflow's runs in development."""
    return found.rows("SELECT state FROM op_runs WHERE workflow = %s", workflow, schema="development")


@pytest.mark.timeout(300)
def test_a_folder_is_served_by_one_process_and_by_another_once_that_is_killed_or_paused_for_long(
    found: Cluster, bank: OtherApi
) -> None:
    opens = threading.Event()
    bank.answer = lambda asked: Told(200, {"ok": opens.wait(WAIT_SECONDS)})
    assert (served(found, 0), served(found, 1)) == (1, "")
    assert [say(found, at).json()["response"]["version"] for at in (0, 1)] == [1, 1]  # live is the same everywhere
    assert found.rows("SELECT to_regclass('t_mark')", schema="development") == [(None,)]
    pay = f"http://127.0.0.1:{found.ports[0]}/version-test/api/1.1/wf/pay"
    assert httpx2.post(pay, headers=LATER, timeout=WAIT_SECONDS).status_code == 202
    wait_until(lambda: bank.asked)
    found.kill(name_of(found, 0))
    wait_until(lambda: served(found, 1) == 2)
    opens.set()
    wait_until(lambda: runs(found, "pay") == [("finished",)])
    assert found.rows("SELECT name FROM t_note WHERE name <> 'x'", schema="development") == [("paid in version 1",)]
    assert len({one.headers["idempotency-key"] for one in bank.asked}) == 1
    assert found.rows("SELECT to_regclass('t_mark')", schema="development") != [(None,)]

    found.start("serve", 0)
    found.wait_until_it_answers(0)
    assert (served(found, 0), served(found, 1)) == ("", 2)
    paused = name_of(found, 1)
    found.pause(paused)
    wait_until(lambda: served(found, 0) == 1)
    found.go_on(paused)
    wait_until(lambda: served(found, 1) == "")
    assert served(found, 0) == 1
    assert say(found, 1).json()["response"]["version"] == 1
    found.end(name_of(found, 0))
    wait_until(lambda: served(found, 1) == 2)


def test_dev_has_nothing_left_to_serve_when_another_process_has_taken_its_database(
    postgres_url: str, tmp_path: Path
) -> None:
    def take(url: str) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("UPDATE development.op_leases SET lease_until = 0")
            connection.execute(
                "INSERT INTO development.op_leases (id, kind, place, lease_until) VALUES ('x', 'serve', 'there', 1e15)"
            )

    async def story(url: str) -> None:
        host = open_host(Place(app(tmp_path / "app"), tmp_path / "data", url), ("development",))
        said: list[str] = []
        left = asyncio.Event()
        host.left = left.set
        host.events.listen(lambda name, fields: said.append(f"{name} {fields.get('message', '')}"))
        await host.start()
        await asyncio.to_thread(take, url)
        await until(left.is_set)
        assert (
            "development.lost Another process has this environment of the database open (serve on there)."
            in " ".join(said)
        )
        await host.stop(0)

    with fresh_database(postgres_url, urlsplit(postgres_url).path[1:] + "_taken") as url:
        asyncio.run(story(url))
