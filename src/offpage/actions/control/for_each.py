"""Do steps for each item of a list."""

import builtins
from typing import ClassVar

from offpage.actions.action import Prop, Static
from offpage.actions.block import Block, BlockKind
from offpage.actions.kinds import ANY_VALUE
from offpage.values.types import Type


class ForEach(Block):
    """Do steps for each item of a list.

    The steps under `steps` are done for one item after the other; `as` names the item. The list is read once, before
    the first. A long loop is done in stretches: others get their turn in between, and what was done stays though the
    server is killed: the run goes on with the next item. A step that fails ends the loop and the run, unless the step
    says `on_error: continue`.
    """

    words = "loop repeat iterate"
    kind: ClassVar[BlockKind] = "for_each"

    list = Prop(ANY_VALUE, "List")

    @classmethod
    def gives(cls, static: Static) -> Type:
        """One item, for the steps inside."""
        return static.types["list"].item

    @classmethod
    def problems(cls, static: Static) -> builtins.list[tuple[str, str]]:
        """It must be a list."""
        of = static.types["list"]
        if of.is_list or of.kind in ("unknown", "empty"):
            return []
        return [("list", f"`list` is a list, but this gives {of}. Use an expression that gives a list.")]
