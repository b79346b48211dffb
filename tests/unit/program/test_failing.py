"""What a step says of its own failure: what is refused, with a sentence that says what to do."""

from __future__ import annotations

import pytest

from offpage.actions.catalogue import actions
from offpage.model.reader import read_files
from offpage.program.resolve import resolve
from offpage.sql.sqlite import SQLITE

MAIL = "{do: send_email, with: {to: a@b.example, subject: Hello, body: Hello}, "
TYPE = "fields: {text: text}\n"


def issues_of(step: str) -> list[str]:
    """The issues of a workflow with this step."""
    workflow = f"parameters: {{n: number, name: text}}\nsteps:\n  - {step}\n"
    app, issues = read_files({"app.yaml": "name: Test\n", "types/note.yaml": TYPE, "workflows/go.yaml": workflow})
    _, found = resolve(app, "d", SQLITE)
    return [str(one) for one in [*issues, *found]]


@pytest.mark.parametrize(
    ("said_of_it", "said"),
    [
        ("retry: {attempts: 0}", "at least 1"),
        ("retry: often", "at least 1"),
        ("retry: {atempts: 3}", "attempts"),
        ("retry: {first: soon}", "30 days"),
        ("retry: {first: forever}", "never end"),
        ("retry: {first: 1 hour}", "`longest` is shorter than `first`"),
        ("retry: {factor: 0.5}", "at least 1"),
        ("retry: {statuses: [503, later]}", "`later` is no status"),
        ("retry: 100000", "1,000 times at most"),
        ("timeout: 5", "such as `30 s`"),
        ("timeout: forever", "such as `30 s`"),
        ("timeout: [1 s]", "such as `30 s`"),
    ],
)
def test_nonsense_is_an_issue(said_of_it: str, said: str) -> None:
    found = issues_of(f"{MAIL}{said_of_it}}}")
    assert len(found) == 1, found
    assert said in found[0]


@pytest.mark.parametrize(
    "said_of_it",
    [
        "retry: 3",
        "retry: {attempts: 5, first: 1s, factor: 2, longest: 5m}",
        "retry: {attempts: 5, statuses: [429, 5xx]}, timeout: 30 s",
        "retry: {attempts: 9, first: 250 ms, longest: 1 day}, on_error: continue",
    ],
)
def test_what_makes_sense_has_no_issue(said_of_it: str) -> None:
    assert issues_of(f"{MAIL}{said_of_it}}}") == []


@pytest.mark.parametrize("key", ["retry: 3", "timeout: 3 s"])
def test_steps_of_the_database_are_not_tried_again(key: str) -> None:
    (found,) = issues_of(f"{{do: create_thing, with: {{type: note}}, {key}}}")
    assert "works in the database" in found


def test_where_a_second_attempt_can_only_fail_again_there_is_a_warning() -> None:
    app, _ = read_files({"app.yaml": "name: Test\n", "workflows/go.yaml": WARNED.format("retry: 3")})
    _, found = resolve(app, "d", SQLITE)
    (one,) = [issue for issue in found if "retry" in issue.address]
    assert (one.severity, one.line) == ("warning", 5)
    assert "`log_in` asks no other program" in one.message


@pytest.mark.parametrize("said_of_it", ["timeout: 5 s", "timeout: 5 s, retry: 3", "on_error: continue"])
def test_what_a_step_that_computes_can_use_has_no_warning(said_of_it: str) -> None:
    app, _ = read_files({"app.yaml": "name: Test\n", "workflows/go.yaml": WARNED.format(said_of_it)})
    _, found = resolve(app, "d", SQLITE)
    assert [str(one) for one in found if "retry" in one.address or "timeout" in one.address] == []


WARNED = """parameters: {{name: text, word: {{type: text, secret: yes}}}}
steps:
  - do: log_in
    with: {{email: =name, password: =word}}
    {}
"""


@pytest.mark.parametrize("name", sorted(actions()))
def test_every_action_takes_on_error(name: str) -> None:
    for said in ("stop", "continue", "{run: tell}", "{run: tell, then: continue}"):
        flow = f"steps:\n  - {{do: {name}, on_error: {said}}}\n"
        app, issues = read_files(
            {"app.yaml": "name: Test\n", "workflows/go.yaml": flow, "workflows/tell.yaml": "steps: []\n"}
        )
        _, found = resolve(app, "d", SQLITE)
        assert not [str(one) for one in [*issues, *found] if "on_error" in str(one)]


@pytest.mark.parametrize(
    ("said_of_it", "said"),
    [
        ("on_error: {run: nobody}", "nobody"),
        ("on_error: {run: go, then: perhaps}", "one of stop, continue"),
        ("on_error: {then: stop}", "`run` is missing"),
        ("on_error: {run: go}", "`go` needs `n`, which nobody gives it here"),
        ("on_error: later", "`{run: workflow}`"),
    ],
)
def test_who_is_told_of_a_failure_is_checked(said_of_it: str, said: str) -> None:
    found = issues_of(f"{MAIL}{said_of_it}}}")
    assert said in found[0]
