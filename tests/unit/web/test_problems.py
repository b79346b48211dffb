"""Errors as answers, in the three shapes of bubble.md 1.7."""

import msgspec
import pytest

from offpage.kernel.errors import (
    Busy,
    Conflict,
    InvalidData,
    KeyReused,
    MalformedBody,
    MethodNotAllowed,
    MissingData,
    NotFound,
    NotRun,
    NotUnique,
    OffpageError,
    RateLimited,
    StepError,
    Stopping,
    StoreError,
    TimedOut,
    TooLarge,
    Unauthorized,
)
from offpage.kernel.ids import is_id
from offpage.web.problems import problem_reply, unforeseen_reply


@pytest.mark.parametrize(
    "error",
    [
        MissingData("m"),
        InvalidData("m"),
        MalformedBody("m"),
        NotRun("m"),
        NotFound("m"),
        MethodNotAllowed("m"),
        Conflict("m"),
        TooLarge("m"),
        KeyReused("m"),
        RateLimited("m"),
        Stopping("m"),
        StoreError("m"),
        Busy("m"),
        OffpageError("m"),
    ],
)
def test_a_callers_mistake_has_shape_a(error: OffpageError) -> None:
    reply = problem_reply(error)
    assert reply.status == error.status
    assert msgspec.json.decode(reply.body) == {
        "statusCode": error.status,
        "body": {"status": error.code, "message": "m"},
    }


def test_all_problems_stand_beside_the_first_ones_message() -> None:
    problems = [{"status": "MISSING_DATA", "parameter": "a", "message": "m"}]
    body = msgspec.json.decode(problem_reply(MissingData("m", problems=problems)).body)
    assert body["body"] == {"status": "MISSING_DATA", "message": "m", "problems": problems}


def test_a_refusal_has_shape_b_and_a_code() -> None:
    reply = problem_reply(Unauthorized("Invalid or expired token"))
    body = msgspec.json.decode(reply.body)
    assert is_id(body["args"]["code"])
    assert (reply.status, body) == (
        401,
        {
            "error_class": "Unauthorized",
            "args": {"code": body["args"]["code"]},
            "message": None,
            "translation": "Invalid or expired token",
        },
    )


@pytest.mark.parametrize("error", [StepError("m"), NotUnique("m"), TimedOut("m")])
def test_a_failed_step_has_shape_c_with_the_runs_id(error: StepError) -> None:
    reply = problem_reply(error, code="1700000000000x1")
    assert msgspec.json.decode(reply.body) == {
        "statusCode": 400,
        "reason": error.code,
        "message": "m",
        "args": {"bubble_code": "1700000000000x1"},
    }


def test_headers_say_what_to_do_next() -> None:
    assert (b"retry-after", b"12") in problem_reply(RateLimited(retry_after=12)).headers
    assert (b"retry-after", b"1") in problem_reply(Busy()).headers
    assert (b"allow", b"GET") in problem_reply(MethodNotAllowed(allow="GET")).headers
    assert (b"www-authenticate", b"Bearer") in problem_reply(Unauthorized()).headers


def test_our_own_mistake_tells_nothing_but_a_code() -> None:
    body = msgspec.json.decode(unforeseen_reply("1x2").body)
    assert body["statusCode"] == 500
    assert body["body"]["message"].endswith(": 1x2")
