"""Do steps while a condition holds."""  # noqa: N999 - the action is called so

from typing import ClassVar

from offpage.actions.action import Prop
from offpage.actions.block import Block, BlockKind
from offpage.actions.kinds import NUMBER_VALUE, YES_NO_VALUE


class While(Block):
    """Do steps while a condition holds.

    The condition is evaluated before each round. A loop that has gone `at_most` rounds (10,000 unless it says
    otherwise) and still wants to go on fails: this is how a condition that never ends is found.
    """

    words = "loop repeat until"
    kind: ClassVar[BlockKind] = "while"

    condition = Prop(YES_NO_VALUE, "While")
    at_most = Prop(NUMBER_VALUE, "At most so many rounds", required=False, default=10_000)
