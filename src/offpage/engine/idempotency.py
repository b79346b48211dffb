"""Answers kept under an Idempotency-Key: the same request, sent again, gets the answer it got.

The place for the answer is taken in the run's first transaction and filled in its last, so that a request counts
once however often it comes, and a crash in between leaves either nothing or the answer.

The exact answer of a run that was accepted for later is in its record, or, where that masks or cuts something, kept in
the same way under a key made of its id; the request's own key leads to it by the run's id.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from offpage.engine.calls import Answer, Outcome
from offpage.engine.masking import MASK, as_text
from offpage.engine.record import answer_data, answer_from, error_data, error_from, log_in_data
from offpage.engine.run import Run
from offpage.kernel.errors import Conflict, KeyReused, TokenShownOnce
from offpage.program.tracing import CUT
from offpage.services.sealing import Sealing
from offpage.store import answers, queue, runs
from offpage.store.answers import StoredAnswer
from offpage.store.queue import QueuedRun
from offpage.store.tx import Tx

NEVER: Final = 2**62
"""A moment that does not come."""

FAILED: Final = 400
"""From here on a status tells senders to try again."""


def accepted_key(run_id: str) -> str:
    """The key under which the answer of an accepted run is kept. No caller's key looks like it."""
    return f"accepted {run_id}"


def former_answer(tx: Tx, run: Run, now: int, sealing: Sealing) -> Outcome | None:
    """The answer that this run's key has already; None takes the place for it.

    Raises KeyReused when something else was sent with the key, Conflict while the first run goes on, TokenShownOnce
    when its answer held a user's token, KeyLost where it is sealed.
    """
    former = take_place(tx, run, now)
    if former is None:
        return None
    body = former.body or _body_of(tx, former, sealing)
    if body is None:
        raise Conflict(run_id=former.run_id)
    kept = msgspec.json.decode(sealing.open(body))
    if kept["token"]:
        raise TokenShownOnce(run_id=former.run_id)
    return _outcome(kept, repeated=True)


def take_place(tx: Tx, run: Run, now: int) -> StoredAnswer | None:
    """Take the place for the answer under the run's key, or give what stands there of another run. Raises KeyReused."""
    assert run.idempotency is not None
    key, body_hash = run.idempotency
    dedupe = run.workflow.dedupe
    until = None if dedupe is None else now + dedupe.keep_ms if dedupe.keep_ms else NEVER
    place = StoredAnswer(run.workflow.name, key, body_hash, run.id, None, None, None, now, until)
    former = answers.keep(tx, place)
    if former is not None and _is_void(tx, former, now):
        answers.drop(tx, former.workflow, key)
        former = answers.keep(tx, place)
    if former is not None and former.body_hash != body_hash:
        raise KeyReused
    return None if former is not None and former.run_id == run.id else former


def give_place_up(tx: Tx, waiting: QueuedRun) -> None:
    """Give up the place of a delivery that a run was to begin anew and does not, if it is that run's: its sender may try again."""
    if waiting.delivery is None:
        return
    key = msgspec.json.decode(waiting.delivery)[0]
    there = answers.get(tx, waiting.workflow, key)
    if there is not None and there.run_id == waiting.id:
        answers.free(tx, waiting.workflow, key)


def is_repeated(tx: Tx, workflow: str, idempotency: tuple[str, str]) -> bool:
    """Whether the same was sent with the same key before."""
    key, body_hash = idempotency
    former = answers.get(tx, workflow, key)
    return former is not None and former.body_hash == body_hash


def keep_for_status(tx: Tx, former: StoredAnswer) -> None:
    """Let a run that was called with a key be asked about like one that was accepted."""
    if former.body is not None and former.run_id is not None:
        answers.keep(tx, former._replace(key=accepted_key(former.run_id)))


def exact_outcome(tx: Tx, row: runs.Run, sealing: Sealing) -> Outcome | None:
    """How an accepted run ended, with its exact answer; None if it has not, or the answer is not kept any more."""
    kept = answers.get(tx, row.workflow, accepted_key(row.id))
    if kept is not None and kept.body is not None:
        return _outcome(msgspec.json.decode(sealing.open(kept.body)))
    if row.state == "running" or row.state == "outside" or not is_exact(row.answer):  # noqa: PLR1714 - mypy reads this
        return None
    answer = Answer(**msgspec.json.decode(row.answer)) if row.answer else Answer()
    return Outcome(row.id, row.state, answer, error_from(msgspec.json.decode(row.error)) if row.error else None)


def known_outcome(tx: Tx, row: runs.Run, sealing: Sealing) -> Outcome:
    """How a run that is over ended: its exact answer, or, where that is kept nowhere, at least the error it failed with."""
    error = error_from(msgspec.json.decode(row.error)) if row.error else None
    return exact_outcome(tx, row, sealing) or Outcome(row.id, row.state, error=error)  # type: ignore[arg-type]  # it is over


def is_exact(recorded: str | None) -> bool:
    """Whether the answer in a run's record is what was answered: nothing in it is masked or cut."""
    return recorded is None or not (MASK in recorded or CUT in recorded)


def _outcome(kept: dict[str, Any], *, repeated: bool = False) -> Outcome:
    error = None if kept["error"] is None else error_from(kept["error"])
    return Outcome(
        kept["run_id"], kept["state"], answer_from(kept["answer"], kept.get("log_in")), error, repeated=repeated
    )


def _body_of(tx: Tx, place: StoredAnswer, sealing: Sealing) -> str | None:
    """The answer of the accepted run that a place belongs to, if it has ended."""
    kept = answers.get(tx, place.workflow, accepted_key(place.run_id or ""))
    if kept is not None:
        return kept.body
    row = runs.get(tx, place.run_id or "")
    outcome = None if row is None else exact_outcome(tx, row, sealing)
    return None if outcome is None else as_text(_kept(outcome))


def _is_void(tx: Tx, former: StoredAnswer, now: int) -> bool:
    """Whether what stands in a place counts no more. What a delivery took counts until its time is over."""
    if former.until is not None:
        return former.until <= now
    return former.body is None and _is_gone(tx, former.run_id)


def _is_gone(tx: Tx, run_id: str | None) -> bool:
    """Whether a run that was to fill its place was taken out of the queue."""
    return run_id is not None and queue.get(tx, run_id) is None and runs.get(tx, run_id) is None


def _kept(outcome: Outcome) -> dict[str, Any]:
    return {
        "run_id": outcome.run_id,
        "state": outcome.state,
        "answer": answer_data(outcome.answer),
        "error": None if outcome.error is None else error_data(outcome.error),
        "token": outcome.answer.session is not None,
        "log_in": log_in_data(outcome.answer),
    }


def keep_answer(tx: Tx, run: Run, outcome: Outcome, sealing: Sealing | None) -> None:
    """Fill the place that `former_answer` took; sealed with `sealing`.

    A delivery that came to nothing gives it up: its sender tries again.
    """
    assert run.idempotency is not None
    if run.workflow.dedupe is not None and (outcome.state != "finished" or _status(outcome) >= FAILED):
        answers.free(tx, run.workflow.name, run.idempotency[0])
        return
    body = _body(outcome, sealing)
    answers.complete(tx, run.workflow.name, run.idempotency[0], status=_status(outcome), headers="{}", body=body)


def keep_accepted(tx: Tx, run: Run, outcome: Outcome, recorded: str | None, now: int, sealing: Sealing | None) -> None:
    """Keep the exact answer of an accepted run that has ended, unless its record holds it; sealed with `sealing`."""
    if is_exact(recorded) and outcome.answer.session is None:
        return
    body = _body(outcome, sealing)
    key = accepted_key(run.id)
    answers.keep(tx, StoredAnswer(run.workflow.name, key, "", run.id, _status(outcome), "{}", body, now))


def _body(outcome: Outcome, sealing: Sealing | None) -> str:
    text = as_text(_kept(outcome))
    return text if sealing is None else sealing.seal(text)


def _status(outcome: Outcome) -> int:
    return outcome.error.status if outcome.error else outcome.answer.status
