"""Every node of a typed tree, for those who look for something anywhere in it."""

from __future__ import annotations

from collections.abc import Iterator

from offpage.expr.ir import Attribute, Call, Choose, FieldOf, Ir, ListOf, Part, Reach, Search, TextOf


def nodes(root: Ir) -> Iterator[Ir]:
    """The node itself and all below it, in no particular order."""
    waiting: list[Ir | None] = [root]
    while waiting:
        node = waiting.pop()
        if node is None:
            continue
        yield node
        match node:
            case FieldOf(base=base) | Attribute(base=base) | Part(base=base):
                waiting.append(base)
            case Call(operands=operands):
                waiting.extend(operands)
            case Choose(condition=condition, then=then, otherwise=otherwise):
                waiting.extend((condition, then, otherwise))
            case Reach(arguments=arguments):
                waiting.extend(arguments)
            case ListOf(items=items):
                waiting.extend(items)
            case TextOf(parts=parts):
                waiting.extend(part for part in parts if not isinstance(part, str))
            case Search(condition=condition, order=order):
                waiting.append(condition)
                waiting.extend(one for rule in order for one in (rule.by, rule.descending))
