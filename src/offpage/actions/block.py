"""What a step declares that holds steps. The engine opens it, does its steps, and comes back to it."""

from __future__ import annotations

from typing import ClassVar, Literal

from offpage.actions.action import Action, Cost, Effect

BlockKind = Literal["for_each", "while", "branch", "transaction"]


class Block(Action):
    """A step that holds steps; its docstring is its documentation as for any action."""

    effect: ClassVar[Effect] = Effect.NONE
    cost: ClassVar[Cost] = Cost(base=0.0)
    kind: ClassVar[BlockKind]
    has_else: ClassVar[bool] = False
