"""What a step says of its own failure, as written → what the engine asks: `retry`, `timeout`, `on_error`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from offpage.actions.action import Action
from offpage.actions.outside import OutsideAction
from offpage.kernel.address import join
from offpage.kernel.issues import Issue
from offpage.model.documents import StepDoc
from offpage.model.form_reader import span
from offpage.model.node import Keys, Mark, Node, Scalar
from offpage.program.handlers import read_handler
from offpage.program.reading import Reader
from offpage.program.retrying import Retry

ON_ERROR: Final = ("stop", "continue")
MOST_ATTEMPTS: Final = 1_000
_STATUS: Final = re.compile(r"[1-5]xx\Z|[1-5][0-9][0-9]\Z")


def statuses(words: Sequence[str]) -> tuple[frozenset[int], str | None]:
    """The statuses that words such as `5xx` and `404` stand for, and the first word that is none."""
    found: set[int] = set()
    for word in words:
        if not _STATUS.match(word):
            return frozenset(found), word
        first = int(word[0]) * 100
        found.update(range(first, first + 100) if word.endswith("xx") else (int(word),))
    return frozenset(found), None


def read_retry(reader: Reader, doc: StepDoc) -> Retry | None:
    """How the step is tried again; None where it is not, or where what it says has an issue."""
    given = doc.retry
    if given is None:
        return None
    known, wrong = statuses(given["statuses"] or ())
    if wrong is not None:
        _wrong(reader, doc, "retry", f"`{wrong}` is no status. Write 503 or 5xx.")
        return None
    if given["first"] == 0 or given["longest"] == 0:
        _wrong(reader, doc, "retry", "A wait of `forever` would never end. Write how long it waits, as `30 s`.")
        return None
    if given["longest"] < given["first"]:
        _wrong(reader, doc, "retry", "`longest` is shorter than `first`. Make it longer.")
        return None
    if given["attempts"] > MOST_ATTEMPTS:
        _wrong(
            reader, doc, "retry", f"A step is tried {MOST_ATTEMPTS:,} times at most. Let the waits be longer instead."
        )
        return None
    return Retry(
        attempts=int(given["attempts"]),
        first=given["first"],
        factor=float(given["factor"]),
        longest=given["longest"],
        statuses=None if given["statuses"] is None else known,
    )


def read_timeout(reader: Reader, doc: StepDoc) -> float | None:
    """How many seconds the step may be outside; None where it does not say."""
    node = doc.timeout
    if node is None:
        return None
    ms = span(node.text) if isinstance(node, Scalar) and node.value is not None else None
    if not ms:
        _wrong(reader, doc, "timeout", "`timeout` is how long the step may take, such as `30 s`.")
        return None
    return ms / 1000


def read_on_error(reader: Reader, doc: StepDoc) -> tuple[bool, str]:
    """Whether the run goes on after a failure of the step, and the workflow that is told of it, if any."""
    node = doc.on_error
    if isinstance(node, Keys):
        then = node.items.get("then")
        handler = read_handler(reader, node.items.get("run"), join(doc.address, "on_error", "run"))
        return isinstance(then, Scalar) and then.text == "continue", handler
    if node is None:
        return False, ""
    word = node.text if isinstance(node, Scalar) else ""
    if word not in ON_ERROR:
        _wrong(reader, doc, "on_error", "`on_error` is `stop`, `continue` or `{run: workflow}`.")
    return word == "continue", ""


def check_outside_keys(reader: Reader, action: type[Action], doc: StepDoc, *, calls: bool) -> None:
    """`retry` and `timeout` mean something only where a step leaves the database, itself or by `calls` in it; `retry`, where that asks others."""
    if calls:
        return
    if issubclass(action, OutsideAction):
        if not action.asks_others and doc.retry is not None and doc.timeout is None:
            mark, address = mark_of(doc, "retry"), join(doc.address, "retry")
            said = f"`retry` does nothing here: `{doc.do}` asks no other program, so it would fail in the same way again. Remove it."
            reader.issues.add(Issue(address, said, mark.file, mark.line, mark.column, severity="warning"))
        return
    for key, there in (("retry", doc.retry), ("timeout", doc.timeout)):
        if there is not None:
            sentence = (
                f"`{key}` is for steps that touch the outside world, such as mail. `{doc.do}` works in the "
                "database, where a failure is undone and repeating would fail again. Remove it."
            )
            _wrong(reader, doc, key, sentence)


def _wrong(reader: Reader, doc: StepDoc, key: str, sentence: str) -> None:
    reader.wrong(join(doc.address, key), mark_of(doc, key), sentence)


def mark_of(doc: StepDoc, key: str) -> Mark:
    """Where a key of a step stands."""
    node: Node | None = doc.keys.items.get(key) if doc.keys else None
    return node.mark if node else doc.mark
