"""Do these steps or those."""

from typing import ClassVar

from offpage.actions.action import Prop
from offpage.actions.block import Block, BlockKind
from offpage.actions.kinds import YES_NO_VALUE


class Branch(Block):
    """Do these steps or those.

    Those under `steps` when the condition holds, those under `else` (if there are any) when it does not.
    """

    words = "if else otherwise condition"
    kind: ClassVar[BlockKind] = "branch"
    has_else: ClassVar[bool] = True

    when = Prop(YES_NO_VALUE, "When")
