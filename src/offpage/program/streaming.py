"""Which workflows tell their callers something while they run: by steps of their own, or of events that they call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from offpage.kernel.address import join
from offpage.model.documents import App
from offpage.model.report import Report
from offpage.program.faults import Uses
from offpage.program.program import Workflow

STREAM: Final = "stream"


def with_streams(
    workflows: Mapping[str, Workflow], uses: Mapping[str, Uses], app: App, report: Report
) -> dict[str, Workflow]:
    """The workflows, those marked that stream; what does not go together with streaming is said."""
    streaming = {name for name, one in workflows.items() if any(step.do == STREAM for step in one.steps)}
    grew = bool(streaming)
    while grew:
        grew = False
        for name in workflows.keys() - streaming:
            called = (workflows.get(other) for other in uses[name].workflows)
            if any(one is not None and one.trigger == "event" and one.name in streaming for one in called):
                streaming.add(name)
                grew = True
    for name, one in workflows.items():
        _check(one, name in streaming, app, report)
    return {name: _streaming(one, app) if name in streaming else one for name, one in workflows.items()}


def _streaming(one: Workflow, app: App) -> Workflow:
    leaves: Any = app.workflows[one.name].when_caller_leaves  # one of the two words: the reader lets no other through
    return replace(one, streams=True, when_caller_leaves=leaves)


def _check(one: Workflow, streams: bool, app: App, report: Report) -> None:
    keys = app.workflows[one.name].keys
    written = keys.items if keys else {}
    if one.trigger != "api":
        return
    if streams and one.response == "redirect":
        message = (
            "This workflow streams, and a stream cannot be a redirect: its events go to nobody. Remove one of them."
        )
        report.warning(join(one.address, "response"), written["response"], message)
    if not streams and "when_caller_leaves" in written:
        message = "`when_caller_leaves` says nothing without a `stream` step: add one, or remove it."
        report.warning(join(one.address, "when_caller_leaves"), written["when_caller_leaves"], message)
