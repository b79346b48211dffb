"""What does not go together with a stream is said."""

from __future__ import annotations

import pytest

from offpage.model.reader import read_files
from offpage.program.resolve import resolve
from offpage.sql.sqlite import SQLITE

STREAM = "  - {do: stream, with: {text: here}}\n"


def issues_of(workflow: str, **others: str) -> list[str]:
    """The issues of an app with this workflow."""
    more = {f"workflows/{name}.yaml": text for name, text in others.items()}
    app, issues = read_files({"app.yaml": "name: Test\n", "workflows/go.yaml": workflow, **more})
    return [str(one) for one in [*issues, *resolve(app, "d", SQLITE)[1]]]


@pytest.mark.parametrize(
    ("workflow", "said"),
    [
        ("steps:\n  - {do: stream}\n", "either `values` or `text`"),
        ("steps:\n  - {do: stream, with: {text: a, values: {b: 1}}}\n", "either `values` or `text`"),
        ("steps:\n  - {do: stream, with: {text: a, event: done}}\n", "the event that ends a stream"),
        ('steps:\n  - {do: stream, with: {text: a, event: "a\\nb"}}\n', "one line"),
        ("when_caller_leaves: cancel\nsteps: []\n", "says nothing without a `stream` step"),
        (f"response: redirect\nredirect: {{success: 'https://a.test'}}\nsteps:\n{STREAM}", "cannot be a redirect"),
        ("when_caller_leaves: perhaps\nsteps: []\n", "continue, cancel"),
    ],
)
def test_nonsense_is_an_issue(workflow: str, said: str) -> None:
    (issue,) = issues_of(workflow)
    assert said in issue


def test_a_workflow_streams_through_the_events_that_it_calls() -> None:
    call = "steps:\n  - {do: trigger_event, with: {event: EVENT}}\n"
    files = {
        "app.yaml": "name: Test\n",
        "workflows/go.yaml": call.replace("EVENT", "middle"),
        "workflows/middle.yaml": "trigger: event\n" + call.replace("EVENT", "last"),
        "workflows/last.yaml": f"trigger: event\nsteps:\n{STREAM}",
        "workflows/later.yaml": "steps:\n  - {do: schedule_workflow, with: {workflow: go, at: =now}}\n",
    }
    app, _ = read_files(files)
    program, issues = resolve(app, "d", SQLITE)
    assert list(issues) == []
    assert {name for name, one in program.workflows.items() if one.streams} == {"go", "middle", "last"}
