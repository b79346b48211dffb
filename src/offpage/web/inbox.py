"""Deliveries of webhooks: only what the sender has signed comes in, where the workflow asks for that."""

from __future__ import annotations

from offpage.kernel.errors import BrokenWorkflow
from offpage.program.program import Workflow
from offpage.program.signed import Verify
from offpage.services.signatures import Delivery, check
from offpage.web.request import Request
from offpage.web.serving import Environment


def check_delivery(environment: Environment, request: Request, workflow: Workflow, verify: Verify, raw: bytes) -> None:
    """Raise Unauthorized for a delivery that its sender has not signed, BrokenWorkflow while there is no secret."""
    now = environment.now()
    secrets = verify.secrets(environment.source, now)
    if not secrets:  # a sender that is told of a failure sends it again
        message = f"Workflow {workflow.name} cannot verify what it is sent: its secret is not set. Put it into .env."
        raise BrokenWorkflow(message, workflow=workflow.name)
    url = verify.url(environment.source, now) or _address(environment, request)
    check(verify.scheme, Delivery(request.headers, raw, url), secrets, now=now, tolerance_ms=verify.tolerance_ms)


def _address(environment: Environment, request: Request) -> str:
    """The address that was called, as callers know the server."""
    path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query = b"?" + request.query_string if request.query_string else b""
    return f"{environment.source('app', ('url',)) or ''}{(path.partition(b'?')[0] + query).decode('latin-1')}"
