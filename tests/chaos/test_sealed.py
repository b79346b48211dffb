"""kill -9 while passwords wait, in the queue, in a batch, in a run that is outside: no file has them, and all goes on."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.accounts import APP
from tests.other_api import Asked, Told, other_api
from tests.processes import Serving, offpage, serving
from tests.site import write_app

END_SECONDS = 60
PASSWORD = "Tr0ub4dor and three"
QUEUED, HELD, LISTED = "queued@example.com", "held@example.com", ["one@example.com", "two@example.com"]

PAID = """
auth: none
ignore_privacy: yes
parameters: {email: text, password: text}
steps:
  - {do: call_api, as: paid, with: {call: bank.pay}}
  - {do: sign_up, with: {email: =email, password: =password}}
"""

PLAN = """
auth: none
parameters: {emails: list of text, password: {type: text, secret: yes}}
steps:
  - do: schedule_on_list
    with:
      workflow: sign_up
      list: =emails
      parameters: {email: =this, password: =password}
"""

ECHO = """
auth: none
parameters: {pin: {type: text, secret: yes}}
steps:
  - {do: return_data, with: {values: {pin: =pin}}}
"""

BANK = "address: URL\ncalls: {pay: {method: POST}}\n"


def files_with(data: Path, text: str) -> list[str]:
    """The files of a data folder that hold a text, and the logs beside it."""
    found = [*data.rglob("*"), *data.parent.glob(f"{data.name}-*.log")]
    return [one.name for one in found if one.is_file() and text.encode() in one.read_bytes()]


def wait_for(what: Callable[[], bool]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + END_SECONDS
    while not what():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


def scheduler(word: str, server: Serving) -> None:
    """Pause or resume what is scheduled, beside a server."""
    subprocess.run(
        offpage("scheduled", word, str(server.folder), "--data", str(server.data)), check=True, capture_output=True
    )


def can_log_in(server: Serving, email: str) -> bool:
    with server.client() as client:
        return client.post("log_in", json={"email": email, "password": PASSWORD}).status_code == 200


def send(server: Serving) -> None:
    """A call that will never be answered."""
    with server.client() as client:
        try:
            client.post("paid", json={"email": HELD, "password": PASSWORD}, headers={"Idempotency-Key": "1"})
        except Exception:  # the server is killed
            return


@pytest.mark.timeout(180)
def test_no_file_has_a_password_that_waits_and_everything_goes_on_after_a_kill(tmp_path: Path) -> None:
    gate, reached = threading.Event(), threading.Event()

    def answer(asked: Asked) -> Told:
        if not reached.is_set():
            reached.set()
            gate.wait(END_SECONDS)
        return Told(200, {"ok": True})

    with other_api() as bank:
        bank.answer = answer
        app = APP | {
            "workflows/paid.yaml": PAID,
            "workflows/plan.yaml": PLAN,
            "workflows/echo.yaml": ECHO,
            "connectors/bank.yaml": BANK.replace("URL", bank.url),
        }
        folder, data = write_app(tmp_path / "app", app), tmp_path / "data"
        try:
            with serving(folder, data) as server, server.client() as client:
                scheduler("pause", server)
                queued = client.post(
                    "sign_up", json={"email": QUEUED, "password": PASSWORD}, headers={"Prefer": "respond-async"}
                )
                assert queued.status_code == 202, queued.text
                seen = client.post("plan", json={"emails": LISTED, "password": PASSWORD})
                assert seen.status_code == 200, seen.text
                seen = client.post("echo", json={"pin": PASSWORD}, headers={"Idempotency-Key": "2"})
                assert seen.json()["response"] == {"pin": PASSWORD}
                sending = threading.Thread(target=send, args=(server,))
                sending.start()
                assert reached.wait(END_SECONDS)
                assert files_with(data, "sealed:1:"), "what waits is on the disk"
                server.process.kill()
                server.process.wait()
                sending.join()
            assert files_with(data, PASSWORD) == []
            assert (data / "key").stat().st_mode & 0o777 == 0o600
        finally:
            gate.set()

        with serving(folder, data) as server, server.client() as client:
            again = client.post("echo", json={"pin": PASSWORD}, headers={"Idempotency-Key": "2"})
            assert again.json()["response"] == {"pin": PASSWORD}
            scheduler("resume", server)
            for email in (HELD, QUEUED, *LISTED):
                wait_for(lambda one=email: can_log_in(server, one))  # type: ignore[misc]
        assert files_with(data, PASSWORD) == []
