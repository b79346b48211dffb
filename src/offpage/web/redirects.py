"""An outcome → a redirection (302), for workflows whose response type is `redirect` (bubble.md 1.6)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote, urlencode

from offpage.engine.calls import Outcome
from offpage.kernel.errors import OffpageError
from offpage.program.program import Workflow
from offpage.web.answers import REPLAYED, outcome_reply
from offpage.web.reply import ANY_ORIGIN, Header, Reply, to_json

_URL_SAFE: Final = "!#$%&'()*+,/:;=?@[]~"


def redirect_outcome(workflow: Workflow, outcome: Outcome) -> Reply:
    """Send the caller to the page for success or for errors, with what there is to tell in its query string."""
    run_id: Header = (b"run-id", outcome.run_id.encode("ascii"))
    if outcome.error is not None:
        reply = redirect_error(
            workflow, outcome.error.status, outcome.error.message, run_id, to=outcome.answer.location
        )
    elif outcome.state == "skipped" and not workflow.return_200_if_skipped:
        sentence = f"Workflow {workflow.name} did not run because its condition was not met"
        reply = redirect_error(workflow, 400, sentence, run_id, to=outcome.answer.location)
    elif page := outcome.answer.location or workflow.redirect_success:
        values = outcome.answer.values.items()
        reply = _to(page, [(key, _shown(value)) for key, value in values if value is not None])
        reply.headers.append(run_id)
    else:
        reply = None
    if reply is None:
        return outcome_reply(workflow, outcome)
    if outcome.repeated:
        reply.headers.append(REPLAYED)
    return reply


def redirect_problem(workflow: Workflow, error: OffpageError) -> Reply | None:
    """Send the caller to the page for errors; None where the workflow has none, or would compute it from a run."""
    return redirect_error(workflow, error.status, error.message)


def redirect_error(workflow: Workflow, status: int, message: str, *headers: Header, to: str = "") -> Reply | None:
    """A redirection to the page for errors, with `statusCode` and `message`; None where there is none.

    `to`: the page that the run has computed.
    """
    page = to or workflow.redirect_error
    if not page:
        return None
    reply = _to(page, [("statusCode", str(status)), ("message", message)])
    reply.headers.extend(headers)
    return reply


def _to(address: str, pairs: Iterable[tuple[str, str]]) -> Reply:
    page, hash_mark, fragment = address.strip().partition("#")
    more = urlencode(list(pairs), encoding="utf-8", errors="replace")
    if more:
        page += ("" if page.endswith(("?", "&")) else "&" if "?" in page else "?") + more
    target = quote(page + hash_mark + fragment, safe=_URL_SAFE, encoding="utf-8", errors="replace")
    return Reply(302, [(b"location", target.encode("ascii")), ANY_ORIGIN])


def _shown(value: Any) -> str:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case _:
            return to_json(value).decode()
