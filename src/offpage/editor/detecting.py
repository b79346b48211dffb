"""Detect data: wait for a sample request to a workflow; and how to send it one."""

from __future__ import annotations

import json
import shlex
from typing import Any

import msgspec

from offpage.editor.asked import Asked
from offpage.editor.roles import Role
from offpage.editor.route import Route
from offpage.editor.studio import Studio
from offpage.host.hosting import TEST_PREFIX
from offpage.kernel.errors import InvalidData, NotFound
from offpage.model.documents import WorkflowDoc
from offpage.web.detect import Listening


class Detecting(msgspec.Struct):
    """Whether a sample is waited for, and where it is to be sent."""

    listening: bool
    url: str


class Curl(msgspec.Struct):
    """A workflow's address, and a command line that calls it."""

    url: str
    curl: str


async def begin(asked: Asked) -> Detecting:
    """Wait for one request. The sample comes as news, and stands in the workflow's file then."""
    doc, listening = _workflow(asked), _listening(asked.studio)
    listening.begin(doc.id)
    return Detecting(True, f"{_address(asked.studio, doc)}/initialize")


async def end(asked: Asked) -> Detecting:
    """Wait no longer."""
    doc, listening = _workflow(asked), _listening(asked.studio)
    listening.end(doc.id)
    return Detecting(False, f"{_address(asked.studio, doc)}/initialize")


async def state(asked: Asked) -> Detecting:
    """Whether a sample is waited for."""
    doc = _workflow(asked)
    return Detecting(_listening(asked.studio).is_on(doc.id), f"{_address(asked.studio, doc)}/initialize")


async def curl(asked: Asked) -> Curl:
    """How to call a workflow."""
    doc = _workflow(asked)
    url = _address(asked.studio, doc)
    parts = ["curl", "-X", doc.method]
    if doc.auth != "none":
        parts += ["-H", "Authorization: Bearer TOKEN"]
    body = {one.name: _sample(one.type) for one in doc.parameters if doc.method == "POST" and one.is_in == "body"}
    query = [one.name for one in doc.parameters if doc.method == "GET" or one.is_in == "query"]
    if body:
        parts += ["-H", "Content-Type: application/json", "-d", json.dumps(body, ensure_ascii=False)]
    address = url + ("?" + "&".join(f"{name}=" for name in query) if query else "")
    return Curl(url, shlex.join([*parts, address]))


def _sample(of: str) -> Any:
    """A value of a type as JSON, to be written over."""
    if of.startswith("list of "):
        return [_sample(of.removeprefix("list of "))]
    samples: dict[str, Any] = {
        "number": 1,
        "yes_no": True,
        "date": "2026-01-31T12:00:00Z",
        "json": {},
        "interval": 60_000,
        "number_range": [1, 2],
        "date_range": ["2026-01-31T12:00:00Z", "2026-02-28T12:00:00Z"],
    }
    return samples.get(of, "")


def _workflow(asked: Asked) -> WorkflowDoc:
    """The workflow that is meant. Raises NotFound, InvalidData for one that nobody calls."""
    name = asked.parts["name"]
    doc = asked.studio.development.program.app.workflows.get(name)
    if doc is None:
        raise NotFound(f"There is no workflow {name[:60]}.")
    if doc.trigger != "api":
        raise InvalidData(f"Nobody calls {doc.id} over HTTP: its trigger is {doc.trigger}.")
    return doc


def _listening(studio: Studio) -> Listening:
    environment = studio.host.site.development or studio.host.site.live
    if environment is None or environment.listening is None:
        raise NotFound("The development version is not served, so no sample can be received.")
    return environment.listening


def _address(studio: Studio, doc: WorkflowDoc) -> str:
    """Where a caller reaches the workflow in development."""
    return f"{studio.place.url}{TEST_PREFIX}/api/1.1/wf/{doc.id}"


ROUTES = (
    Route("GET", "/workflows/{name}/detect", Role.VIEW, state),
    Route("POST", "/workflows/{name}/detect", Role.EDIT, begin),
    Route("DELETE", "/workflows/{name}/detect", Role.EDIT, end),
    Route("GET", "/workflows/{name}/curl", Role.VIEW, curl),
)
