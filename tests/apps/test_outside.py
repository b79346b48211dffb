"""The example `outside`: a call in an expression, a call as a step, a mail."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.processes import copy_of, offpage, serving


def test_tickets_are_priced_charged_and_confirmed(tmp_path: Path) -> None:
    folder, data = copy_of("outside", tmp_path), tmp_path / "data"
    with serving(folder, data) as server, server.client() as client:
        bought = client.post("buy", json={"email": "ada@example.com", "seats": 2})
        assert bought.status_code == 200, bought.text
        response = bought.json()["response"]
        assert (response["price"], response["payment"]) == (30, "pay_30")
        refused = client.post("buy", json={"email": "ada@example.com", "seats": 100})
        assert refused.status_code == 400
        assert refused.json()["reason"] == "OUTSIDE_FAILED"
        assert refused.json()["message"].startswith("`till.charge` answered with status 400")
        called = subprocess.run(
            offpage("call", str(folder), "till.price", "--param", "seats=3", "--json", "--data", str(data), "--url", server.url[:-12]),
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    assert called.returncode == 0, called.stderr
    assert json.loads(called.stdout)["body"] == {"status": "success", "response": {"total": 45}}
    kept = subprocess.run(
        offpage("mail", "list", str(folder), "--json", "--data", str(data)), capture_output=True, text=True, check=True
    )
    (mail,) = map(json.loads, kept.stdout.splitlines())
    assert (mail["to"], mail["subject"]) == ("ada@example.com", "Your 2 tickets")
