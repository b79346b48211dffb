"""Being empty: nothing, a text without characters, a list without items. A replacement for what is empty."""

from __future__ import annotations

from typing import Any, Final

from offpage.expr.accepts import ANY_LIST, JSON_ALONE, JSON_OR_LIST, SAME, UNTEXTUAL, one_of
from offpage.expr.operator import operator
from offpage.sql import terms
from offpage.values.types import FILE, IMAGE, TEXT, UNKNOWN, YES_NO, Type

TEXTS: Final = one_of(TEXT, FILE, IMAGE)


def is_nothing(one: Any) -> bool:
    """Whether a value counts as empty: nothing, a text without characters, a list without items."""
    return one is None or one in ("", [], ())


for _accepts, _empty, _not_empty in (
    (TEXTS, terms.is_empty_text, terms.is_not_empty_text),
    (UNTEXTUAL, terms.is_empty, terms.is_not_empty),
    (JSON_ALONE, terms.is_empty_json, terms.is_not_empty_json),
    (ANY_LIST, None, None),
):
    operator(
        "is_empty",
        _accepts,
        gives=YES_NO,
        takes_empty=True,
        query="is_empty",
        doc="Whether there is no value: nothing, a text without characters, a list without items.",
        py=is_nothing,
        sql=_empty and (lambda d, of, say=_empty: say(of)),
    )
    operator(
        "is_not_empty",
        _accepts,
        gives=YES_NO,
        takes_empty=True,
        query="is_not_empty",
        doc="Whether there is a value.",
        py=lambda of: not is_nothing(of),
        sql=_not_empty and (lambda d, of, say=_not_empty: say(of)),
    )


def _filled(types: tuple[Type | None, ...]) -> Type:
    """The type of the value, or of its replacement where the value is the word `empty`."""
    first, other = types
    return (other if first is None or first.kind == "empty" else first) or UNKNOWN


for _accepts, _default in ((TEXTS, terms.default_text), (UNTEXTUAL, terms.default), (JSON_OR_LIST, None)):
    operator(
        "default",
        _accepts,
        value=SAME,
        gives=_filled,
        takes_empty=True,
        doc="The value, or the given one when it is empty.",
        py=lambda of, value: value if is_nothing(of) else of,
        sql=_default and (lambda d, of, value, say=_default: say(of, value)),
    )
