"""What an expression looks at: the item in question, parameters and results."""

from __future__ import annotations

from collections.abc import Iterator

from offpage.expr.ir import (
    Attribute,
    Call,
    Choose,
    FieldOf,
    Ir,
    ListOf,
    Part,
    Reach,
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
        case Reach(arguments=arguments):
            return any(one is not None and uses_this(one) for one in arguments)
        case TextOf(parts=parts):
            return any(not isinstance(part, str) and uses_this(part) for part in parts)
    # In a search `descending` belongs to the surroundings, but a direction never looks at an item.
    return False


def below(ir: Ir) -> list[Ir]:
    """The parts that an expression is directly made of."""
    match ir:
        case FieldOf(base=base) | Attribute(base=base) | Part(base=base):
            return [base]
        case Call(operands=operands):
            return [one for one in operands if one is not None]
        case Choose(condition=when, then=then, otherwise=otherwise):
            return [when, then, otherwise]
        case ListOf(items=items):
            return list(items)
        case Reach(arguments=arguments):
            return [one for one in arguments if one is not None]
        case TextOf(parts=parts):
            return [part for part in parts if not isinstance(part, str)]
        case Search(condition=when, order=order):
            rules = [one for rule in order for one in (rule.by, rule.descending) if one is not None]
            return rules if when is None else [when, *rules]
    return []


def all_of(ir: Ir) -> Iterator[Ir]:
    """An expression and everything in it."""
    waiting = [ir]
    while waiting:
        yield (node := waiting.pop())
        waiting.extend(below(node))


def fields_of_this(ir: Ir) -> list[FieldOf]:
    """The fields of the item in question that an expression reads, each once."""
    found: dict[tuple[str, str], FieldOf] = {}
    waiting: list[Ir] = [ir]
    while waiting:
        match waiting.pop():
            case FieldOf(base=This()) as one:
                found.setdefault((one.type_id, one.field_id), one)
            case Search():
                pass  # it has a `this` of its own, and so has what is done for each item
            case Call(operands=operands) as call:
                waiting.extend(one for at, one in enumerate(operands) if one is not None and not is_each(call, at))
            case node:
                waiting.extend(below(node))
    return list(found.values())


def slots_in(ir: Ir) -> set[int]:
    """The slots that an expression looks at, anywhere in it."""
    return {one.index for one in all_of(ir) if isinstance(one, Slot)}
