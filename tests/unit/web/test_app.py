"""The application on an engine in memory: which request reaches it, and what comes back."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offpage.accounts.actor import ADMIN, NOBODY
from offpage.engine.calls import Answer, Outcome, RunStatus
from offpage.kernel.errors import (
    Conflict,
    InvalidData,
    KeyReused,
    OffpageError,
    StepError,
    StorageFailed,
    StoreError,
)
from offpage.model.documents import Limits
from offpage.program.program import Parameter
from offpage.services.local_files import LocalFiles
from offpage.values.types import FILE, NUMBER, TEXT
from offpage.web.app import Application, application
from offpage.web.detect import Listening
from offpage.web.serving import Site
from tests.asgi import Seen, ask
from tests.unit.web.making import RUN_ID, TOKEN, MemoryEngine, answering, program, served, workflow

ORDER = workflow(Parameter("name", TEXT), Parameter("amount", NUMBER, optional=True))
PATH = "/api/1.1/wf/order"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def asked(app: Application, method: str, address: str, **more: Any) -> Seen:
    """Ask, and wait for the answer."""
    return asyncio.run(ask(app, method, address, **more))


def engine_of(*workflows: Any, outcome: Any = None, **program_settings: Any) -> MemoryEngine:
    """An engine with these workflows."""
    return MemoryEngine(program(*(workflows or (ORDER,)), **program_settings), outcome)


@pytest.mark.parametrize(
    "path",
    [
        PATH,
        "/api/1.1/wf/order/",
        "//api/1.1//wf/order",
        "/version-test/api/1.1/wf/order",
        "/version-live/api/1.1/wf/order",
    ],
)
def test_a_workflow_answers_at_every_way_to_write_its_address(path: str) -> None:
    engine = engine_of(outcome=answering(values={"id": "1"}))
    seen = asked(served(engine), "POST", path, json={"name": "A", "amount": 2})
    assert (seen.status, seen.json) == (200, {"status": "success", "response": {"id": "1"}})
    assert seen.headers["run-id"] == RUN_ID
    assert seen.headers["access-control-allow-origin"] == "*"
    assert [call.parameters for call in engine.calls] == [["A", 2.0]]


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/api/1.1/wf/other", "NOT_FOUND", "Workflow other not found"),
        ("/api/1.1/wf/Order", "NOT_FOUND", "Workflow Order not found"),
        ("/api/1.1/wf/", "NOT_FOUND", "There is no such address. A workflow is called at /api/1.1/wf/NAME"),
        ("/api/1.1/wf/order/more", "NOT_FOUND", "There is no such address. A workflow is called at /api/1.1/wf/NAME"),
        ("/api/1.1/obj/order", "NOT_FOUND", "This application does not expose a Data API"),
        ("/api/1.0/wf/order", "NOT_FOUND", "There is no API version 1.0 here. Use /api/1.1/"),
        ("/version-x/api/1.1/wf/order", "NOT_FOUND", "There is no version x here. Use /version-test/ or no prefix"),
        ("/api/1.1/wf/order/initialize", "NOT_FOUND", "Workflow order not in initialization mode"),
        (f"/api/1.1/wf/order/runs/{RUN_ID}", "NOT_FOUND", f"Workflow order has no run {RUN_ID}"),
        ("/", "NOT_FOUND", "There is no such address. Workflows are called at /api/1.1/wf/NAME"),
    ],
)
def test_what_is_not_there_is_a_404_of_shape_a(path: str, status: str, message: str) -> None:
    engine = engine_of()
    seen = asked(served(engine), "GET" if "runs" in path else "POST", path, json={"name": "A"})
    assert (seen.status, seen.json) == (404, {"statusCode": 404, "body": {"status": status, "message": message}})
    assert engine.calls == []


@pytest.mark.parametrize("changes", [{"expose": False}, {"trigger": "recurring"}])
def test_a_workflow_that_is_not_exposed_is_not_there(changes: dict[str, Any]) -> None:
    assert asked(served(engine_of(workflow(**changes))), "POST", PATH).status == 404


def test_with_the_workflow_api_switched_off_nothing_is_there() -> None:
    seen = asked(served(engine_of(api=False)), "POST", PATH, json={"name": "A"})
    assert seen.json["body"]["message"] == "This application does not expose a Workflow API"


def test_an_environment_that_is_not_served_says_so() -> None:
    site = Site(None, None)
    seen = asked(application(site), "POST", PATH)
    assert (seen.status, "deployed" in seen.json["body"]["message"]) == (404, True)


@pytest.mark.parametrize(
    ("auth", "headers", "query", "status", "actor"),
    [
        ("none", {}, "", 200, NOBODY),
        ("none", BEARER, "", 200, ADMIN),
        ("none", {"Authorization": "Bearer wrong"}, "", 401, None),
        ("none", {"Authorization": "Basic YTpi"}, "", 200, NOBODY),
        ("user", {"Authorization": "Basic YTpi"}, "", 401, None),
        ("none", {"Authorization": "Bearer"}, "", 401, None),
        ("none", {"Authorization": "Bearer  "}, f"?api_token={TOKEN}", 401, None),
        ("none", {"Authorization": ""}, "", 200, NOBODY),
        ("user", {}, "", 401, None),
        ("user", BEARER, "", 200, ADMIN),
        ("user", {"Authorization": f"bearer {TOKEN}"}, "", 200, ADMIN),
        ("admin", {}, f"?api_token={TOKEN}", 200, ADMIN),
        ("admin", {}, f"?api_key={TOKEN}", 200, ADMIN),
        ("admin", {}, "?api_token=wrong", 401, None),
        ("admin", {}, "?api_token=", 401, None),
        ("admin", {}, "", 401, None),
    ],
)
def test_who_may_call(auth: str, headers: dict[str, str], query: str, status: int, actor: Any) -> None:
    engine = engine_of(workflow(auth=auth))
    seen = asked(served(engine), "POST", PATH + query, headers=headers)
    assert seen.status == status
    assert [call.actor for call in engine.calls] == ([] if actor is None else [actor])
    if status == 401:
        assert seen.json["error_class"] == "Unauthorized"
        assert "wrong" not in seen.body.decode()


def test_a_query_parameter_called_api_key_belongs_to_the_workflow_that_declares_it() -> None:
    engine = engine_of(workflow(Parameter("api_key", TEXT, is_in="query")))
    assert asked(served(engine), "POST", PATH + "?api_key=mine").status == 200
    assert engine.calls[0].parameters == ["mine"]


def test_the_request_as_a_whole_is_given_without_credentials() -> None:
    engine = engine_of(workflow(uses_request=True))
    headers = [("X-A", "1"), ("x-a", "2"), ("Cookie", "s=1"), ("Authorization", f"Bearer {TOKEN}")]
    asked(served(engine), "POST", PATH + f"?a=1&a=2&b=3&api_token={TOKEN}", json={"k": [1]}, headers=headers)
    request = engine.calls[0].request
    assert (request.body, request.raw, request.ip) == ({"k": [1]}, b'{"k":[1]}', "203.0.113.7")
    assert request.query == {"a": ["1", "2"], "b": "3"}
    assert request.headers == {"x-a": "1, 2", "content-type": "application/json", "content-length": "9"}


@pytest.mark.parametrize(
    ("method", "declared", "allow"),
    [("GET", "POST", "POST, OPTIONS"), ("PUT", "POST", "POST, OPTIONS"), ("POST", "GET", "GET, HEAD, OPTIONS")],
)
def test_another_method_is_a_405_that_says_which_is_allowed(method: str, declared: str, allow: str) -> None:
    engine = engine_of(workflow(method=declared))
    seen = asked(served(engine), method, PATH)
    assert (seen.status, seen.headers["allow"], engine.calls) == (405, allow, [])


def test_authentication_comes_before_the_method_and_the_method_before_the_parameters() -> None:
    engine = engine_of(workflow(Parameter("name", TEXT), auth="admin"))
    assert asked(served(engine), "GET", PATH).status == 401
    assert asked(served(engine), "GET", PATH, headers=BEARER).status == 405
    assert asked(served(engine), "POST", PATH, headers=BEARER).status == 400


def test_a_head_of_a_get_workflow_has_no_body() -> None:
    engine = engine_of(workflow(method="GET"), outcome=answering(values={"a": 1}))
    seen = asked(served(engine), "HEAD", PATH)
    assert (seen.status, seen.body, seen.headers["content-length"]) == (200, b"", "39")


def test_a_preflight_allows_every_origin_and_the_headers_asked_for() -> None:
    headers = {"Origin": "https://a.test", "Access-Control-Request-Headers": "authorization,x-mine"}
    seen = asked(served(engine_of()), "OPTIONS", PATH, headers=headers)
    assert (seen.status, seen.body) == (204, b"")
    assert seen.headers["access-control-allow-origin"] == "*"
    assert seen.headers["access-control-allow-headers"] == "authorization,x-mine"
    assert "POST" in seen.headers["access-control-allow-methods"]


def test_a_page_of_another_origin_may_read_our_headers() -> None:
    seen = asked(served(engine_of(workflow())), "POST", PATH, headers={"Origin": "https://a.test"})
    assert "Run-Id" in seen.headers["access-control-expose-headers"]


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_that_is_too_large_is_a_413_announced_or_not(announced: bool) -> None:
    engine = engine_of(ORDER, limits=Limits(request_bytes=100))
    body: Any = b"x" * 101 if announced else [b"x" * 60, b"x" * 60, b"x" * 60]
    seen = asked(served(engine), "POST", PATH, body=body)
    assert (seen.status, seen.json["body"]["status"], engine.calls) == (413, "TOO_LARGE", [])


def test_a_caller_who_hangs_up_gets_nothing_and_nothing_runs() -> None:
    engine = engine_of()
    app = served(engine)
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": PATH, "query_string": b"", "headers": []}
    asyncio.run(app(scope, receive, send))
    assert (sent, engine.calls) == ([], [])


def test_a_body_may_come_in_pieces() -> None:
    engine = engine_of()
    assert asked(served(engine), "POST", PATH, body=[b'{"na', b"", b'me": "A"}']).status == 200
    assert engine.calls[0].parameters == ["A", None]


def test_more_requests_than_allowed_are_a_429_with_the_time_to_wait() -> None:
    app = served(engine_of(workflow(), limits=Limits(requests_per_minute=2)))
    statuses = [asked(app, "POST", PATH).status for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert asked(app, "POST", PATH).headers["retry-after"] == "30"


@pytest.mark.parametrize(
    ("error", "status"),
    [(InvalidData("x"), 400), (Conflict(), 409), (KeyReused(), 422), (StepError("x"), 400)],
)
def test_an_error_of_the_engine_has_its_own_status(error: Exception, status: int) -> None:
    assert asked(served(engine_of(workflow(), outcome=error)), "POST", PATH).status == status


def test_a_mistake_of_ours_is_a_500_without_a_traceback_and_is_told_to_the_operator() -> None:
    app = served(engine_of(workflow(), outcome=ZeroDivisionError("secret")))
    told: list[dict[str, Any]] = []
    app.site.events.listen(lambda name, fields: told.append({"name": name, **fields}))
    seen = asked(app, "POST", PATH)
    assert (seen.status, b"secret" in seen.body) == (500, False)
    assert told[0]["name"] == "request.broke"
    assert told[0]["code"] in seen.json["body"]["message"]


def test_an_answer_before_the_run_is_a_202_with_the_place_to_ask() -> None:
    engine = engine_of(workflow(auth="user"))
    app = served(engine)
    seen = asked(app, "POST", "/version-test" + PATH, headers={**BEARER, "Prefer": "wait=5, respond-async"})
    place = f"/version-test{PATH}/runs/{RUN_ID}"
    assert (seen.status, seen.headers["location"], seen.headers["run-id"]) == (202, place, RUN_ID)
    assert seen.json["response"] == {"run_id": RUN_ID, "status_url": place}
    assert (len(engine.accepted), engine.calls) == (1, [])

    engine.status = RunStatus(RUN_ID, "order", "running")
    assert asked(app, "GET", place).status == 401
    waiting = asked(app, "GET", place, headers=BEARER)
    assert (waiting.json["response"]["state"], waiting.headers["retry-after"]) == ("running", "1")
    engine.status = RunStatus(RUN_ID, "order", "finished", Answer(values={"id": 7}, status=201))
    assert asked(app, "GET", place, headers=BEARER).json["response"] == {
        "run_id": RUN_ID,
        "state": "finished",
        "status": 201,
        "answer": {"status": "success", "response": {"id": 7}},
    }
    engine.status = RunStatus(RUN_ID, "order", "failed", error=StepError("x"))
    failed = asked(app, "GET", place, headers=BEARER).json["response"]
    assert (failed["state"], failed["error"]["reason"]) == ("failed", "STEP_FAILED")
    engine.status = RunStatus(RUN_ID, "other", "finished")
    assert asked(app, "GET", place, headers=BEARER).status == 404
    assert asked(app, "POST", place, headers=BEARER).status == 405


@pytest.mark.parametrize("kind", [StoreError, StorageFailed])
def test_the_live_app_does_not_repeat_what_its_database_or_its_storage_says(kind: type[OffpageError]) -> None:
    said = "The file storage s3://shop at https://10.0.0.7:9000, or SQLite: no such column: t_order.salary"
    engine = engine_of(workflow())
    live, development = (served(engine).site.development for _ in range(2))
    assert live is not None
    live.name = "live"
    app = application(Site(live, development))
    engine.status = RunStatus(RUN_ID, "order", "failed", error=kind(said))
    told: list[object] = []
    app.site.events.listen(lambda name, fields: told.append(str(fields.get("error"))))

    def answers(prefix: str) -> list[bool]:
        bodies = [asked(app, "GET", f"{prefix}{PATH}/runs/{RUN_ID}").body]
        for engine.outcome in (kind(said), Outcome(RUN_ID, "failed", error=kind(said))):
            seen = asked(app, "POST", prefix + PATH)
            assert (seen.status, kind.code.encode() in seen.body) == (kind.status, True)
            bodies.append(seen.body)
        return [said.encode() in body for body in bodies]

    assert answers("") == [False, False, False]
    assert told == [said], "the operator learns it"
    assert answers("/version-test") == [True, True, True]


def test_an_idempotency_key_goes_to_the_engine_with_a_hash_of_what_was_sent() -> None:
    engine = engine_of(workflow(Parameter("name", TEXT, optional=True)))
    app = served(engine)
    for body, query in (({"name": "A"}, ""), ({"name": "A"}, ""), ({"name": "B"}, ""), ({"name": "A"}, "?x=1")):
        asked(app, "POST", PATH + query, json=body, headers={"Idempotency-Key": "k1"})
    keys = [call.idempotency for call in engine.calls]
    assert keys[0] == keys[1]
    assert len({key for key in keys if key}) == 3
    asked(app, "POST", PATH, json={"name": "A"}, headers={"Idempotency-Key": "k1", **BEARER})
    assert keys[0] is not None
    assert engine.calls[-1].idempotency != keys[0], "another caller's key is another key"


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "ø", "a\tb"])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    engine = engine_of(workflow())
    assert asked(served(engine), "POST", PATH, headers={"Idempotency-Key": key}).status == 400
    assert engine.calls == []


def test_a_sample_is_taken_only_while_it_is_waited_for(tmp_path: Path) -> None:
    kept: list[tuple[str, dict[str, Any]]] = []
    listening = Listening(tmp_path / "listening", lambda name, sample: kept.append((name, sample)))
    app = served(engine_of(workflow()), listening=listening)
    path = "/version-test/api/1.1/wf/order/initialize"
    assert asked(app, "POST", path, json={"a": 1}).status == 404
    listening.begin("order")
    assert asked(app, "POST", path, json={"a": 1}, headers={"X-B": "2"}).status == 200
    assert kept == [
        (
            "order",
            {"body": {"a": 1}, "headers": {"x-b": "2", "content-type": "application/json", "content-length": "7"}},
        )
    ]
    assert asked(app, "POST", path, json={"a": 1}).status == 404
    listening.begin("order")
    assert asked(app, "POST", path, json={"a": "x" * 300_000}).status == 413
    assert len(kept) == 1


def test_a_redirecting_workflow_redirects_the_mistakes_of_its_callers_too() -> None:
    flow = workflow(Parameter("name", TEXT), response="redirect", redirect_success="/ok", redirect_error="/oops")
    app = served(engine_of(flow, outcome=answering(values={"id": 1})))
    assert asked(app, "POST", PATH, json={"name": "A"}).headers["location"] == "/ok?id=1"
    seen = asked(app, "POST", PATH, json={})
    missing = "Missing+parameter+for+workflow+order%3A+parameter+name"
    assert (seen.status, seen.headers["location"]) == (302, f"/oops?statusCode=400&message={missing}")


def test_a_file_is_kept_and_served_as_what_cannot_run(tmp_path: Path) -> None:
    engine = engine_of(workflow(Parameter("photos", FILE.listed), Parameter("page", FILE)))
    app = served(engine, files=LocalFiles(tmp_path))
    body = {
        "photos": [{"filename": "../a b.png", "contents": "iVBORw=="}, "https://x.test/y.png"],
        "page": {"filename": "evil.html", "contents": "PGI+"},
    }
    assert asked(app, "POST", PATH, json=body).status == 200
    photos, page = engine.calls[0].parameters
    assert photos[1] == "https://x.test/y.png"
    picture = asked(app, "GET", photos[0])
    assert (picture.status, picture.body, picture.headers["content-type"]) == (200, b"\x89PNG", "image/png")
    evil = asked(app, "GET", page)
    assert evil.headers["content-type"] == "application/octet-stream"
    assert evil.headers["content-disposition"].startswith("attachment")
    assert evil.headers["x-content-type-options"] == "nosniff"
    assert asked(app, "GET", photos[0].replace("a_b", "other")).status == 404
    assert asked(app, "POST", photos[0]).status == 405


def test_nothing_is_kept_when_a_parameter_is_wrong(tmp_path: Path) -> None:
    engine = engine_of(workflow(Parameter("photo", FILE), Parameter("name", TEXT)))
    seen = asked(served(engine, files=LocalFiles(tmp_path)), "POST", PATH, json={"photo": {"contents": "YQ=="}})
    assert (seen.status, list(tmp_path.iterdir())) == (400, [])


def test_health_answers() -> None:
    assert asked(served(engine_of()), "GET", "/health").json == {"status": "ok"}


def test_a_servers_start_and_stop_are_acknowledged() -> None:
    sent: list[Any] = []
    incoming = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

    async def receive() -> dict[str, Any]:
        return incoming.pop(0)

    async def send(message: Any) -> None:
        sent.append(message["type"])

    asyncio.run(served(engine_of())({"type": "lifespan"}, receive, send))
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


LATIN = st.text(st.characters(max_codepoint=255))
HEADERS = st.lists(
    st.tuples(
        st.sampled_from(
            ["content-type", "authorization", "prefer", "idempotency-key", "content-length", "cookie", "x"]
        ),
        LATIN | st.sampled_from(["application/json", "multipart/form-data; boundary=a", "respond-async"]),
    )
)
PATHS = st.sampled_from([PATH, "/api/1.1/wf/order/", "/api/1.1/wf/order/initialize", f"{PATH}/runs/1"]) | st.text().map(
    lambda text: "/" + text
)


@settings(max_examples=300)
@given(
    st.sampled_from(["GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "BREW"]),
    PATHS,
    LATIN,
    st.binary() | st.sampled_from([b'{"name": "A"}', b"name=A", b"--a\r\n"]),
    HEADERS,
)
def test_no_request_whatever_is_a_500(method: str, path: str, query: str, body: bytes, headers: Any) -> None:
    app = served(engine_of())
    seen = asked(app, method, path.replace("?", "") + "?" + query, body=[body], headers=headers)
    assert seen.status < 500
    assert b"Traceback" not in seen.body
