"""Return data from the API."""

from offpage.actions.action import Action, Effect, Prop, Static
from offpage.actions.context import StepContext
from offpage.actions.kinds import NUMBER_VALUE, TEXT_VALUE, VALUES
from offpage.kernel.errors import StepError

TEXT_PLAIN = "text/plain"


class ReturnData(Action):
    """Return data from the API.

    Say what the caller of this workflow gets: `values` for a JSON answer, `text` for plain text, or `content`
    with its `content_type`. `status` and `headers` change the answer's. Steps after it still run; when several
    such steps run, JSON values add up and a later value of the same name replaces the earlier.
    """

    words = "response answer reply error status"
    effect = Effect.NONE

    values = Prop(VALUES, "Values", required=False)
    text = Prop(TEXT_VALUE, "Text", required=False)
    content = Prop(TEXT_VALUE, "Content", required=False)
    content_type = Prop(TEXT_VALUE, "Content type", required=False)
    status = Prop(NUMBER_VALUE, "Status", required=False)
    headers = Prop(VALUES, "Headers", required=False)

    @classmethod
    def problems(cls, static: Static) -> list[tuple[str, str]]:
        """One kind of answer only, and other content says what it is."""
        kinds = [name for name in ("values", "text", "content") if name in static.types]
        found = []
        if len(kinds) > 1:
            found.append((kinds[1], f"An answer is either {kinds[0]} or {kinds[1]}. Keep one of them."))
        if ("content" in static.types) != ("content_type" in static.types):
            found.append(("", "`content` and `content_type` go together. Give both, or use `text`."))
        status = static.constants.get("status")
        if status is not None and not 200 <= status <= 599:
            found.append(("status", f"An answer's status is a number from 200 to 599, not {status:g}."))
        return found

    def run(self, step: StepContext) -> None:
        """Add to the answer; nothing, if something is wrong with it."""
        status = self._status()
        headers = {name: step.text_of(one) for name, one in (self.headers or {}).items()}
        if self.content_type:
            step.answer_text(self.content or "", self.content_type)
        elif self.text is not None:
            step.answer_text(self.text, TEXT_PLAIN)
        else:
            step.answer_values(self.values or {})
        step.answer_with(status, headers)

    def _status(self) -> int | None:
        if self.status is None:
            return None
        if not 200 <= self.status <= 599:
            raise StepError(f"An answer's status is a number from 200 to 599, not {self.status:g}.")
        return int(self.status)
