"""A value, and what must hold for it to be known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from offpage.expr.certainty.terms import NO, both, has_value
from offpage.expr.ir import Const, Ir, Source, This

ALWAYS_THERE: Final = frozenset({"now", "env", "app"})
"""What the surroundings supply whatever happens."""


@dataclass(frozen=True, slots=True)
class Sure:
    """An expression whose conditions have been made certain, and what must hold for it to be known.

    `needs` must hold. `implied` must hold too, and does where the value is not empty: asked for only where it may
    be empty, as in a test of emptiness. `whole` is for lists: what must hold for it to hold all that it may hold.
    """

    ir: Ir
    needs: tuple[Ir, ...] = ()
    implied: tuple[Ir, ...] = ()
    whole: tuple[Ir, ...] = ()
    may_be_empty: bool = True

    @property
    def own(self) -> tuple[Ir, ...]:
        """That the value itself is not empty."""
        return (has_value(self.ir),) if self.may_be_empty else ()

    @property
    def known(self) -> Ir:
        """Whether it is known, and has a value."""
        return both(*self.needs, *(self.own or self.implied))

    @property
    def stated(self) -> Ir:
        """Whether it is known that it has a value, or that it has none."""
        return both(*self.needs, *self.implied, *self.whole)


def leaf(ir: Ir) -> Sure:
    """What is not made of anything else."""
    match ir:
        case This():
            return Sure(ir, may_be_empty=False)
        case Source(name=name) if name in ALWAYS_THERE:
            return Sure(ir, may_be_empty=False)
        case Const(value=None | ""):
            return Sure(ir, needs=(NO,)) if ir.value is None else Sure(ir)
        case Const():
            return Sure(ir, may_be_empty=False)
    return Sure(ir, may_be_empty=not ir.type.is_list)
