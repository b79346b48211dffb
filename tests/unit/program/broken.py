"""An app written by a test, read and resolved, with what is wrong in it."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

from offpage.kernel.issues import Issue
from offpage.model.reader import read_files
from offpage.program.program import Program
from offpage.program.resolve import resolve
from offpage.sql.sqlite import SQLITE

TASKS: Mapping[str, str] = {
    "app.yaml": "name: Test\n",
    "types/task.yaml": "fields: {title: text, done: yes_no, status: state, points: number}\n",
    "options/state.yaml": "options: {open: Open, done: Done}\n",
}


def resolved(files: Mapping[str, str]) -> tuple[Program, list[Issue]]:
    """The app of these files (and of TASKS, where they are not exchanged), and all issues."""
    app, issues = read_files({**TASKS, **{name: dedent(text).lstrip("\n") for name, text in files.items()}})
    program, found = resolve(app, "test", SQLITE)
    return program, [*issues, *found]


def issues_of(files: Mapping[str, str]) -> list[str]:
    """All issues, as `address: message`."""
    return [f"{one.address}: {one.message}" for one in resolved(files)[1]]


def workflow(body: str, **files: str) -> dict[str, str]:
    """An app with the workflow `w`."""
    return {"workflows/w.yaml": dedent(body).lstrip("\n"), **files}
