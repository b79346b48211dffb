"""`dedupe` and `ack` of a workflow, as written → how its deliveries are told apart. What is wrong becomes an issue."""

from __future__ import annotations

from typing import Any, Final

from offpage.actions.connecting import SourceOf
from offpage.expr.scope import Scope
from offpage.kernel.address import join
from offpage.model.documents import WorkflowDoc
from offpage.program.call_values import Facts, needs_database
from offpage.program.reading import Reader
from offpage.program.signed import Dedupe
from offpage.values.codec import to_text

THREE_DAYS: Final = 3 * 86_400_000


def read_dedupe(reader: Reader, doc: WorkflowDoc, scope: Scope) -> Dedupe | None:
    """What tells the deliveries of a workflow apart; None where each counts."""
    found = doc.dedupe
    _check(reader, doc)
    if found is None or found["key"] is None:
        return None
    address = join(doc.address, "dedupe")
    bound = reader.read(found["key"], scope, None, address)
    if bound is None:
        return None
    if bound.ir is None or (what := needs_database(bound.ir)):
        asks = what if bound.ir is not None else "several values"
        message = (
            f"This asks for {asks}. A delivery is told apart by what it holds alone: request, parameters."
            " Write it as `=request.body.id`."
        )
        reader.wrong(address, found["key"].mark, message)
        return None
    of, read, forms, dialect = bound.type, bound.read, reader.forms, reader.dialect

    def key(values: list[Any], source: SourceOf, now: int) -> str:
        value = read(Facts(values, source, now, forms, dialect))
        return "" if value is None else to_text(of, value, forms)

    return Dedupe(key, THREE_DAYS if found["keep"] is None else found["keep"])


def _check(reader: Reader, doc: WorkflowDoc) -> None:
    """Say what cannot go together."""
    for key, there in (("dedupe", doc.dedupe is not None), ("ack", doc.ack == "first")):
        node = doc.keys.items.get(key) if doc.keys else None
        if not there or node is None:
            continue
        if doc.flow.debounce is not None:
            message = (
                f"`{key}` and `debounce` do not go together: calls that become one are answered at once. Keep one."
            )
            reader.wrong(join(doc.address, key), node.mark, message)
        if key == "ack" and doc.response == "redirect":
            message = (
                "`ack: first` answers before the run, so it cannot redirect to what comes of it. Remove `response`."
            )
            reader.wrong(join(doc.address, key), node.mark, message)
