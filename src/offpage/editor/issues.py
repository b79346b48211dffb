"""What is wrong with the app, with the place of everything."""

from __future__ import annotations

from collections.abc import Iterable

from offpage.editor.asked import Asked
from offpage.editor.places import path_in
from offpage.editor.roles import Role
from offpage.editor.route import Route
from offpage.editor.shapes import IssueShown
from offpage.kernel.issues import Issue, Issues
from offpage.model.node import Node
from offpage.model.report import Report
from offpage.model.yaml_text import read_yaml


async def listed(asked: Asked) -> list[IssueShown]:
    """All issues, errors first, by file and line."""
    runner = asked.studio.development
    return shown(runner.issues, dict(runner.program.app.files))


def shown(issues: Iterable[Issue], files: dict[str, str]) -> list[IssueShown]:
    """Issues with their paths; `files` are the texts that they were found in."""
    roots: dict[str, Node | None] = {}
    found = []
    for issue in sorted(issues, key=lambda one: (one.severity, one.file, one.line, one.column)):
        if issue.file not in roots:
            text = files.get(issue.file)
            roots[issue.file] = None if text is None else read_yaml(issue.file, text, "", Report(Issues()))
        path = path_in(roots[issue.file], issue.file, issue.address)
        found.append(
            IssueShown(issue.severity, issue.message, issue.address, issue.file, issue.line, issue.column, path)
        )
    return found


ROUTES = (Route("GET", "/issues", Role.VIEW, listed),)
