"""Keep a file in the app's storage."""

from __future__ import annotations

from offpage.actions.action import Cost, Prop, Static
from offpage.actions.kinds import TEXT_VALUE, THING
from offpage.actions.outside import OutsideAction, OutsideContext
from offpage.actions.saving import SOURCES, Wanted, saved
from offpage.kernel.errors import StepError
from offpage.services.files import Attached
from offpage.values.types import FILE, Type


class SaveFile(OutsideAction):
    """Keep a file in this app's storage, from a URL, or from a text or Base64.

    At most 50 MB. A URL leads to the public internet, or to what `outside: {allow: …}` in app.yaml adds; an answer that is an
    error fails the step. With `attach_to` the file is private: it can be opened by those who may see the files of that
    thing. A file that this app keeps already stays what it is, at its old address, unless it gets a name or a
    thing: then it is copied, and the copy of a private file is private.

    The result is the file; empty if the URL or the text is.
    """

    words = "upload download"
    cost = Cost()
    repeats = "file"

    url = Prop(TEXT_VALUE, "URL", required=False, doc="Where the file is now: an https: or http: address, or a file.")
    text = Prop(TEXT_VALUE, "Text", required=False, doc="What the file says, written as UTF-8.")
    base64 = Prop(TEXT_VALUE, "Base64", required=False, doc="What the file holds, in Base64.")
    name = Prop(
        TEXT_VALUE,
        "Name",
        required=False,
        doc="What the file is called; signs other than letters, digits, `.`, `-` and `_` become `_`.",
    )
    attach_to = Prop(
        THING, "Attach to", required=False, doc="The thing that the file belongs to, which makes it private."
    )

    @classmethod
    def gives(cls, static: Static) -> Type:
        """The file."""
        return FILE

    @classmethod
    def problems(cls, static: Static) -> list[tuple[str, str]]:
        """The file comes from one place."""
        if len(static.given & set(SOURCES)) == 1:
            return []
        return [("", "A file is saved from one of `url`, `text` and `base64`. Write one of them under `with`.")]

    async def reach(self, step: OutsideContext) -> str | None:
        """Fetch and keep it."""
        attached = None
        if self.is_given("attach_to"):
            if self.attach_to is None:  # it was meant to be private
                raise StepError("`attach_to` is empty: there is no thing that the file could be attached to.")
            attached = Attached(self.attach_to.type_id, self.attach_to.id, step.actor.user_id)
        return await saved(step, Wanted(self.url, self.text, self.base64, self.name or "", attached))
