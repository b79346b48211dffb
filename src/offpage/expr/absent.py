"""Things that are not there any more: deleted earlier in the run, or since it began.

What is kept in the database never refers to them, but a step's result or a parameter may. Asked whether it is empty, it is.
"""

from __future__ import annotations

from typing import Any, Final

from offpage.expr.ir import Call, Ir, Slot
from offpage.expr.symbols import Closure

EMPTINESS: Final = frozenset({"is_empty", "is_not_empty"})
EQUALITY: Final = frozenset({"==", "!="})


def asks_for_nothing(call: Call) -> bool:
    """Whether it is asked if a parameter or a step's result, which is a thing, is empty."""
    if not any(_names_a_thing(one) for one in call.operands):
        return False
    if call.operator.name in EMPTINESS:
        return True
    return call.operator.name in EQUALITY and any(one is not None and one.type.kind == "empty" for one in call.operands)


def that_is_there(ir: Ir | None, closure: Closure) -> Closure:
    """The closure of an operand; a thing that is not there is empty."""
    if ir is None or not _names_a_thing(ir):
        return closure
    type_id = ir.type.of

    def there(rt: Any) -> Any:
        one = closure(rt)
        return None if one is None or rt.thing(type_id, one) is None else one

    return there


def _names_a_thing(ir: Ir | None) -> bool:
    return isinstance(ir, Slot) and ir.type.kind == "thing" and not ir.type.is_list
