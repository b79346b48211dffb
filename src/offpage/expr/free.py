"""What an expression looks at: the item in question, parameters and results."""

from __future__ import annotations

from collections.abc import Iterable

from offpage.expr.ir import (
    Attribute,
    Call,
    Choose,
    FieldOf,
    Ir,
    ListOf,
    Part,
    Search,
    Slot,
    TextOf,
    This,
)
from offpage.expr.operator import Operand


def operand_at(call: Call, at: int) -> Operand:
    """What the operator declares about the operand at this position; the last one may be repeated."""
    declared = call.operator.operands
    return declared[min(at, len(declared) - 1)]


def is_each(call: Call, at: int) -> bool:
    """Whether the operand at this position is an expression over `this`, evaluated for every item."""
    return operand_at(call, at).accepts.each is not None


def uses_this(ir: Ir) -> bool:
    """Whether `this` of the surroundings is used; a search, and what is done for each item, has a `this` of its own."""
    match ir:
        case This():
            return True
        case FieldOf(base=base) | Attribute(base=base) | Part(base=base):
            return uses_this(base)
        case Call(operands=operands):
            return any(one is not None and not is_each(ir, at) and uses_this(one) for at, one in enumerate(operands))
        case Choose(condition=condition, then=then, otherwise=otherwise):
            return uses_this(condition) or uses_this(then) or uses_this(otherwise)
        case ListOf(items=items):
            return any(map(uses_this, items))
        case TextOf(parts=parts):
            return any(not isinstance(part, str) and uses_this(part) for part in parts)
    # In a search `descending` belongs to the surroundings, but a direction never looks at an item.
    return False


def fields_of_this(ir: Ir) -> list[FieldOf]:
    """The fields of the item in question that an expression reads, each once."""
    found: dict[tuple[str, str], FieldOf] = {}
    waiting: list[Ir | None] = [ir]
    while waiting:
        match waiting.pop():
            case FieldOf(base=This()) as one:
                found.setdefault((one.type_id, one.field_id), one)
            case FieldOf(base=base) | Attribute(base=base) | Part(base=base):
                waiting.append(base)
            case Call(operands=operands) as call:
                waiting.extend(one for at, one in enumerate(operands) if not is_each(call, at))
            case Choose(condition=condition, then=then, otherwise=otherwise):
                waiting.extend((condition, then, otherwise))
            case ListOf(items=items):
                waiting.extend(items)
            case TextOf(parts=parts):
                waiting.extend(part for part in parts if not isinstance(part, str))
    return list(found.values())


def slots_in(ir: Ir) -> set[int]:
    """The slots that an expression looks at, anywhere in it."""
    match ir:
        case Slot(index=index):
            return {index}
        case FieldOf(base=base) | Attribute(base=base) | Part(base=base):
            return slots_in(base)
        case Call(operands=operands):
            return _slots_of(operands)
        case Choose(condition=condition, then=then, otherwise=otherwise):
            return _slots_of((condition, then, otherwise))
        case ListOf(items=items):
            return _slots_of(items)
        case TextOf(parts=parts):
            return _slots_of(part for part in parts if not isinstance(part, str))
        case Search(condition=condition, order=order):
            return _slots_of((condition, *(part for one in order for part in (one.by, one.descending))))
    return set()


def _slots_of(many: Iterable[Ir | None]) -> set[int]:
    return {slot for one in many if one is not None for slot in slots_in(one)}
