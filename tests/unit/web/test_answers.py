"""Outcomes as answers (bubble.md 1.6)."""

from __future__ import annotations

import msgspec
import pytest

from offpage.engine.calls import Answer, Outcome
from offpage.kernel.errors import StepError
from offpage.web.answers import outcome_reply
from offpage.web.redirects import redirect_outcome, redirect_problem
from offpage.web.reply import Reply
from tests.unit.web.making import PLAIN, RUN_ID, answering, workflow

REDIRECT = workflow(response="redirect", redirect_success="/thanks?x=1#top", redirect_error="https://a.test/øops")
FAILED = Outcome(RUN_ID, "failed", error=StepError("It broke"))
SKIPPED = Outcome(RUN_ID, "skipped")


def headers_of(reply: Reply) -> dict[str, str]:
    """Headers by name; none may be there twice."""
    assert len({name for name, _ in reply.headers}) == len(reply.headers)
    return {name.decode(): value.decode("latin-1") for name, value in reply.headers}


def test_a_run_without_return_data_answers_an_empty_response() -> None:
    reply = outcome_reply(PLAIN, answering())
    assert (reply.status, reply.body) == (200, b'{"status":"success","response":{}}')
    assert headers_of(reply)["run-id"] == RUN_ID
    assert headers_of(reply)["content-type"] == "application/json"


def test_values_stand_under_response() -> None:
    reply = outcome_reply(PLAIN, answering(values={"id": "1x2", "n": 3, "l": [True]}))
    assert msgspec.json.decode(reply.body) == {"status": "success", "response": {"id": "1x2", "n": 3, "l": [True]}}


def test_plain_text_is_the_body_itself() -> None:
    reply = outcome_reply(PLAIN, answering(kind="text", text="blå"))
    assert (reply.body, headers_of(reply)["content-type"]) == ("blå".encode(), "text/plain; charset=utf-8")


def test_other_content_has_the_given_content_type() -> None:
    reply = outcome_reply(PLAIN, answering(kind="content", text="<a/>", content_type="text/xml"))
    assert (reply.body, headers_of(reply)["content-type"]) == (b"<a/>", "text/xml")
    assert headers_of(reply)["x-content-type-options"] == "nosniff"


def test_a_workflow_may_set_status_and_headers() -> None:
    reply = outcome_reply(PLAIN, answering(status=201, headers={"Location": "/o/1", "Content-Type": "text/html"}))
    assert reply.status == 201
    assert headers_of(reply)["location"] == "/o/1"
    assert headers_of(reply)["content-type"] == "text/html"


@pytest.mark.parametrize(
    "name", ["Run-Id", "Content-Length", "Transfer-Encoding", "Connection", "Bad Name", "", "A:b", "x\r\ny"]
)
def test_a_workflow_cannot_set_what_belongs_to_the_connection(name: str) -> None:
    before = headers_of(outcome_reply(PLAIN, answering()))
    assert headers_of(outcome_reply(PLAIN, answering(headers={name: "1"}))) == before


def test_a_header_cannot_be_split() -> None:
    reply = outcome_reply(PLAIN, answering(headers={"X-A": "1\r\nSet-Cookie: a=b\x00ø✓"}))
    assert headers_of(reply)["x-a"] == "1Set-Cookie: a=bø"


@pytest.mark.parametrize("status", [0, 99, 100, 600, -1])
def test_a_status_that_is_none_becomes_200(status: int) -> None:
    assert outcome_reply(PLAIN, answering(status=status)).status == 200


def test_a_run_whose_condition_did_not_hold_answers_400_or_200() -> None:
    reply = outcome_reply(PLAIN, SKIPPED)
    body = msgspec.json.decode(reply.body)
    assert (reply.status, body["statusCode"], body["body"]["status"]) == (400, 400, "NOT_RUN")
    forgiving = outcome_reply(workflow(return_200_if_skipped=True), SKIPPED)
    assert (forgiving.status, forgiving.body) == (200, b'{"status":"NOT_RUN","response":{}}')
    assert headers_of(reply)["run-id"] == headers_of(forgiving)["run-id"] == RUN_ID


def test_a_failed_run_answers_its_error_with_the_runs_id() -> None:
    reply = outcome_reply(PLAIN, FAILED)
    assert msgspec.json.decode(reply.body)["args"] == {"bubble_code": RUN_ID}
    assert headers_of(reply)["run-id"] == RUN_ID


def test_an_answer_given_before_says_so() -> None:
    outcome = Outcome(RUN_ID, "finished", Answer(), repeated=True)
    assert headers_of(outcome_reply(PLAIN, outcome))["idempotent-replayed"] == "true"


def test_a_redirection_carries_the_values_in_its_query() -> None:
    reply = redirect_outcome(REDIRECT, answering(values={"id": "1x2", "ok": True, "l": [1, "a&b"], "gone": None}))
    assert reply.status == 302
    assert headers_of(reply)["location"] == "/thanks?x=1&id=1x2&ok=true&l=%5B1%2C%22a%26b%22%5D#top"
    assert headers_of(reply)["run-id"] == RUN_ID


@pytest.mark.parametrize(
    ("outcome", "query"),
    [
        (FAILED, "statusCode=400&message=It+broke"),
        (SKIPPED, "statusCode=400&message=Workflow+order+did+not+run+because+its+condition+was+not+met"),
    ],
)
def test_a_failure_is_redirected_with_status_and_message(outcome: Outcome, query: str) -> None:
    assert headers_of(redirect_outcome(REDIRECT, outcome))["location"] == "https://a.test/%C3%B8ops?" + query


def test_without_a_page_for_errors_the_error_itself_is_the_answer() -> None:
    no_page = workflow(response="redirect", redirect_success="/a")
    assert redirect_outcome(no_page, FAILED).status == 400
    assert redirect_problem(no_page, StepError()) is None


def test_a_redirection_cannot_be_split_by_a_value() -> None:
    reply = redirect_outcome(
        workflow(response="redirect", redirect_success="/a\r\nX: 1"), answering(values={"a\r\n": "b\r\n"})
    )
    assert headers_of(reply)["location"] == "/a%0D%0AX:%201?a%0D%0A=b%0D%0A"
