"""kill -9 while passwords wait, in the queue, in a batch, in a run that is outside: no file has them, and all goes on."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path

import pytest

from tests.engine.accounts import APP
from tests.killing import rows
from tests.other_api import Asked, Told, other_api
from tests.processes import Serving, offpage, serving
from tests.site import place_of, write_app
from tests.until import WAIT_SECONDS, wait_until

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


WITH_PASSWORD = "SELECT count(*) FROM op_credentials WHERE password_hash IS NOT NULL"


def files_with(data: Path, text: str) -> list[str]:
    """The files of a data folder that hold a text, and the logs beside it."""
    found = [*data.rglob("*"), *data.parent.glob(f"{data.name}-*.log")]
    return [one.name for one in found if one.is_file() and text.encode() in one.read_bytes()]


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
            gate.wait(WAIT_SECONDS)
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
        place = place_of(folder, data)
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
                assert reached.wait(WAIT_SECONDS)
                assert files_with(data, "sealed:1:"), "what waits is on the disk"
                server.kill()
                sending.join()
            assert files_with(data, PASSWORD) == []
            assert (data / "key").stat().st_mode & 0o777 == 0o600
        finally:
            gate.set()

        with serving(folder, data) as server, server.client() as client:
            again = client.post("echo", json={"pin": PASSWORD}, headers={"Idempotency-Key": "2"})
            assert again.json()["response"] == {"pin": PASSWORD}
            scheduler("resume", server)
            wait_until(lambda: rows(place, WITH_PASSWORD) == [(2 + len(LISTED),)])
            assert all(can_log_in(server, email) for email in (HELD, QUEUED, *LISTED))
        assert files_with(data, PASSWORD) == []
