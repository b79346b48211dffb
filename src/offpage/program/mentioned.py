"""Whether a workflow speaks of something at all: a cheap question with a safe answer, asked before it runs."""

from __future__ import annotations

from offpage.model.documents import WorkflowDoc
from offpage.model.node import Keys, Node, Scalar


def mentions(doc: WorkflowDoc, word: str) -> bool:
    """Whether a word stands anywhere in a workflow's values. Yes where that is not known."""
    return doc.keys is None or any(word in text for text in texts(doc.keys))


def texts(node: Node) -> list[str]:
    """Every value in a node, as written."""
    match node:
        case Scalar():
            return [node.text]
        case Keys():
            return [text for item in node.items.values() for text in texts(item)]
        case _:
            return [text for item in node.items for text in texts(item)]
