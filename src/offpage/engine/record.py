"""The row that is kept of a run: its trigger, its user, its parameters, its journal, its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Literal

import msgspec

from offpage.engine.calls import Answer, State
from offpage.engine.masking import MASK, OF_ANSWERS, Masks, as_text
from offpage.engine.open_frames import frames_data
from offpage.engine.packing import pack_all
from offpage.engine.progress import Progress, Standing
from offpage.engine.run import Run
from offpage.engine.running import Running
from offpage.kernel import errors
from offpage.kernel.errors import OffpageError, StepError
from offpage.program.tracing import LONGEST_TEXT, shorten
from offpage.services.sealing import Sealing
from offpage.store import loops, runs
from offpage.store.tx import Tx

_decode: Final = msgspec.json.Decoder().decode


class Recorder:
    """Writes runs' records, secrets masked."""

    def __init__(self, masks: Masks) -> None:
        self._masks = masks
        self.keeps_finished = False
        """Whether runs that end well keep what they hold, too, to be run again from one of their steps. Never for live."""

    def hide(self, error: OffpageError, hidden: Sequence[str] = ()) -> None:
        """Mask what an error says: its sentence goes to the caller, too."""
        error.message = self._masks.sentence(error.message, hidden)
        error.args = (error.message,)
        error.details = self._masks.data(error.details, hidden)

    def end(
        self,
        tx: Tx,
        running: Running,
        progress: Progress,
        state: State,
        error: OffpageError | None,
        resume: str | None = None,
    ) -> str | None:
        """Record a run that has ended: one statement. An item of a batch that ended well is counted only.

        `resume` is what it takes to try it again. Returns the answer as it stands in the record.
        """
        if error is not None:
            self.hide(error, progress.hidden)
        item = running.run.item
        if item is not None and not progress.recorded:
            item.workload = running.workload.units
            item.journal, item.started, item.ended = progress.journal, progress.started, running.now()
            if state == "failed":
                _mark_undone(progress)
                item.row = self._row(running, progress, state, error, None)
            return None
        row = self._row(running, progress, state, error, resume)
        if progress.recorded:
            runs.update(tx, row)
        else:
            runs.insert(tx, row)
        if progress.long_lists and resume is None:
            loops.drop(tx, running.run.id)
        return row.answer

    def pause(
        self,
        tx: Tx,
        running: Running,
        progress: Progress,
        *,
        resting: bool,
        same: list[Any] | None = None,
        attempt: int = 1,
    ) -> None:
        """Record a run that leaves the database, or is `resting`, with all it needs to go on from there.

        `same` is what its step is repeated with. It is not kept where a secret stands in it: then it is evaluated afresh.
        """
        more: dict[str, Any] = {"resting": resting} | ({"attempt": attempt} if attempt > 1 else {})
        resume = self._resume_text(tx, running, progress, same, more)
        row = self._row(running, progress, "running" if resting else "outside", None, resume)
        if progress.recorded:
            runs.update(tx, row)
        else:
            runs.insert(tx, row)
            progress.recorded = True

    def stands(self, tx: Tx, running: Running, standing: Standing) -> str:
        """What a run that fails needs to go on from where it stood."""
        kept = None if standing.call is None else standing.call.same()
        same = None if kept is None else pack_all(*kept)
        more = {"resting": standing.call is None, "begun": standing.begun}
        return self._resume_text(tx, running, standing.progress, same, more)

    def _resume_text(
        self, tx: Tx, running: Running, progress: Progress, same: list[Any] | None, more: dict[str, Any]
    ) -> str:
        is_secret = _holds_secrets(running.run, progress)

        def kept(text: str) -> str:
            """Sealed where it may show a secret: as a step's result, say."""
            return running.sealing.seal(text) if is_secret or self._masks.may_show(text) else text

        data = _resume(tx, running.run, progress, kept) | more
        if same is not None and self._masks.text(same, progress.hidden) == as_text(same):
            data["same"] = same
        text = as_text(data)
        sealed = kept(text)
        # Which item of a batch it is must be known without the key, too.
        return text if sealed is text else as_text({"item": data["item"], "sealed": sealed})

    def _row(
        self,
        running: Running,
        progress: Progress,
        state: State | Literal["outside", "running"],
        error: OffpageError | None,
        resume: str | None,
    ) -> runs.Run:
        run, hidden = running.run, progress.hidden

        def kept(data: Any, ours: frozenset[str] = frozenset()) -> str:
            return self._masks.text(data, hidden, ours=ours)

        return runs.Run(
            id=run.id,
            workflow=run.workflow.name,
            definition=run.program.definition,
            trigger=run.trigger,
            state=state,  # type: ignore[arg-type]  # none that waits comes here
            actor=run.actor.kind,
            user_id=run.actor.user_id,
            depth=run.depth,
            parent_id=run.parent_id,
            due_at=run.queued_at,
            started_at=progress.started,
            finished_at=None if state in ("outside", "running") else running.now(),
            workload=running.workload.units,
            parameters=kept(_parameters(run)),
            error=None if error is None else as_text(error_data(error)),
            answer=None if state in ("skipped", "outside", "running") else self._answer(running.answer, hidden),
            journal=self._masks.journal(progress.journal, hidden),
            resume=resume,
            owner=progress.owner,
        )

    def _answer(self, answer: Answer, hidden: Sequence[str]) -> str:
        """An answer as text; cut only where it is long, which few are."""
        text = self._masks.text(answer_data(answer), hidden, ours=OF_ANSWERS)
        return text if len(text) <= LONGEST_TEXT else self._masks.text(_short(answer), hidden, ours=OF_ANSWERS)


def _mark_undone(progress: Progress) -> None:
    """An item that fails is undone as a whole."""
    for entry in progress.journal:
        if entry.get("state") == "done":
            entry["state"] = "undone"


def _holds_secrets(run: Run, progress: Progress) -> bool:
    """Whether something is in a run's hands that no record may show, or a request: nobody says what in it is a secret."""
    if run.request is not None and not run.request.is_empty:
        return True
    if progress.hidden or run.workflow.has_secrets or progress.workflow.has_secrets:
        return True
    return any(one.caller is not None and one.caller.workflow.has_secrets for one in progress.frames)


def opened_resume(text: str, sealing: Sealing) -> dict[str, Any]:
    """What a run needs to go on, sealed or not, as data again. Raises KeyLost."""
    kept: dict[str, Any] = _decode(text)
    return kept if "sealed" not in kept else _decode(sealing.open(kept["sealed"]))


def _resume(tx: Tx, run: Run, progress: Progress, kept: Callable[[str], str]) -> dict[str, Any]:
    """What a run needs to go on after a crash: exact values, unlike the journal's."""
    return frames_data(tx, run.id, progress, kept) | {
        "hidden": progress.hidden,
        "next": progress.next,
        "workflow": progress.workflow.name,
        "lifted": progress.lifted,
        "changed": progress.changed,
        "answer": answer_data(progress.answer),
        "log_in": log_in_data(progress.answer),
        "actor": [progress.actor.kind, progress.actor.user_id, progress.actor.token_id],
        "zone": getattr(run.zone, "key", None),
        "idempotency": run.idempotency,
        "ignore_privacy": run.ignore_privacy,
        "request": None if run.request is None else run.request.as_data(),
        "ip": run.ip,
        "accepted": run.accepted,
        "item": None if run.item is None else [run.item.batch, run.item.seq],
    }


def _parameters(run: Run) -> dict[str, Any]:
    return {
        parameter.name: MASK if parameter.secret else parameter.trace(value)
        for parameter, value in zip(run.workflow.parameters, run.parameters, strict=True)
        if value is not None
    }


def _short(answer: Answer) -> dict[str, Any]:
    return answer_data(answer) | {"values": shorten(answer.values), "text": shorten(answer.text)}


def answer_data(answer: Answer) -> dict[str, Any]:
    """An answer as plain data, without the token of a user who logged in."""
    return {
        "kind": answer.kind,
        "values": answer.values,
        "text": answer.text,
        "content_type": answer.content_type,
        "status": answer.status,
        "headers": answer.headers,
        "location": answer.location,
    }


def log_in_data(answer: Answer) -> dict[str, Any] | None:
    """What an answer says of a user who logged in, without the token; None where nobody did."""
    if answer.session is None:
        return None
    return {key: value for key, value in answer.session.items() if key != "token"} | {"token_id": answer.token_id}


def answer_from(data: dict[str, Any], log_in: dict[str, Any] | None) -> Answer:
    """What `answer_data` and `log_in_data` made, as an answer again."""
    answer = Answer(**data)
    if log_in is not None:
        answer.token_id = log_in["token_id"]
        answer.session = {key: value for key, value in log_in.items() if key != "token_id"}
    return answer


def error_data(error: OffpageError) -> dict[str, Any]:
    """An error as plain data."""
    return {"type": type(error).__name__, "code": error.code, "message": error.message, "details": error.details}


def error_from(data: dict[str, Any]) -> OffpageError:
    """What `error_data` made, as an error again."""
    kind = getattr(errors, data["type"], StepError)
    error: OffpageError = kind(data["message"], **data["details"])
    return error
