"""A call that is answered before it has run: 202, and the place where it can be asked about.

`Prefer: respond-async` asks for it. The run is durable once the 202 is sent.
"""

from __future__ import annotations

from typing import Any

from offpage.accounts.actor import Actor
from offpage.engine.calls import RunStatus
from offpage.kernel.errors import NotFound, WorkflowBusy
from offpage.program.program import Workflow
from offpage.web.answers import not_run
from offpage.web.problems import problem_body
from offpage.web.reply import Header, Reply, json_reply


def wants_later(prefer: str) -> bool:
    """Whether a `Prefer` header asks for an answer before the run."""
    return any(one.strip().lower() == "respond-async" for one in prefer.replace(";", ",").split(","))


def accepted(run_id: str, prefix: str, workflow: str, *headers: Header) -> Reply:
    """The 202. `prefix` is "" or `/version-test`, as in the request."""
    place = f"{prefix}/api/1.1/wf/{workflow}/runs/{run_id}"
    return json_reply(
        202,
        {"status": "accepted", "response": {"run_id": run_id, "status_url": place}},
        (b"location", place.encode("ascii")),
        *headers,
        (b"run-id", run_id.encode("ascii")),
    )


def status_reply(status: RunStatus | None, workflow: Workflow, run_id: str, asker: Actor) -> Reply:
    """How far a run has come, and its answer once it has one.

    Raises NotFound for a run of another workflow, and for one that the asker may not know of.
    """
    if status is None or status.workflow != workflow.name or not _may_know(asker, status.actor):
        raise NotFound(f"Workflow {workflow.name} has no run {run_id[:40]}")
    shown: dict[str, Any] = {"run_id": status.run_id, "state": status.state}
    if status.why is not None:
        shown["why"] = status.why
    if status.answer is not None and status.state == "finished":
        answer = status.answer
        shown["status"] = answer.status
        if answer.kind == "json":
            shown["answer"] = {"status": "success", "response": answer.values}
        else:
            shown["answer"] = answer.text
            shown["content_type"] = answer.content_type or "text/plain"
    error = status.error
    if (
        status.state == "skipped"
        and workflow.return_200_if_skipped
        and (error is None or isinstance(error, WorkflowBusy))
    ):
        shown["status"] = 200
        shown["answer"] = {"status": "NOT_RUN", "response": {}}
    elif error is not None or status.state == "skipped":
        error = error or not_run(workflow)
        shown["status"] = error.status
        shown["error"] = problem_body(error, status.run_id)
    reply = json_reply(200, {"status": "success", "response": shown}, (b"run-id", status.run_id.encode("ascii")))
    reply.headers.append((b"cache-control", b"no-store"))
    if status.state in ("waiting", "running"):
        reply.headers.append((b"retry-after", b"1"))
    return reply


def _may_know(asker: Actor, beginner: Actor) -> bool:
    """An API token may know of every run, users of their own; whoever knows the id, of one that nobody began."""
    if asker.kind == "admin" or beginner.kind == "nobody":
        return True
    return beginner.kind == "user" and asker.kind == "user" and asker.user_id == beginner.user_id
