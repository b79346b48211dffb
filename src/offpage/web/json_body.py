"""A JSON body: decoded fast, and refused with a place and a reason where it cannot be used."""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn

import msgspec

from offpage.kernel.errors import MalformedBody, TooLarge

DEEPEST: Final = 100
"""How many levels of lists and objects a body may have."""

MOST_VALUES: Final = 1_000_000
"""How many values a body may have: decoded, each takes many times the two bytes that it takes in the body."""

LARGEST_WHOLE: Final = 2**63
"""Whole numbers from here on become floats, as all numbers are in an app."""

_decode: Final = msgspec.json.Decoder().decode
_DIGITS_TO_ZERO: Final = bytes.maketrans(b"123456789", b"000000000")
_LONG_NUMBER: Final = b"0" * 19
_NUL: Final = "\x00"
_TEXTS: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)


def read_json(raw: bytes) -> Any:
    """Decode a JSON body; an empty one gives None. Of a key that is there twice, the last counts.

    Raises MalformedBody with line and column. The character NUL and halves of surrogate pairs are refused:
    no text may hold them. Raises TooLarge where there are too many values.
    """
    check_size(values_in(raw))
    try:
        value = _decode(raw)
    except RecursionError:
        raise too_deep()
    except (msgspec.MsgspecError, UnicodeError):
        if raw.startswith(b"\xef\xbb\xbf"):
            return read_json(raw[3:])
        if not raw or raw.isspace():
            return None
        _explain(raw)
    if _looks_odd(raw):
        return _checked(value)
    return value


def values_in(raw: bytes) -> int:
    """About how many values a body has, before it is decoded: each is the first in its container, or follows a comma."""
    many = _marks(raw)
    return many if many <= MOST_VALUES else _marks(_TEXTS.sub(b"", raw))


def check_size(values: int) -> None:
    """Raise TooLarge for more values than a body may have."""
    if values > MOST_VALUES:
        raise TooLarge(f"The body holds too many values: {MOST_VALUES:,} is the limit. Send fewer at a time.")


def _marks(raw: bytes) -> int:
    return raw.count(b",") + raw.count(b"[") + raw.count(b"{")


def too_deep() -> MalformedBody:
    """The error for a body with too many levels."""
    return MalformedBody(f"The body is nested too deeply: {DEEPEST} levels of lists and objects are the limit.")


def _looks_odd(raw: bytes) -> bool:
    """Whether a closer look at every value is needed. (A few passes in C; most bodies need no more.)"""
    return (
        raw.count(b"{") + raw.count(b"[") > DEEPEST
        or b"\\u0000" in raw
        or _LONG_NUMBER in raw.translate(_DIGITS_TO_ZERO)
    )


def _checked(value: Any) -> Any:
    """The value with large whole numbers as floats. Raises MalformedBody for NUL and for too many levels."""
    holder = [value]
    waiting: list[tuple[Any, int]] = [(holder, 0)]
    while waiting:
        box, depth = waiting.pop()
        if depth > DEEPEST:
            raise too_deep()
        if isinstance(box, dict):
            for key in box:
                _refuse_nul(key)
        for key, item in list(box.items() if isinstance(box, dict) else enumerate(box)):
            if isinstance(item, str):
                _refuse_nul(item)
            elif isinstance(item, dict | list):
                waiting.append((item, depth + 1))
            elif isinstance(item, int) and not -LARGEST_WHOLE <= item < LARGEST_WHOLE:
                box[key] = _as_float(item)
    return holder[0]


def _as_float(whole: int) -> float:
    try:
        return float(whole)
    except OverflowError:
        raise MalformedBody("The body holds a number that is too large (about 1.8e308 is the limit).")


def _refuse_nul(text: str) -> None:
    if _NUL in text:
        raise MalformedBody("The body holds the character NUL (\\u0000), which no text may hold. Leave it out.")


def _explain(raw: bytes) -> NoReturn:
    """Say what is wrong with a body that is not JSON: the slower decoder of the standard library knows where."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedBody(f"The body is not valid UTF-8 text: byte {error.start + 1} cannot be read.")
    try:
        json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise MalformedBody(f"The body is not valid JSON: {error.msg} (line {error.lineno}, column {error.colno}).")
    except RecursionError:
        raise too_deep()
    except ValueError:  # a whole number with more digits than Python reads
        raise MalformedBody("The body holds a number that is too large (about 1.8e308 is the limit).")
    raise MalformedBody(
        "The body is not valid JSON: a number is too large, or a text holds half of a surrogate pair (\\ud800 to \\udfff)."
    )


def _no_constant(name: str) -> NoReturn:
    raise MalformedBody(f"The body is not valid JSON: {name} is no JSON value.")
