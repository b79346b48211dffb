"""Answers kept under an Idempotency-Key: the same request, sent again, gets the answer it got."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from offpage.engine.calls import Answer, Outcome
from offpage.engine.record import answer_data, as_text, error_data, error_from
from offpage.engine.running import Run
from offpage.kernel.errors import Conflict, KeyReused
from offpage.store import answers
from offpage.store.tx import Tx

Execute = Callable[[Tx, Run], Outcome]


def answer_once(tx: Tx, run: Run, key: tuple[str, str], execute: Execute) -> Outcome:
    """Execute a run unless its key has an answer already; the answer is kept in the run's own transaction.

    `key` is the caller's key and a hash of what came with it. Raises KeyReused when that hash differs from
    the first request's, and Conflict while the first one has no answer yet.
    """
    name, body_hash = key
    place = answers.StoredAnswer(
        run.workflow.name, name, body_hash, run.id, None, None, None, run.queued_at or _moment(run.id)
    )
    former = answers.keep(tx, place)
    if former is not None:
        return _former(former, body_hash)
    outcome = execute(tx, run)
    kept = {
        "run_id": outcome.run_id,
        "state": outcome.state,
        "answer": answer_data(outcome.answer),
        "error": None if outcome.error is None else error_data(outcome.error),
    }
    status = outcome.error.status if outcome.error else outcome.answer.status
    answers.complete(tx, run.workflow.name, name, status=status, headers="{}", body=as_text(kept))
    return outcome


def _former(former: answers.StoredAnswer, body_hash: str) -> Outcome:
    if former.body_hash != body_hash:
        raise KeyReused
    if former.body is None:
        raise Conflict
    kept = msgspec.json.decode(former.body)
    error = None if kept["error"] is None else error_from(kept["error"])
    return Outcome(kept["run_id"], kept["state"], Answer(**kept["answer"]), error, repeated=True)


def _moment(run_id: str) -> int:
    """When a run's id was made: its first 13 digits."""
    return int(run_id[:13])
