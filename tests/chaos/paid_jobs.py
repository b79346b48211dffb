"""Runs that pay for a job at a bank: what each must have done once, however often it was tried."""

from __future__ import annotations

from collections.abc import Mapping

from offpage.host.compose import Place
from tests.killing import SEED, rows


def paying(bank: str, more: str = "") -> dict[str, str]:
    """An app whose workflow `go` pays for a job; `more`: further keys of the step that asks the bank."""
    return {
        "types/job.yaml": """
            fields: {number: number, before: {type: number, default: 0}, answer: text, after: {type: number, default: 0}}
            """,
        "connectors/bank.yaml": f"""
            address: {bank}
            calls: {{pay: {{method: POST, parameters: {{id: text, nonce: text}}, json: {{id: =id, nonce: =nonce}}}}}}
            """,
        "workflows/go.yaml": f"""
            auth: none
            ignore_privacy: yes
            parameters: {{number: number}}
            steps:
              - {{do: create_thing, as: job, with: {{type: job, set: {{number: =number, before: 1}}}}}}
              - {{do: change_thing, with: {{thing: =job, set: {{before: {{increase: 1}}}}}}}}
              - {{do: call_api, as: paid, with: {{call: bank.pay, parameters: {{id: =job.id, nonce: =random_text(16)}}}}{more}}}
              - {{do: change_thing, with: {{thing: =job, set: {{answer: =paid.body.receipt.to_text, after: {{increase: 1}}}}}}}}
            """,
    }


def check_paid(place: Place, runs: int, sent: Mapping[str, set[tuple[str, bytes]]]) -> None:
    """All ended well, each step was done once, and the bank was `sent` (by the job) one key and body for each."""
    assert rows(place, "SELECT state, count(*) FROM op_runs GROUP BY state") == [("finished", runs)], SEED
    jobs = rows(place, 'SELECT id, number, "before", answer, "after" FROM t_job')
    assert sorted(number for _, number, *_ in jobs) == list(range(runs)), SEED
    assert {(before, after) for _, _, before, _, after in jobs} == {(2, 1)}, SEED
    assert {len(one) for one in sent.values()} == {1}, SEED
    for job, _, _, answer, _ in jobs:
        assert {answer} == {f"for {key}" for key, _ in sent[job]}, SEED
    assert rows(place, "SELECT count(*) FROM op_queue") == [(0,)]
