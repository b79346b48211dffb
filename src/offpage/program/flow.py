"""How many of a workflow's runs there may be, as written → limits that the engine asks before it begins one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Set
from contextlib import suppress
from typing import Any, Final

from offpage.expr.ir import Slot
from offpage.expr.nodes import nodes
from offpage.expr.runtime import Runtime
from offpage.expr.scope import Scope
from offpage.kernel.address import join
from offpage.model.documents import FlowDoc, WorkflowDoc
from offpage.model.form_reader import span
from offpage.model.node import Mark
from offpage.program.limits import AtOnce, Debounce, Flow, Rate
from offpage.program.program import Closure
from offpage.program.reading import Reader
from offpage.values.types import TEXT

LONGEST_KEY: Final = 200
"""A longer key counts by its hash: keys stand in an index."""

_RATE: Final = re.compile(r"\s*(\d+)\s*(?:per|/)\s*(.+)", re.DOTALL)
_PERIODS: Final = 10
"""How many times the wait of a debounce it may last, where the file does not say."""

PRIORITIES: Final = {"high": -1, "normal": 0, "low": 1}
"""The words of `priority`, as the queue has them."""


def read_flow(reader: Reader, doc: WorkflowDoc, scope: Scope, secret: Set[int]) -> Flow | None:
    """The limits of a workflow; None where it has none. `secret`: the slots whose values no record may show."""
    written = doc.flow
    keys = {
        name: _key(reader, doc, name, given, scope, secret)
        for name, given in (("at_once", written.at_once), ("rate", written.rate), ("debounce", written.debounce))
        if given is not None
    }
    at_once = rate = None
    if written.at_once is not None and written.at_once["limit"] is not None:
        at_once = AtOnce(int(written.at_once["limit"]), keys["at_once"])
    if written.rate is not None and written.rate["limit"] is not None:
        rate = _rate(reader, doc, written.rate["limit"], keys["rate"])
    debounce = _debounce(reader, doc, written.debounce, keys.get("debounce"))
    _check_busy(reader, doc, written)
    if at_once is None and rate is None and debounce is None:
        return None
    return Flow(at_once, rate, debounce, written.when_busy)  # type: ignore[arg-type]  # one of the three words


def _key(
    reader: Reader, doc: WorkflowDoc, name: str, given: Mapping[str, Any], scope: Scope, secret: Set[int]
) -> Closure | None:
    """What the runs are told apart by, as a text that may stand in an index and in a list."""
    if given["key"] is None:
        return None
    bound = reader.read(given["key"], scope, TEXT, join(doc.address, name, "key"))
    if bound is None:
        return None
    read = bound.read
    hidden = bound.ir is None or any(isinstance(one, Slot) and one.index in secret for one in nodes(bound.ir))

    def key(runtime: Runtime) -> str:
        text = read(runtime) or ""
        return hashlib.sha256(text.encode()).hexdigest()[:32] if hidden or len(text) > LONGEST_KEY else text

    return key


def _rate(reader: Reader, doc: WorkflowDoc, text: str, key: Closure | None) -> Rate | None:
    found = _RATE.fullmatch(text)
    per_ms = None
    if found is not None:
        period = found[2].strip()
        with suppress(OverflowError, ValueError):
            per_ms = span(period if period[:1].isdigit() else f"1 {period}")
    if found is None or not per_ms:
        message = f"`{text}` is no rate. Write it as `100 per minute` or `5 per 10 seconds`."
    elif int(found[1]) < 1:
        message = f"`{text}` would never let a run begin. To stop a workflow, write `disabled: yes`."
    else:
        return Rate(int(found[1]), per_ms, " ".join(text.split()), key)
    reader.wrong(join(doc.address, "rate"), _mark(doc, "rate"), message)
    return None


def _debounce(
    reader: Reader, doc: WorkflowDoc, written: Mapping[str, Any] | None, key: Closure | None
) -> Debounce | None:
    if written is None or written["wait"] is None:
        return None
    wait, longest = written["wait"], written["longest"]
    if wait == 0:
        message = "`debounce: forever` would never let a run begin. Write how long it waits, as `30 seconds`."
    elif longest is not None and 0 < longest < wait:
        message = "`longest` is shorter than `wait`, so that it would never wait for further calls. Make it longer."
    else:
        return Debounce(wait, _PERIODS * wait if longest is None else longest, key)
    reader.wrong(join(doc.address, "debounce"), _mark(doc, "debounce"), message)
    return None


def _check_busy(reader: Reader, doc: WorkflowDoc, written: FlowDoc) -> None:
    if doc.keys and "when_busy" in doc.keys.items and written.at_once is None and written.rate is None:
        message = "`when_busy` says nothing without a limit: add `at_once` or `rate`, or remove it."
        reader.wrong(join(doc.address, "when_busy"), _mark(doc, "when_busy"), message)


def _mark(doc: WorkflowDoc, key: str) -> Mark:
    node = doc.keys.items.get(key) if doc.keys else None
    return node.mark if node else doc.mark
