"""What a workflow wants to know that starts when data changes."""

from __future__ import annotations

import difflib

from offpage.kernel.address import join
from offpage.model.documents import WorkflowDoc
from offpage.program.mentioned import mentions
from offpage.program.program import OfChange
from offpage.program.reading import Reader


def read_change(reader: Reader, doc: WorkflowDoc) -> OfChange | None:
    """The data type it is about, and what is asked of a thing before the change; None when it has an issue."""
    of = reader.schema.types.get(doc.type)
    reader.uses.types.add(doc.type)
    if of is None and doc.type in reader.schema.unread:
        reader.uses.unfinished = True
        return None
    if of is None:
        close = difflib.get_close_matches(doc.type, list(reader.schema.types), n=1)
        hint = f" Did you mean `{close[0]}`?" if close else f" There are: {', '.join(reader.schema.types)}."
        said = (
            f"There is no data type `{doc.type}`." if doc.type else "Say which data type it is about, as `type: order`."
        )
        node = doc.keys.items.get("type") if doc.keys else None
        reader.wrong(join(doc.address, "type"), node.mark if node else doc.mark, said + hint)
        return None
    lists = [one.id for one in of.fields.values() if one.type.is_list and mentions(doc, one.id)]
    return OfChange(of.id, tuple(lists) if mentions(doc, "before") else (), doc.chain)
