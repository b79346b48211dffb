"""An error → an answer, in the three shapes that Bubble's clients know (bubble.md 1.7).

A  {"statusCode", "body": {"status", "message"}}             the caller's mistakes, and everything else
B  {"error_class", "args": {"code"}, "message", "translation"}   not allowed; the credential is never repeated
C  {"statusCode", "reason", "message", "args": {"bubble_code"}}  a step of the workflow failed
"""

from __future__ import annotations

import random
import time
from typing import Any, Final

import msgspec

from offpage.kernel.errors import (
    MethodNotAllowed,
    OffpageError,
    RateLimited,
    RequestError,
    StepError,
    StorageFailed,
    TooLarge,
    TooManyAttempts,
    Unauthorized,
)
from offpage.kernel.ids import id_maker
from offpage.web.reply import CLOSE, Header, Reply, json_reply

_new_code: Final = id_maker(random.SystemRandom())

NOT_RUN: Final = b'{"status":"NOT_RUN","response":{}}'
"""The body of a run whose condition did not hold, where that is no error."""

SOMETHING_BROKE: Final = "Something went wrong in the server. Its log tells more under this code: "


def new_code() -> str:
    """A code by which an answer can be found again in the log."""
    return _new_code(time.time_ns() // 1_000_000)


def problem_body(error: OffpageError, code: str = "") -> dict[str, Any]:
    """The body of an error's answer. `code` is the run's id, or a new one where there is no run."""
    if isinstance(error, Unauthorized):
        return {
            "error_class": "Unauthorized",
            "args": {"code": code or new_code()},
            "message": None,
            "translation": error.message,
        }
    if isinstance(error, StepError):
        return {
            "statusCode": error.status,
            "reason": error.code,
            "message": error.message,
            "args": {"bubble_code": code or new_code()},
        }
    body: dict[str, Any] = {"status": error.code, "message": error.message}
    if problems := error.details.get("problems"):
        body["problems"] = problems
    elif reason := error.details.get("reason"):
        body["reason"] = str(reason)
    return {"statusCode": error.status, "body": body}


def problem_reply(error: OffpageError, *headers: Header, code: str = "") -> Reply:
    """The answer to a request that went wrong in a way that is foreseen."""
    reply = json_reply(error.status, problem_body(error, code), *headers)
    if run_id := error.details.get("run_id"):  # of the run that an earlier request with the same key began
        reply.headers.append((b"run-id", str(run_id).encode("ascii")))
    match error:
        case MethodNotAllowed():
            allowed = str(error.details.get("allow", "POST, OPTIONS"))
            reply.headers.append((b"allow", allowed.encode()))
        case Unauthorized():
            reply.headers.append((b"www-authenticate", b"Bearer"))
        case RateLimited() | TooManyAttempts():
            seconds = int(error.details.get("retry_after", 1))
            reply.headers.append((b"retry-after", b"%d" % seconds))
        case TooLarge():
            reply.linger = True
            reply.headers.append(CLOSE)
        case _ if error.transient:
            reply.headers.append((b"retry-after", b"1"))
    return reply


def reason_of(reply: Reply) -> str:
    """Why a call did not do what it asked for, as its answer says; "" where it did."""
    if reply.body == NOT_RUN:
        return "its condition was not met"
    if reply.status < 400:
        return ""
    try:
        content = msgspec.json.decode(reply.body)
    except msgspec.DecodeError:
        return ""
    if not isinstance(content, dict):
        return ""
    inner = content.get("body")
    message = (inner if isinstance(inner, dict) else content).get("message") or content.get("translation")
    return message if isinstance(message, str) else ""


def unforeseen_reply(code: str) -> Reply:
    """The answer when the mistake is ours. It tells nothing but the code that stands in the log too."""
    body = {"statusCode": 500, "body": {"status": "ERROR", "message": SOMETHING_BROKE + code}}
    return json_reply(500, body)


def about_request(error: OffpageError) -> bool:
    """Whether the caller can do something about it (the rest goes to the operator's log)."""
    return isinstance(error, RequestError | Unauthorized | StepError) and not isinstance(error, StorageFailed)
