"""What goes into the engine and what comes out: a call of an API workflow, its outcome, its answer."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import msgspec

from offpage.accounts.actor import NOBODY, Actor
from offpage.actions.outside import Listener
from offpage.kernel.errors import OffpageError
from offpage.program.program import Program, Workflow

ENVELOPE: Final = len('{"status":"success","response":}')
"""What stands around the values of an answer, in bytes."""

_encode: Final = msgspec.json.Encoder().encode

State = Literal["waiting", "running", "finished", "skipped", "failed"]


@dataclass(slots=True)
class RequestData:
    """What `request.…` gives in an expression. `raw` is the exact body; `headers` have lower-case names."""

    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    raw: bytes = b""
    ip: str = ""
    size: int = 0
    """How many bytes the body had, also where nothing else of the request is kept."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it: for workflows that never look at the request as a whole."""
        return self.body is None and not (self.headers or self.query or self.raw)

    def given(self, name: str) -> Any:
        """What an expression sees of it; None where that is empty."""
        if name == "raw":
            return self._text() or None
        if name == "raw_base64":
            return base64.b64encode(self.raw).decode() or None
        return getattr(self, name, None) or None

    def _text(self) -> str:
        """The body as text that is these bytes in UTF-8, none fewer and none else; "" where there is no such text."""
        try:
            text = self.raw.decode("utf-8")
        except UnicodeDecodeError:
            return ""
        return "" if "\x00" in text else text  # which no text can hold

    def as_data(self) -> dict[str, Any]:
        """Ready for JSON; `raw` byte for byte, as the characters of the same numbers."""
        raw = self.raw.decode("latin-1")
        return {
            "body": self.body,
            "headers": self.headers,
            "query": self.query,
            "raw": raw,
            "ip": self.ip,
            "size": self.size,
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> RequestData:
        """What `as_data` made."""
        raw = data["raw"].encode("latin-1")
        return cls(data["body"], data["headers"], data["query"], raw, data["ip"], data.get("size", len(raw)))


@dataclass(slots=True)
class ApiCall:
    """A call of an API workflow over HTTP.

    `program` is the one that `workflow` was found in: a reload in between must not mix two definitions.
    `parameters` are in Python form, in the order of the workflow's; None where absent. `idempotency` is
    the caller's key and a hash of what was sent with it.
    """

    workflow: Workflow
    parameters: list[Any]
    actor: Actor
    request: RequestData = field(default_factory=RequestData)
    idempotency: tuple[str, str] | None = None
    ip: str = ""
    program: Program | None = None
    run_id: str = ""
    """The id that its run gets; "": a new one."""
    listener: Listener | None = None
    """Whoever listens while the run goes on."""


@dataclass(slots=True)
class Answer:
    """What the `return_data` steps of a run gave. `values` are ready for JSON.

    `session` is what the JSON answer gets of a user who logged in. Its `token` is kept nowhere: where the run has gone on
    from its record since, it is missing, and whoever has the caller makes a new one for the log-in `token_id`.
    """

    kind: Literal["json", "text", "content"] = "json"
    values: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    content_type: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    session: dict[str, Any] | None = None
    token_id: str = ""
    location: str = ""
    """Where the caller is sent, if the workflow has computed that."""

    @property
    def size(self) -> int:
        """How many bytes the body of the answer to a call has that went well."""
        if self.kind != "json":
            return len(self.text.encode("utf-8", "replace"))
        values = self.values if self.session is None else self.values | self.session
        return ENVELOPE + len(_encode(values))


@dataclass(slots=True)
class Outcome:
    """How a call ended. `error` is set when it failed; `repeated` when the answer was given before.

    `wake_at` is the soonest moment of what its last segment queued.
    """

    run_id: str
    state: State
    answer: Answer = field(default_factory=Answer)
    error: OffpageError | None = None
    repeated: bool = False
    wake_at: int | None = None


@dataclass(slots=True)
class RunStatus:
    """What a caller who asked for a 202 may know of a run. `workflow` is its name."""

    run_id: str
    workflow: str
    state: State
    answer: Answer | None = None
    error: OffpageError | None = None
    actor: Actor = NOBODY
    """Who began it."""
    why: str | None = None
    """Why it waits still, in words."""
