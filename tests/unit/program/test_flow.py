"""What is wrong with a workflow's limits is an issue at its place."""

from __future__ import annotations

import pytest

from offpage.model.reader import read_files
from offpage.program.resolve import resolve
from offpage.sql.sqlite import SQLITE


def issues_of(text: str) -> list[str]:
    """The issues of a workflow with these keys."""
    workflow = f"parameters: {{n: number, name: text}}\n{text}\nsteps: []\n"
    app, issues = read_files({"app.yaml": "name: Test\n", "workflows/go.yaml": workflow})
    _, found = resolve(app, "d", SQLITE)
    return [str(one) for one in [*issues, *found]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("at_once: 0", "not a whole number of at least 1"),
        ("at_once: {key: =name}", "`limit` is missing"),
        ("rate: 0 per minute", "never let a run begin"),
        ("rate: often", "is no rate"),
        ("rate: 5 per fortnight", "is no rate"),
        ("rate: {limit: 5 per minute, key: =nobody}", "nobody"),
        ('at_once: {limit: 1, key: "=[n]"}', "text"),
        ("debounce: forever", "never let a run begin"),
        ("debounce: {wait: 10 seconds, longest: 5 seconds}", "shorter than `wait`"),
        ("when_busy: skip", "without a limit"),
        ("at_once: 1\nwhen_busy: wait", "one of queue, skip, replace"),
        ("priority: urgent", "one of high, normal, low"),
    ],
)
def test_nonsense_is_an_issue(text: str, said: str) -> None:
    found = issues_of(text)
    assert len(found) == 1, found
    assert said in found[0]


@pytest.mark.parametrize(
    "text",
    [
        "at_once: 3",
        "at_once: {limit: 3, key: =name}\nwhen_busy: replace",
        "rate: 100 per minute",
        "rate: {limit: 5 per 10 seconds, key: =name}",
        "debounce: {wait: 1 minute, longest: forever, key: =name}",
        "priority: low",
    ],
)
def test_what_makes_sense_has_no_issue(text: str) -> None:
    assert issues_of(text) == []
