"""A workflow that cannot run for a mistake elsewhere says which."""

from __future__ import annotations

import pytest

from offpage.model.reader import read_files
from offpage.program.resolve import resolve
from offpage.sql.sqlite import SQLITE

CONNECTOR = "address: https://bank.example\ncalls:\n  pay:\n    path: /pay\n    method: POTS\n"
STEP = "  - {do: call_api, with: {call: bank.pay}}\n"
EXPRESSION = '  - {do: return_data, with: {values: {a: "=call_api(bank.pay).body"}}}\n'


@pytest.mark.parametrize("step", [STEP, EXPRESSION])
def test_the_call_whose_connector_has_a_mistake_is_named(step: str) -> None:
    files = {"app.yaml": "name: T\n", "connectors/bank.yaml": CONNECTOR, "workflows/go.yaml": f"steps:\n{step}"}
    app, _ = read_files(files)
    _, issues = resolve(app, "t", SQLITE)
    (said,) = [one.message for one in issues if one.address == "workflows/go"]
    assert "the call bank.pay, see connectors/bank.yaml:5" in said
