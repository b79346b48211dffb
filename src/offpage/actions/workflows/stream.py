"""Tell the caller something while the run goes on."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from offpage.actions.action import Cost, Prop, Static
from offpage.actions.context import StepContext
from offpage.actions.kinds import TEXT_VALUE, VALUES
from offpage.actions.outside import OutsideAction, OutsideContext
from offpage.kernel.errors import StepError
from offpage.values.types import YES_NO, Type

OURS: Final = frozenset({"done", "error"})
"""The events that end a stream."""

NOBODY_LISTENS: Final = "Nothing was sent: nobody listens. The run was not called over HTTP, or its caller has gone."

_NAME: Final = re.compile(r"[^\x00-\x1f\x7f]{1,100}\Z")


class Stream(OutsideAction):
    """Stream to the caller.

    Sends an event to whoever called the workflow, while the run goes on: `values` as JSON, or a `text`. The answer is
    a stream of server-sent events then, which ends with the event `done` (what `return_data` gives) or `error`. What
    the run did before is on disk when the event is sent. Where nobody listens, nothing is sent and the run goes on;
    the result says whether the caller's connection took it.
    """

    words = "progress sse"
    cost = Cost(base=0.1)

    _data = ""

    values = Prop(VALUES, "Values", required=False)
    text = Prop(TEXT_VALUE, "Text", required=False)
    event = Prop(TEXT_VALUE, "Name of the event", required=False)

    @classmethod
    def gives(cls, static: Static) -> Type:
        """Whether it was sent."""
        return YES_NO

    @classmethod
    def problems(cls, static: Static) -> list[tuple[str, str]]:
        """Either values or a text, under a name that is not ours."""
        found = []
        if len(static.given & {"values", "text"}) != 1:
            found.append(("", "A stream sends either `values` or `text`. Give one of them."))
        event = static.constants.get("event")
        if event and (wrong := _wrong_name(event)):
            found.append(("event", wrong))
        return found

    def prepare(self, step: StepContext) -> None:
        """Put into words what is sent."""
        if self.event and (wrong := _wrong_name(self.event)):
            raise StepError(wrong)
        if self.is_given("values"):
            shown = {name: step.shown(one) for name, one in self.values.items()}
            self._data = msgspec.json.encode(shown).decode()
        else:
            self._data = self.text or ""

    async def reach(self, step: OutsideContext) -> bool:
        """Send it. After a crash nobody listens any more."""
        if step.listener is None or not await step.listener.tell(self.event or "", self._data):
            return False
        step.sent(len(self._data.encode("utf-8", "replace")))
        return True

    def remark(self, reached: bool) -> str:
        """That nobody listened."""
        return "" if reached else NOBODY_LISTENS


def _wrong_name(event: str) -> str:
    if event in OURS:
        return f"`{event}` is the event that ends a stream. Choose another name."
    return "" if _NAME.match(event) else "The name of an event is one line of at most 100 characters."
