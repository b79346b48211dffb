"""What is wrong costs the workflows that rest on it, and no other: they do not run, and say why."""

from __future__ import annotations

import pytest

from offpage.actions.data.create_thing import CreateThing
from tests.unit.program.broken import issues_of, resolved, workflow

CHANGE = """
auth: none
parameters: {task: task}
steps:
  - do: change_thing
    as: changed
    with: {thing: =task, set: {done: yes}}
  - do: return_data
    with: {values: {title: =changed.title}}
"""
CREATE = """
auth: none
steps:
  - do: create_thing
    as: made
    with: {type: task, set: {title: a}}
  - do: return_data
    with: {values: {all: =search(task).count}}
"""
OTHER = {"workflows/other.yaml": "auth: none\nsteps: [{do: return_data, with: {text: ok}}]\n"}


@pytest.mark.parametrize("body", [CHANGE, CREATE])
def test_a_type_file_that_is_no_yaml_is_one_issue_and_breaks_what_uses_the_type(body: str) -> None:
    program, issues = resolved({**workflow(body), **OTHER, "types/task.yaml": "fields: {title: text\n"})
    (issue,) = issues
    assert issue.file == "types/task.yaml"
    assert set(program.workflows) == {"other"}
    assert program.broken == {"w": (issue,)}


@pytest.mark.parametrize("body", [CHANGE, CREATE])
def test_a_type_that_is_gone_breaks_what_uses_it(body: str) -> None:
    renamed = {"types/todo.yaml": "fields: {title: text, done: yes_no}\n"}
    program, issues = resolved({**workflow(body), **OTHER, **renamed, "types/task.yaml": "- nothing\n"})
    assert set(program.workflows) == {"other"}
    assert {issue.file for issue in issues} == {"types/task.yaml"}


def test_a_parameter_of_a_type_that_there_is_not_is_one_issue() -> None:
    program, issues = resolved(workflow(CHANGE.replace("task: task", "task: tsk")))
    assert [issue.address for issue in issues] == ["workflows/w/parameters/task"]
    assert "Did you mean `task`?" in issues[0].message
    assert not program.workflows


@pytest.mark.parametrize(
    ("key", "address"),
    [
        ("trigger: cron", "workflows/w/trigger"),
        ("method: PUT", "workflows/w/method"),
        ("auth: nobody", "workflows/w/auth"),
        ("expose: maybe", "workflows/w/expose"),
        ("ignore_privcy: no", "workflows/w/ignore_privcy"),
        ("response: xml", "workflows/w/response"),
    ],
)
def test_a_workflow_with_any_error_in_its_file_does_not_run(key: str, address: str) -> None:
    program, issues = resolved({"workflows/w.yaml": f"{key}\nsteps: []\n", **OTHER})
    assert [issue.address for issue in issues] == [address]
    assert program.broken == {"w": tuple(issues)}
    assert set(program.workflows) == {"other"}


def test_a_workflow_that_is_no_yaml_is_known_to_be_broken() -> None:
    program, issues = resolved({"workflows/a/w.yaml": "steps: [\n", **OTHER})
    assert program.broken == {"w": tuple(issues)}
    assert issues[0].file == "workflows/a/w.yaml"


@pytest.mark.parametrize(
    "files",
    [
        {"options/state.yaml": "options: {open: Open, done: [1]}\n"},
        {"types/task.yaml": "fields: {title: {type: text, uniqe: yes}, done: yes_no}\n"},
        {"types/task.yaml": "fields: {title: text, done: yes_no, status: statee}\n"},
    ],
)
def test_a_mistake_in_a_type_or_an_option_set_breaks_the_workflows_that_use_it(files: dict[str, str]) -> None:
    body = CREATE.replace("title: a", "title: a, status: open" if "options/state.yaml" in files else "title: a")
    program, issues = resolved({**workflow(body), **OTHER, **files})
    assert [issue.file for issue in issues] == list(files)
    assert set(program.workflows) == {"other"}
    assert program.broken["w"] == tuple(issues)


def test_a_mistake_in_a_privacy_rule_does_not_break_workflows_for_the_rule_lets_nobody_in() -> None:
    rules = "fields: {title: text, done: yes_no}\nprivacy: {mine: {when: =this.x == 1, view: all}}\n"
    program, issues = resolved({**workflow(CREATE), "types/task.yaml": rules})
    assert [issue.address for issue in issues] == ["types/task/privacy/mine/when"]
    assert set(program.workflows) == {"w"}


def test_what_starts_a_broken_workflow_is_broken_too() -> None:
    starts = "auth: none\nsteps: [{do: trigger_event, with: {event: inner}}]\n"
    event = "trigger: event\nsteps: [{do: create_thing, with: {type: tsk}}]\n"
    program, issues = resolved({"workflows/w.yaml": starts, "workflows/inner.yaml": event, **OTHER})
    assert [issue.address for issue in issues] == ["workflows/inner/steps/0/with/type"]
    assert set(program.workflows) == {"other"}
    assert program.broken["w"] == program.broken["inner"] == tuple(issues)


def test_a_warning_breaks_nothing() -> None:
    program, issues = resolved({"workflows/w.yaml": "cron: '* * * * *'\nsteps: []\n"})
    assert [issue.severity for issue in issues] == ["warning"]
    assert set(program.workflows) == {"w"}


def test_a_mistake_of_ours_costs_one_workflow_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(static: object) -> None:
        raise KeyError("thing")

    monkeypatch.setattr(CreateThing, "gives", fail)
    program, issues = resolved({**workflow(CREATE), **OTHER})
    assert [issue.address for issue in issues] == ["workflows/w"]
    assert "A mistake inside Offpage" in issues[0].message
    assert set(program.workflows) == {"other"}


def test_app_yaml_that_cannot_be_read_opens_nothing() -> None:
    for text in ("api: {workflows: no\n", "- a\n", "yes\n"):
        program, issues = resolved({**OTHER, "app.yaml": text})
        assert [issue.file for issue in issues] == ["app.yaml"]
        assert not program.app.settings_known
        assert not program.app.settings.api.workflows


@pytest.mark.parametrize("text", ["api: {workflows: nope}", "api: {workflow: no}", "apy: {workflows: no}", "api: no"])
def test_a_mistake_about_whether_the_api_is_open_closes_it(text: str) -> None:
    found = issues_of({**OTHER, "app.yaml": f"name: A\n{text}\n"})
    assert len(found) == 1
    assert not resolved({**OTHER, "app.yaml": f"name: A\n{text}\n"})[0].app.settings.api.workflows
