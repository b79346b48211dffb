"""Why a call did not work, as its answer says: for the line that `dev` prints."""

from __future__ import annotations

import pytest

from offpage.kernel.errors import NotFound, OffpageError, StepError, Unauthorized
from offpage.web.problems import NOT_RUN, problem_reply, reason_of, unforeseen_reply
from offpage.web.reply import Reply, json_reply


@pytest.mark.parametrize("error", [NotFound("No such."), StepError("It failed."), Unauthorized("Not you.")])
def test_each_shape_of_an_errors_answer_says_why(error: OffpageError) -> None:
    assert reason_of(problem_reply(error)) == error.message


def test_a_run_whose_condition_did_not_hold_says_so_though_it_is_no_error() -> None:
    assert reason_of(Reply(200, [], NOT_RUN)) == "its condition was not met"


@pytest.mark.parametrize(
    "reply",
    [json_reply(200, {"message": "x"}), Reply(418, [], b"{"), json_reply(400, [1]), json_reply(400, {"message": 1})],
)
def test_other_answers_say_nothing(reply: Reply) -> None:
    assert reason_of(reply) == ""


def test_an_unforeseen_problem_says_where_to_look() -> None:
    assert "code-1" in reason_of(unforeseen_reply("code-1"))
