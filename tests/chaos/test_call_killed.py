"""kill -9 while another program is being called: the call is made again, with the same key, and the run comes to its end."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.killing import END_SECONDS, rows
from tests.other_api import Asked, Told, other_api
from tests.processes import serving
from tests.site import place_of, write_app

FILES = {
    "types/job.yaml": "fields: {answer: text}\n",
    "workflows/go.yaml": """
        auth: none
        ignore_privacy: yes
        steps:
          - {do: create_thing, as: job, with: {type: job}}
          - {do: call_api, as: paid, with: {call: bank.pay, parameters: {id: =job.id, at: =now, nonce: =random_text(16)}}}
          - {do: change_thing, with: {thing: =job, set: {answer: =paid.body.receipt.to_text}}}
        """,
}


@pytest.mark.timeout(180)
def test_a_call_that_was_killed_is_made_again_with_its_key(tmp_path: Path) -> None:
    gate, reached, again = threading.Event(), threading.Event(), threading.Event()

    def answer(asked: Asked) -> Told:
        if reached.is_set():
            again.set()
        else:
            reached.set()
            gate.wait(END_SECONDS)
        return Told(200, {"receipt": f"for {asked.headers['idempotency-key']}"})

    with other_api() as bank:
        bank.answer = answer
        connector = f"address: {bank.url}\ncalls: {{pay: {{method: POST, parameters: {{id: text, at: date, nonce: text}}, json: {{id: =id, at: =at, nonce: =nonce}}}}}}\n"
        folder = write_app(tmp_path / "app", {**FILES, "connectors/bank.yaml": connector})
        data = tmp_path / "data"
        with serving(folder, data) as server, server.client() as client:
            assert client.post("go", headers={"prefer": "respond-async"}).status_code == 202
            assert reached.wait(END_SECONDS)
            server.kill()
        gate.set()
        with serving(folder, data):
            assert again.wait(END_SECONDS)
        first, second = bank.asked
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert first.body == second.body
    place = place_of(folder, data)
    assert rows(place, "SELECT answer FROM t_job") == [(f"for {first.headers['idempotency-key']}",)]
    assert rows(place, "SELECT state FROM op_runs") == [("finished",)]
