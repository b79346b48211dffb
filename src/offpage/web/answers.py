"""An outcome → an answer (bubble.md 1.6)."""

from __future__ import annotations

import re
from typing import Final

from offpage.engine.calls import Answer, Outcome
from offpage.kernel.errors import NotRun
from offpage.program.program import Workflow
from offpage.web.problems import NOT_RUN, problem_reply
from offpage.web.reply import ANY_ORIGIN, JSON, NOSNIFF, TEXT, Header, Reply, to_json

REPLAYED: Final[Header] = (b"idempotent-replayed", b"true")

SERVERS_OWN: Final = frozenset(
    {"connection", "content-length", "date", "keep-alive", "run-id", "trailer", "transfer-encoding", "upgrade"}
)
"""Headers that a workflow cannot set: they belong to the connection, or to us."""

_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}\Z")
_FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_SUCCESS: Final = b'{"status":"success","response":'
_EMPTY_SUCCESS: Final = _SUCCESS + b"{}}"


def outcome_reply(workflow: Workflow, outcome: Outcome) -> Reply:
    """The answer to a call, whichever way it ended."""
    run_id: Header = (b"run-id", outcome.run_id.encode("ascii"))
    if outcome.error is not None:
        reply = problem_reply(outcome.error, run_id, code=outcome.run_id)
    elif outcome.state == "skipped":
        reply = _skipped(workflow, run_id)
    else:
        reply = answer_reply(outcome.answer, run_id)
    if outcome.repeated:
        reply.headers.append(REPLAYED)
    return reply


def answer_reply(answer: Answer, run_id: Header) -> Reply:
    """The answer that a run gave with `return_data`, or the empty one."""
    match answer.kind:
        case "json":
            values = answer.values if answer.session is None else answer.values | answer.session
            body = _SUCCESS + to_json(values) + b"}" if values else _EMPTY_SUCCESS
            reply = Reply(answer.status, [JSON, ANY_ORIGIN, run_id], body)
        case "text":
            reply = Reply(answer.status, [TEXT, ANY_ORIGIN, run_id, NOSNIFF], _bytes(answer.text))
        case "content":
            kind: Header = (b"content-type", header_value(answer.content_type) or b"application/octet-stream")
            reply = Reply(answer.status, [kind, ANY_ORIGIN, run_id, NOSNIFF], _bytes(answer.text))
    if answer.headers:
        _set_headers(reply, answer.headers)
    if not 200 <= reply.status <= 599:
        reply.status = 200
    return reply


def header_value(text: str) -> bytes:
    """A header's value as bytes; what no header can hold is left out."""
    return _FORBIDDEN.sub("", text).strip().encode("latin-1", "ignore")


def _skipped(workflow: Workflow, run_id: Header) -> Reply:
    if workflow.return_200_if_skipped:
        return Reply(200, [JSON, ANY_ORIGIN, run_id], NOT_RUN)
    return problem_reply(not_run(workflow), run_id)


def not_run(workflow: Workflow) -> NotRun:
    """The error of a call whose workflow's condition did not hold."""
    return NotRun(f"Workflow {workflow.name} did not run because its condition was not met")


def _set_headers(reply: Reply, given: dict[str, str]) -> None:
    """Let the workflow's headers replace ours, except those that are not its business."""
    for name, value in given.items():
        lower = name.lower()
        if lower in SERVERS_OWN or not _NAME.match(name):
            continue
        key = lower.encode("ascii")
        reply.headers = [header for header in reply.headers if header[0] != key]
        reply.headers.append((key, header_value(str(value))))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
