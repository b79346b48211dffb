"""Do all of some steps or none."""

from typing import ClassVar

from offpage.actions.block import Block, BlockKind


class Transaction(Block):
    """Do all of some steps or none.

    If one of its steps fails, everything that they did in the database is undone and the block fails. (Elsewhere
    what earlier steps did stays.) Steps that leave the database, such as mail, cannot stand inside: they could not be
    undone.
    """

    words = "all or nothing undo roll back"
    kind: ClassVar[BlockKind] = "transaction"
