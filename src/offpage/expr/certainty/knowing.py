"""Each part of a condition: when it is yes for certain, when it is no for certain, when a value is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from offpage.expr.certainty import lists
from offpage.expr.certainty.sure import Sure, leaf
from offpage.expr.certainty.terms import NO, YES, asked, both, either, has_value, opposite, twin
from offpage.expr.free import below, is_each
from offpage.expr.ir import Attribute, Call, Choose, Const, FieldOf, Ir, ListOf, Part, Place, Search, TextOf, This
from offpage.values.types import YES_NO

LARGEST: Final = 5000
"""How many parts the certain form of a condition may have: both cases of an `if` need its condition twice."""

TEXTS: Final = frozenset({"text", "file", "image"})
NO_EMPTY_TEXT: Final = frozenset({"==strict", "in", "not in"})
"""Operators for which a text without characters is empty already, as it is for those of lists."""


class TooLarge(Exception):
    """The certain form of a condition would have too many parts."""

    def __init__(self, place: Place) -> None:
        self.place = place
        super().__init__("too large")


def certain(condition: Ir) -> Ir:
    """An expression that is yes where the condition is yes whatever stood in place of the empties. Raises TooLarge."""
    return Knowing().yes(condition)


def is_computed(ir: Ir) -> bool:
    """Whether this is a yes/no that is worked out from other things, rather than one that is kept somewhere."""
    return (isinstance(ir, Call) and ir.operator.gives == YES_NO) or (isinstance(ir, Choose) and ir.type == YES_NO)


class Knowing:
    """Certain forms, each made once."""

    def __init__(self) -> None:
        self._yes: dict[int, tuple[Ir, Ir]] = {}
        self._no: dict[int, tuple[Ir, Ir]] = {}
        self._sizes: dict[int, tuple[Ir, int]] = {}

    def yes(self, ir: Ir) -> Ir:
        """Whether it is yes for certain."""
        return self._once(self._yes, ir, self._make_yes)

    def no(self, ir: Ir) -> Ir:
        """Whether it is no for certain."""
        return self._once(self._no, ir, self._make_no)

    def _once(self, made: dict[int, tuple[Ir, Ir]], ir: Ir, make: Callable[[Ir], Ir]) -> Ir:
        if id(ir) not in made:
            found = make(ir)
            if self._size(found) > LARGEST:
                raise TooLarge(ir.place)
            made[id(ir)] = (ir, found)
        return made[id(ir)][1]

    def _size(self, ir: Ir) -> int:
        if id(ir) not in self._sizes:
            self._sizes[id(ir)] = (ir, 1 + sum(map(self._size, below(ir))))
        return self._sizes[id(ir)][1]

    def _make_yes(self, ir: Ir) -> Ir:
        match ir:
            case Const(value=value):
                return YES if value is True else NO
            case Choose():
                return self._either_case(ir, self.yes)
            case Call() if is_computed(ir):
                return self._call(ir, wanted=True)
        one = self.value(ir)
        return both(*one.needs, one.ir)

    def _make_no(self, ir: Ir) -> Ir:
        match ir:
            case Const(value=value):
                return YES if value is False else NO
            case Choose():
                return self._either_case(ir, self.no)
            case Call() if is_computed(ir):
                return self._call(ir, wanted=False)
        one = self.value(ir)
        return both(one.known, opposite(one.ir))

    def _either_case(self, ir: Choose, asks: Callable[[Ir], Ir]) -> Ir:
        return either(both(self.yes(ir.condition), asks(ir.then)), both(self.no(ir.condition), asks(ir.otherwise)))

    def _call(self, call: Call, *, wanted: bool) -> Ir:
        """When a comparison (or `and`, `or`, `not`) gives what is wanted."""
        same, other = (self.yes, self.no) if wanted else (self.no, self.yes)
        operands = [one for one in call.operands if one is not None]
        match call.operator.name:
            case "and" | "or" as symbol if call.operator.form == "symbol":
                join = both if (symbol == "and") is wanted else either
                return join(*map(same, operands))
            case "not" | "notstrict" if call.operator.form == "symbol":
                return other(operands[0])
            case "!=strict":
                return other(twin(call, "==strict"))
            case "==strict" | "==" if any(map(is_computed, operands)):
                return self._same_yes_no(*operands, wanted=wanted)
            case "!=" if any(map(is_computed, operands)):
                return self._same_yes_no(*operands, wanted=not wanted)
            case "is_empty" | "is_not_empty" as name:
                return self._stated(call, empty=(name == "is_empty") is wanted)
        found = self._applied(call, spare=lists.may_grow(call) if wanted else None)
        if wanted:
            return both(*found.needs, found.ir)
        return both(*found.needs, *found.implied, opposite(found.ir))

    def _same_yes_no(self, one: Ir, other: Ir, *, wanted: bool) -> Ir:
        """Whether two of yes/no are the same (or, if that is wanted, are not)."""
        yes, no = (self.yes, self.no) if wanted else (self.no, self.yes)
        return either(both(self.yes(one), yes(other)), both(self.no(one), no(other)))

    def _stated(self, call: Call, *, empty: bool) -> Ir:
        """A test of emptiness is about what it names: what it is a field of must be there."""
        assert call.operands[0] is not None
        of = self.value(call.operands[0])
        if of.ir.type.is_list and not empty:
            return both(*of.needs, asked("is_not_empty", of.ir, call.place))
        return both(of.stated, asked("is_empty" if empty else "is_not_empty", of.ir, call.place))

    def value(self, ir: Ir) -> Sure:
        """The value, and what must hold for it to be known."""
        match ir:
            case FieldOf(base=base) | Attribute(base=base) | Part(base=base):
                return self._part(ir, self.value(base))
            case Choose():
                return self._choice(ir)
            case Call() if is_computed(ir):
                yes = self.yes(ir)
                return Sure(yes, (either(yes, self.no(ir)),), may_be_empty=False)
            case Call():
                return self._default(ir) if ir.operator.name == "default" else self._applied(ir)
            case ListOf():
                return lists.written_out(ir, self)
            case Search():
                return lists.searched(ir, self)
            case TextOf(parts=parts):
                filled = [one if isinstance(one, str) else self.value(one) for one in parts]
                needs = tuple(one.known for one in filled if not isinstance(one, str))
                return Sure(replace(ir, parts=tuple(one if isinstance(one, str) else one.ir for one in filled)), needs)
        return leaf(ir)

    def _part(self, ir: FieldOf | Attribute | Part, base: Sure) -> Sure:
        found = replace(ir, base=base.ir)
        if ir.type.is_list:
            return Sure(found, (*base.needs, *(base.own or base.implied)), may_be_empty=False)
        own_id = isinstance(ir, FieldOf) and ir.field_id == "id" and isinstance(ir.base, This)
        return Sure(found, base.needs, base.own or base.implied, may_be_empty=not own_id)

    def _choice(self, ir: Choose) -> Sure:
        """`a if condition else b`: known where the condition is, and the value of that case."""
        yes, no = self.yes(ir.condition), self.no(ir.condition)
        then, otherwise = self.value(ir.then), self.value(ir.otherwise)
        of = replace(ir, condition=yes, then=then.ir, otherwise=otherwise.ir)
        if ir.type == YES_NO:
            known = either(self.yes(ir), self.no(ir))
            return Sure(self.yes(ir), (known,), may_be_empty=False)
        needs = either(both(yes, *then.needs), both(no, *otherwise.needs))
        implied = either(both(yes, *then.own, *then.implied), both(no, *otherwise.own, *otherwise.implied))
        return Sure(
            of, (needs,), (implied,), (*then.whole, *otherwise.whole), then.may_be_empty or otherwise.may_be_empty
        )

    def _default(self, call: Call) -> Sure:
        """`.default(x)` says what stands for an empty value, not what stands for the field of nothing."""
        assert call.operands[0] is not None
        assert call.operands[1] is not None
        first, second = self.value(call.operands[0]), self.value(call.operands[1])
        if not first.may_be_empty and not first.ir.type.is_list:
            return first
        filled = replace(call, operands=(first.ir, second.ir))
        needs = [*first.needs, *first.implied]
        if second.known != YES:
            needs.append(either(has_value(first.ir), both(*second.needs, *second.implied)))
        return Sure(filled, tuple(needs), (), (*first.whole, *second.whole), second.may_be_empty)

    def _applied(self, call: Call, spare: int | None = None) -> Sure:
        """An operator and its operands. The list in the operand `spare` need not be whole."""
        of = [None if one is None or is_each(call, at) else self.value(one) for at, one in enumerate(call.operands)]
        needs: list[Ir] = []
        implied: list[Ir] = []
        whole: list[Ir] = []
        operands: tuple[Ir | None, ...] = tuple(None if one is None else one.ir for one in of)
        if of and of[0] is not None and any(is_each(call, at) for at in range(len(call.operands))):
            with_each = replace(call, operands=tuple(
                one.ir if one is not None else given for one, given in zip(of, call.operands, strict=True)
            ))  # fmt: skip
            operands, seen = lists.for_each(with_each, of[0], self)
            whole += seen
        for at, one in enumerate(of):
            if one is None:
                continue
            if at == spare and isinstance(call.operands[at], Call) and not one.ir.type.is_list:
                counted = call.operands[at]
                assert isinstance(counted, Call)
                one = self._applied(counted, spare=0)
            needs += one.needs
            if not call.operator.takes_empty and not self._empty_text(call, one):
                implied += one.own or one.implied
            else:
                needs += one.own or one.implied
            if at != spare:
                whole += one.whole
        if call.type.is_list and call.operator.name in lists.MORE_GIVES_MORE:
            return Sure(replace(call, operands=operands), (*needs, *implied), (), tuple(whole), may_be_empty=False)
        needs += whole
        return Sure(replace(call, operands=operands), tuple(needs), tuple(implied), (), not call.type.is_list)

    def _empty_text(self, call: Call, one: Sure) -> bool:
        """Whether a text without characters would count as a value here."""
        first = call.operands[0]
        if call.operator.name in NO_EMPTY_TEXT or (first is not None and first.type.is_list):
            return False
        return one.may_be_empty and one.ir.type.kind in TEXTS
