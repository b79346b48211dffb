"""The surroundings of a running workflow: what its expressions and its actions may ask for."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from offpage.accounts.actor import Actor
from offpage.actions.kinds import Typed
from offpage.data.frozen import FrozenThing
from offpage.data.guarded_view import GuardedView
from offpage.data.view import DataView
from offpage.engine.calling import Calling
from offpage.engine.calls import Answer
from offpage.engine.changes import NOTHING, Changes, Watched
from offpage.engine.run import Run, Surroundings
from offpage.engine.showing import show
from offpage.engine.step_accounts import AccountsOfRun
from offpage.engine.step_recurring import RecurringOfRun
from offpage.engine.step_schedule import ScheduleOfRun
from offpage.engine.step_things import ThingsOfRun
from offpage.engine.workload import Workload
from offpage.expr.meter import Meter
from offpage.expr.runtime import Gives
from offpage.kernel.errors import OffpageError, TimedOut
from offpage.services.file_links import EVERYBODY
from offpage.services.sealing import Sealing
from offpage.store.tx import Tx
from offpage.values.codec import Forms, to_text

if TYPE_CHECKING:
    from offpage.engine.progress import Progress


def _watched(run: Run) -> Watched:
    """The workflows that what this run changes may start. Those that start so start no others, unless they say so."""
    change = run.workflow.change
    return NOTHING if change is not None and not change.chain else run.program.watched


def _secret_parameters(run: Run) -> list[str]:
    """The texts that callers gave for parameters that no record may show."""
    if not run.workflow.has_secrets:
        return []
    pairs = zip(run.workflow.parameters, run.parameters, strict=False)  # what stands for a batch has none
    given = [value for parameter, value in pairs if parameter.secret]
    texts = [one for value in given for one in (value if isinstance(value, list) else [value])]
    return [one for one in texts if isinstance(one, str) and one]


class Running:
    """One run while it executes, in the thread that holds its transaction. Implements Runtime and StepContext."""

    failures: tuple[tuple[str, OffpageError], ...] = ()
    """Workflows that are to be told of failures in this segment."""

    def __init__(self, tx: Tx, run: Run, around: Surroundings, forms: Forms) -> None:
        program = run.program
        self.tx = tx
        self.run = run
        self.values: list[Any] = run.parameters + [None] * (len(run.workflow.slot_types) - len(run.parameters))
        self.this: Any = None
        self.forms = forms
        self.zone = forms.zone
        self.random = around.random
        self.dialect = tx.dialect
        self.actor = run.actor
        self.current_user = run.actor.user_id
        self.lifted = run.workflow.ignore_privacy or run.ignore_privacy
        self.sees_all = run.actor.kind == "admin" or self.lifted
        self.now = around.clock.now
        self.new_id = around.new_id
        self.meter = Meter(self.check_time)
        self.workload = Workload(program.app.settings.workload)
        self.view = DataView(tx, program.things, self.workload)
        self.guarded = GuardedView(self.view, program.privacy)
        self.changes = Changes(_watched(run), program.schema, self.view)
        self.things = ThingsOfRun(self)
        self.services = around.services
        self.settings = program.app.settings
        self.answer = Answer()
        self.hidden = _secret_parameters(run)
        self.ended = False
        self.key = ""
        self.wake_at: int | None = None
        self.calling: Calling | None = None
        self.calls = 0
        """How many events are open."""
        self.returned: dict[str, Any] = {}
        """What the event that is ending returns."""
        self.place = ""
        """Which round of which loop, which call of which event: part of `key`."""
        self._around = around
        # The database stops a statement that runs past this; between statements `check_time` looks.
        tx.deadline = time.monotonic() + run.workflow.run_seconds if run.workflow.run_seconds else None

    # What expressions ask for.

    def thing(self, type_id: str, thing_id: str) -> Sequence[Any] | None:
        """Values of a thing in Python form, empty where the run may not see them; None if there is no such thing."""
        if isinstance(thing_id, FrozenThing):
            return thing_id.row
        if self.sees_all:
            return self.view.thing(type_id, thing_id)
        return self.guarded.thing(self, type_id, thing_id)

    def list_field(self, type_id: str, field_id: str, thing_id: str) -> list[Any]:
        """Items of a list field, in order; none where the run may not see them."""
        if isinstance(thing_id, FrozenThing):
            return thing_id.items(field_id)
        if self.sees_all:
            return self.view.list_field(type_id, field_id, thing_id)
        return self.guarded.list_field(self, type_id, field_id, thing_id)

    def load(self, type_id: str, ids: Sequence[str], lists: Sequence[str] = ()) -> None:
        """Read many things at once, and these list fields of them, before they are asked for one by one."""
        there = [one for one in ids if not isinstance(one, FrozenThing)]
        if len(there) < 2:
            return
        self.view.load(type_id, there)
        for field_id in lists:
            self.view.load_list(type_id, field_id, there)
        if not self.sees_all:
            self.guarded.load(self, type_id, there)

    def select(self, text: str, values: Sequence[Any], gives: Gives = "") -> list[tuple[Any, ...]]:
        """Run one SELECT."""
        rows = self.view.select(text, values)
        self.workload.search(gives, rows)
        return rows

    def source(self, name: str, path: tuple[str, ...]) -> Any:
        """What `secret.X`, `app.url`, `env`, `request.…` give."""
        if name == "request":
            return self._of_request(path)
        return self._around.source(name, path) if name != "file_link" else self._link(path[0])

    def _link(self, address: str) -> str | None:
        """A link to a file that opens what this run may open."""
        links = self._around.services.links
        if links is None:
            return None
        return links.link(address, EVERYBODY if self.sees_all else self.current_user or "", self.now())

    def _of_request(self, path: tuple[str, ...]) -> Any:
        return None if self.run.request is None else self.run.request.given(path[0])

    def take_up(self, progress: Progress) -> None:
        """Stand where an earlier segment of this run stopped."""
        self.values = progress.values
        self.answer = progress.answer
        self.workload.units = progress.workload
        for text in progress.hidden:
            self.hide(text)
        progress.hidden = self.hidden
        self.lifted = progress.lifted
        self.calls = sum(one.caller is not None for one in progress.frames)
        self.become(progress.actor)

    def wakes(self, at: int) -> None:
        """Note that work was queued for this moment: once it is committed the dispatcher hears of it."""
        if self.wake_at is None or at < self.wake_at:
            self.wake_at = at

    def put_down(self, progress: Progress) -> None:
        """Say where this segment stops."""
        progress.workload = self.workload.units
        progress.actor = self.actor
        progress.lifted = self.lifted
        progress.wake_at = self.wake_at

    def become(self, actor: Actor) -> None:
        """Act for somebody else from now on: the later steps see and do what they may.

        An administrator who logs in as a user within the run sees what that user sees.
        """
        self.actor = actor
        self.current_user = actor.user_id
        self.sees_all = actor.kind == "admin" or self.lifted

    def stand_in(self, values: list[Any], lifted: bool) -> None:
        """Be in another workflow: in an event that is called, or back in its caller."""
        self.values, self.lifted = values, lifted
        self.sees_all = self.actor.kind == "admin" or lifted

    def saved_answer(self) -> Answer:
        """The answer as it is now, in case what follows is undone."""
        return replace(self.answer, values=dict(self.answer.values), headers=dict(self.answer.headers))

    def answer_again(self, saved: Answer) -> None:
        """Go back to an answer that was saved."""
        for one in fields(Answer):
            setattr(self.answer, one.name, getattr(saved, one.name))

    @property
    def sealing(self) -> Sealing:
        """Seals what is kept of a run that holds secrets."""
        return self._around.sealing

    @property
    def in_event(self) -> bool:
        """Whether the steps are those of an event."""
        return self.calls > 0

    # What actions ask for.

    @property
    def schedule(self) -> ScheduleOfRun:
        """Workflows that run later."""
        return ScheduleOfRun(self)

    @property
    def recurring(self) -> RecurringOfRun:
        """Workflows that start again and again for a thing."""
        return RecurringOfRun(self)

    @property
    def accounts(self) -> AccountsOfRun:
        """Users and their log-ins."""
        return AccountsOfRun(self)

    def hide(self, value: Any) -> None:
        """Keep a text out of all records of this run."""
        if isinstance(value, str) and value and value not in self.hidden:
            self.hidden.append(value)

    def count_written(self, things: int) -> None:
        """Count things as workload that a step has written outside of its transaction."""
        self.workload.written(things)

    def check_time(self) -> None:
        """Raise TimedOut when the run has taken too long."""
        deadline = self.tx.deadline
        if deadline is not None and time.monotonic() > deadline:
            raise self.too_late()

    def too_late(self) -> TimedOut:
        """The error of a run that has taken too long."""
        seconds = self.run.workflow.run_seconds
        return TimedOut(f"The run took longer than {seconds:g} s (limits.run_seconds in app.yaml).")

    def answer_values(self, values: Mapping[str, Typed]) -> None:
        """Add values to the JSON answer; in a custom event: end it with these values."""
        if self.in_event:
            self.end(values)
            return
        self.answer.kind = "json"
        for name, one in values.items():
            self.answer.values[name] = self.shown(one)

    def shown(self, one: Typed) -> Any:
        """A value as it stands in a JSON answer."""
        return show(self, one.type, one.value)

    def answer_text(self, text: str, content_type: str) -> None:
        """Answer with text instead of JSON."""
        self.answer.kind = "text" if content_type == "text/plain" else "content"
        self.answer.text = text
        self.answer.content_type = content_type

    def answer_with(self, status: int | None, headers: Mapping[str, str]) -> None:
        """Set the answer's status and further headers."""
        if status is not None:
            self.answer.status = status
        self.answer.headers.update(headers)

    def end(self, values: Mapping[str, Typed]) -> None:
        """End the run after this step, without an error; in a custom event, end that with these values."""
        self.ended = True
        self.returned = {name: one.value for name, one in values.items()}

    def trigger_event(self, name: str, parameters: Sequence[Any], ignore_privacy: bool | None) -> None:
        """Do the steps of a custom event after this one, before the next."""
        self.calling = Calling(name, parameters, ignore_privacy)

    def text_of(self, one: Typed) -> str:
        """A value as people read it."""
        return to_text(one.type, one.value, self.forms)
