"""Answers kept under an Idempotency-Key: the same request, sent again, gets the answer it got.

The place for the answer is taken in the run's first transaction and filled in its last, so that a request counts
once however often it comes, and a crash in between leaves either nothing or the answer.
"""

from __future__ import annotations

import msgspec

from offpage.engine.calls import Answer, Outcome
from offpage.engine.record import answer_data, as_text, error_data, error_from
from offpage.engine.running import Run
from offpage.kernel.errors import Conflict, KeyReused, TokenShownOnce
from offpage.store import answers
from offpage.store.tx import Tx


def former_answer(tx: Tx, run: Run) -> Outcome | None:
    """The answer that this run's key has already; None takes the place for it.

    Raises KeyReused when something else was sent with the key, Conflict while the first run goes on, TokenShownOnce
    when its answer held a user's token.
    """
    assert run.idempotency is not None
    key, body_hash = run.idempotency
    made = int(run.id[:13])
    place = answers.StoredAnswer(run.workflow.name, key, body_hash, run.id, None, None, None, made)
    former = answers.keep(tx, place)
    if former is None:
        return None
    if former.body_hash != body_hash:
        raise KeyReused
    if former.body is None:
        raise Conflict
    kept = msgspec.json.decode(former.body)
    if kept["token"]:
        raise TokenShownOnce
    error = None if kept["error"] is None else error_from(kept["error"])
    return Outcome(kept["run_id"], kept["state"], Answer(**kept["answer"]), error, repeated=True)


def keep_answer(tx: Tx, run: Run, outcome: Outcome) -> None:
    """Fill the place that `former_answer` took."""
    assert run.idempotency is not None
    kept = {
        "run_id": outcome.run_id,
        "state": outcome.state,
        "answer": answer_data(outcome.answer),
        "error": None if outcome.error is None else error_data(outcome.error),
        "token": outcome.answer.session is not None,
    }
    status = outcome.error.status if outcome.error else outcome.answer.status
    answers.complete(tx, run.workflow.name, run.idempotency[0], status=status, headers="{}", body=as_text(kept))
