"""The mistakes that people make first are said in words that mend them, and once."""

from __future__ import annotations

import pytest

from offpage.kernel.errors import InvalidData
from offpage.model.reader import read_files
from offpage.program.resolve import resolve
from offpage.sql.sqlite import SQLITE
from offpage.values.codec import from_json
from offpage.values.types import option

FILES = {
    "app.yaml": "name: T\n",
    "types/task.yaml": "fields: {title: text}\n",
}


def said(**changed: str) -> list[str]:
    app, issues = read_files({**FILES, **{name.replace("__", "/") + ".yaml": text for name, text in changed.items()}})
    _, found = resolve(app, "t", SQLITE)
    return [str(one) for one in (*issues, *found)]


def test_a_comma_that_cut_an_expression() -> None:
    step = "steps:\n  - do: return_data\n    with: {values: {a: =coalesce(1, 2).max(3, 4), b: 2}}\n"
    (one,) = [line for line in said(workflows__go=step) if "quotes" in line]
    assert one.startswith("workflows/go.yaml:3:24: Put quotes around this value")
    assert not [line for line in said(workflows__go=step) if "not closed" in line]
    good = "steps:\n  - do: return_data\n    with: {values: {a: =(1 + 2), b: =3, c: }}\n"
    assert not [line for line in said(workflows__go=good) if "quotes" in line]


def test_a_line_that_is_indented_too_deep() -> None:
    (one,) = said(workflows__go="steps:\n  - do: create_thing\n    with:\n      type: task\n       set: {title: a}\n")
    assert one.startswith("workflows/go.yaml:5:")
    assert "indented deeper than the one above" in one
    (one,) = said(workflows__go="steps: []\nlabel: a: b\n")
    assert "Put quotes around a value" in one


def test_an_operator_after_a_colon() -> None:
    text = 'steps:\n  - do: return_data\n    with: {values: {a: "=search(task):count"}}\n'
    (one,) = said(workflows__go=text)
    assert "write `.count`" in one


def test_a_list_without_of() -> None:
    assert "Write `list of task`." in said(types__note="fields: {tasks: list task}\n")[0]
    assert "Write `list of task`." in said(workflows__go="parameters: {tasks: list task}\nsteps: []\n")[0]


def test_a_time_without_its_unit() -> None:
    (one,) = said(connectors__bank="address: https://bank.example\ntimeout: 2\ncalls: {x: {path: /}}\n")
    assert "`2 s`" in one


def test_a_value_that_is_no_option_lists_the_options() -> None:
    app, _ = read_files({**FILES, "options/prio.yaml": "options: {low: {label: Low}, high: {label: High}}\n"})
    program, _ = resolve(app, "t", SQLITE)
    with pytest.raises(InvalidData) as caught:
        from_json(option("prio"), "lo", program.forms)
    assert caught.value.details["reason"] == "An option is given by its display text: Low, High."


def test_an_empty_workflow_and_the_time_of_a_recurring_one() -> None:
    assert "This file is empty" in said(workflows__go="")[0]
    assert said(workflows__go="steps: []\n") == []
    (one,) = [line for line in said(workflows__go="trigger: recurring\nat: '9:00'\nsteps: []\n") if "/at)" in line]
    assert "`cron: '0 9 * * *'`" in one
