"""What is wrong with events, loops and recurring workflows is said where it stands."""

from __future__ import annotations

import pytest

from offpage.model.reader import read_files
from offpage.program.resolve import resolve
from offpage.sql.sqlite import SQLITE

ORDER = "fields: {number: text, total: number}\n"
EVENT = "trigger: event\nparameters: {order: order}\nreturns: {ok: yes_no}\n"
EVENT += "steps:\n  - {do: return_data, with: {values: {ok: yes}}}\n"


def issues(go: str, **more: str) -> list[str]:
    """The sentences about an app with the workflow `go`."""
    files = {"app.yaml": "name: T\n", "types/order.yaml": ORDER, "workflows/mark.yaml": EVENT, "workflows/go.yaml": go}
    app, found = read_files(files | {f"workflows/{name}.yaml": text for name, text in more.items()})
    _, more_found = resolve(app, "x", SQLITE)
    return [f"{one.address}: {one.message}" for one in [*found, *more_found]]


STEPS = [
    ("{do: trigger_event, with: {event: nark}}", "There is no workflow `nark`. Did you mean `mark`?"),
    ("{do: trigger_event, with: {event: go}}", "`go` is an API workflow, but a custom event is wanted here."),
    (
        "{do: trigger_event, with: {event: mark}}",
        "The workflow `mark` wants `order` (order). Add it under `parameters`.",
    ),
    ("{do: trigger_event, with: {event: mark, parameters: {ordr: =empty}}}", "has no parameter `ordr`"),
    ("{do: trigger_event, with: {event: mark, parameters: {order: =5}}}", "order"),
    ("{do: for_each, with: {list: '=[1]'}, steps: []}", "`for_each` needs `as`"),
    ("{do: for_each, as: n, with: {list: =5}, steps: []}", "`list` is a list, but this gives number."),
    ("{do: while, steps: []}", "`condition` is missing"),
    ("{do: terminate, steps: [{do: terminate}]}", "`terminate` holds no steps."),
    ("{do: transaction, steps: [], else: [{do: terminate}]}", "`transaction` has no `else`; `branch` has."),
    ("{do: transaction, steps: [{do: send_magic_link, with: {email: a@b.c}}]}", "Move it out of the `transaction`."),
    ("{do: set_recurring, with: {workflow: mark, thing: =empty, every: day}}", "a recurring workflow is wanted here"),
]


@pytest.mark.parametrize(("step", "sentence"), STEPS)
def test_a_step_with_a_mistake_is_an_issue_with_a_sentence_that_helps(step: str, sentence: str) -> None:
    found = issues(f"steps:\n  - {step}\n")
    assert any(sentence in one for one in found), found
    assert all(one.startswith("workflows/go/steps/0") for one in found)


def test_the_name_of_an_item_is_known_inside_the_loop_only() -> None:
    loop = "{do: for_each, as: n, with: {list: '=[1]'}, steps: [{do: terminate, only_when: =n > 1}]}"
    assert issues(f"steps:\n  - {loop}\n  - {loop}\n") == []
    assert any(
        "nothing called n here" in one
        for one in issues(f"steps:\n  - {loop}\n  - {{do: terminate, only_when: =n > 1}}\n")
    )


WORKFLOWS = [
    ("trigger: recurring\n", "Say when it starts"),
    ("trigger: recurring\ncron: '* * * * *'\nevery: day\n", "either `cron` or `every`"),
    ("trigger: recurring\ncron: '61 * * * *'\n", "is no cron expression"),
    ("trigger: recurring\nevery: sometimes\n", "is no period"),
    ("trigger: recurring\nevery: day\nstarts: soon\n", "`starts` is a date"),
    ("trigger: recurring\ntype: ordr\n", "There is no data type `ordr`."),
    ("trigger: recurring\ntype: order\nevery: day\n", "`every` does not go with `type`"),
    ("trigger: data_change\n", "Say which data type it is about"),
    ("trigger: data_change\ntype: ordr\n", "Did you mean `order`?"),
    ("trigger: event\nreturns: {n: number}\n", "This event promises `n`"),
    ("trigger: event\nreturns: {n: number}\nsteps: [{do: return_data, with: {values: {n: =yes}}}]\n", "gives yes_no"),
    ("trigger: event\nsteps: [{do: return_data, with: {values: {m: 1}}}]\n", "This event returns no `m`."),
    ("trigger: event\nsteps: [{do: return_data, with: {text: x}}]\n", "A custom event returns `values`"),
]


@pytest.mark.parametrize(("text", "sentence"), WORKFLOWS)
def test_a_workflow_that_cannot_start_says_why(text: str, sentence: str) -> None:
    found = issues("steps: []\n", wrong=text)
    assert any(sentence in one for one in found), found
    assert all(one.startswith("workflows/wrong") for one in found)
