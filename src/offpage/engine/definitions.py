"""The programs that runs belong to: the present one, and earlier ones brought back from their snapshots."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from offpage.data.held import held_otherwise
from offpage.model.data_type import HeldFields
from offpage.program.program import Program
from offpage.store import definitions
from offpage.store.tx import Tx

KEPT: Final = 16
"""How many programs stay in memory; others are resolved again when a run needs them."""


class Definitions:
    """Programs by the hash of their snapshot. Used only by whoever holds a write transaction."""

    def __init__(self, bring_back: Callable[[str, str, HeldFields], Program]) -> None:
        """`bring_back(hash, content, held)` resolves a stored snapshot for what the database holds."""
        self._bring_back = bring_back
        self._programs: OrderedDict[str, Program] = OrderedDict()
        self.present: Program | None = None
        """What is in use now; earlier ones are there for the runs that belong to them."""
        self._using: Program | None = None

    def use(self, program: Program) -> None:
        """Note which program runs from now on; with parts that are broken it is not one to `keep`."""
        self._using = program

    def fits(self, program: Program) -> bool:
        """Whether a program was made for the tables as they are. False for some that were: those are made once more."""
        return program is self._using or program is self._programs.get(program.definition)

    def keep(self, program: Program) -> None:
        """Remember the program that is in use from now on."""
        self.present = program
        self._remember(program)

    def forget(self) -> None:
        """Have none at hand: the tables have changed, and what was made for them may not fit any more."""
        self._programs.clear()
        self._using = None

    def _remember(self, program: Program) -> None:
        self._programs[program.definition] = program
        self._programs.move_to_end(program.definition)
        while len(self._programs) > KEPT:
            self._programs.popitem(last=False)

    def get(self, tx: Tx, definition: str) -> Program | None:
        """The program of a snapshot, or None if the database does not have it."""
        known = self._programs.get(definition)
        if known is not None:
            return known
        content = definitions.get(tx, definition)
        if content is None:
            return None
        program = self._bring_back(definition, content, {})
        if held := held_otherwise(tx, program.schema):
            # Fields have become something else since, or are gone: what speaks of them cannot run any more.
            program = self._bring_back(definition, content, held)
        self._remember(program)
        return program
