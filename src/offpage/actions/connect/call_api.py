"""Call another program's API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from offpage.actions.action import Cost, Prop, Static
from offpage.actions.connecting import perform
from offpage.actions.kinds import ARGUMENTS, CALL
from offpage.actions.outside import OutsideAction, OutsideContext
from offpage.values.records import Record
from offpage.values.types import Type


class CallApi(OutsideAction):
    """Call another program's API.

    What can be called is described by files in connectors/. `call` is the connector and the call: `stripe.charge`. The
    result has `.body`, `.status` and `.headers` (their names in lower case). An answer that is an error (4xx and 5xx,
    unless the connector says otherwise) fails the step.
    """

    words = "http request url web fetch connector rest"
    cost = Cost(also="outside_call")
    repeats = "call"

    call = Prop(CALL, "Call")
    parameters = Prop(ARGUMENTS, "Parameters", of="call", required=False)

    @classmethod
    def gives(cls, static: Static) -> Type:
        """The answer."""
        record: Type = static.constants["call"].record
        return record

    @classmethod
    def parts(cls, static: Static) -> Mapping[str, Type]:
        """The body as the connector describes it, the status and the headers."""
        parts: Mapping[str, Type] = static.constants["call"].parts
        return parts

    def same(self) -> tuple[Sequence[Type], Sequence[Any]]:
        """The parameters: other programs take the same key with another request for a mistake."""
        return [one.type for one in self.call.parameters], self.parameters

    def take_same(self, values: list[Any]) -> None:
        """Call with the parameters of before."""
        vars(self)["parameters"] = values

    async def reach(self, step: OutsideContext) -> Record:
        """Make the call."""
        return await perform(self.call, self.parameters, step)
