"""Connectors: calls of another program's API, from a step to a real server on loopback and back."""

from __future__ import annotations

import asyncio
import base64
import gc
import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from offpage.engine.calls import Outcome
from offpage.kernel.errors import OutsideFailed
from offpage.model.reader import read_files
from offpage.program.resolve import resolve
from offpage.services.local_files import LocalFiles
from offpage.sql.sqlite import SQLITE
from tests.engine.conftest import Bench
from tests.other_api import Asked, OtherApi, Told, other_api
from tests.ports import free_port

Make = Callable[..., Bench]
KEY = "sk_live_s3cret/+key"

# A loop that ends with a call leaves its connection to the garbage collector.
pytestmark = [
    pytest.mark.usefixtures("leaves_sockets"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(autouse=True, scope="module")
def _collected() -> Iterator[None]:
    """What these tests leave is collected while that is ignored, not in the middle of tests of something else."""
    yield
    gc.collect()


@pytest.fixture
def api() -> Iterator[OtherApi]:
    with other_api() as found:
        yield found


def made(
    make: Make, api: OtherApi, call: str, *, connector: str = "", step: str = "{}", gives: str = "=got.body"
) -> Bench:
    """An app with one connector `shop` and one call `it`, and a workflow that makes it."""
    files = {
        "connectors/shop.yaml": f"address: {api.url}/v1\n{connector}\ncalls:\n  it: {call}\n",
        "workflows/go.yaml": f"""
auth: none
parameters: {{text: {{type: text, optional: yes}}, n: {{type: number, optional: yes}}, file: {{type: file, optional: yes}}}}
steps:
  - {{do: create_thing, with: {{type: order, set: {{total: 1}}}}}}
  - {{do: call_api, as: got, with: {{call: shop.it, parameters: {step}}}}}
  - {{do: return_data, with: {{values: {{body: {gives}, status: =got.status, kind: '=got.headers["content-type"]'}}}}}}
""",
    }
    return make(files, {"KEY": KEY, "USER": "ada"})


def failure(outcome: Outcome) -> OutsideFailed:
    assert isinstance(outcome.error, OutsideFailed), outcome.error
    return outcome.error


def test_a_call_has_its_path_query_headers_and_answer(bench: Make, api: OtherApi) -> None:
    call = (
        "{path: '/things/{{ id }}/x', parameters: {id: text, tags: list of text, big: yes_no, when: {type: date, optional: yes}},"
        " query: {tag: =tags, big: =big, when: =when}, headers: {X-Name: 'n {{ id }}'}}"
    )
    app = made(bench, api, call, step="{id: =text, tags: [a b, c&d], big: yes}")
    outcome = app.call("go", text="../ä/?#")
    assert outcome.answer.values == {"body": {"ok": True}, "status": 200, "kind": "application/json"}
    (one,) = api.asked
    assert one.method == "GET"
    assert one.path == "/v1/things/..%2F%C3%A4%2F%3F%23/x"
    assert one.query == [("tag", "a b"), ("tag", "c&d"), ("big", "true")]
    assert one.headers["x-name"] == "n ../ä/?#".encode().decode("latin-1")
    assert "idempotency-key" not in one.headers


@pytest.mark.parametrize(
    ("body", "kind", "sent"),
    [
        ("json: {a: =n, b: [=n, null, x], c: =text, d: null, e: {f: 'x {{ n }}'}}", "application/json", b'{"a":2,"b":[2,null,"x"],"d":null,"e":{"f":"x 2"}}'),
        ("form: {a: =n, b: [x, y z], c: =text}", "application/x-www-form-urlencoded", b"a=2&b=x&b=y+z"),
        ("text: '<a>{{ n }}</a>', content_type: application/xml", "application/xml", b"<a>2</a>"),
    ],
)  # fmt: skip
def test_a_body_is_sent_as_json_form_or_text(bench: Make, api: OtherApi, body: str, kind: str, sent: bytes) -> None:
    call = "{method: POST, path: /x, parameters: {n: number, text: {type: text, optional: yes}}, BODY}".replace(
        "BODY", body
    )
    outcome = made(bench, api, call, step="{n: 2}").call("go")
    assert outcome.error is None
    (one,) = api.asked
    assert (one.headers["content-type"], one.body) == (kind, sent)
    assert one.headers["idempotency-key"].startswith("op-")


def test_files_go_out_in_parts_and_come_in_as_files(bench: Make, api: OtherApi, tmp_path: Path) -> None:
    call = "{method: POST, parameters: {f: file, n: number}, multipart: {doc: =f, n: =n}, gives: file}"
    app = made(bench, api, call, step="{f: =file, n: 1}")
    files = LocalFiles(tmp_path / "files")
    app.restart(services=replace(app.around.services, files=files))
    api.answer = lambda asked: Told(200, b"%PDF-answer", {"Content-Type": "application/pdf"})
    outcome = app.call("go", file=files.keep("a.txt", b"content", 1))
    assert b'name="doc"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\ncontent' in api.asked[0].body
    address = outcome.answer.values["body"]
    kept = files.find(*address.split("/")[2:])
    assert kept is not None
    assert files.read(kept, 0, kept.size) == b"%PDF-answer"
    assert address.endswith("it.pdf")


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        ("{type: bearer, token: =secret.KEY}", "authorization", f"Bearer {KEY}"),
        ("{type: header, name: X-Api-Key, value: =secret.KEY}", "x-api-key", KEY),
        ("{type: basic, user: =secret.USER, password: =secret.KEY}", "authorization", "Basic " + base64.b64encode(f"ada:{KEY}".encode()).decode()),
    ],
)  # fmt: skip
def test_who_calls_is_proved_and_stands_in_no_record(
    bench: Make, api: OtherApi, auth: str, header: str, value: str
) -> None:
    app = made(bench, api, "{path: /x}", connector=f"auth: {auth}")
    api.answer = lambda asked: Told(
        200, {"echo": asked.headers, "url": f"https://x.test/?k={KEY.replace('/', '%2F').replace('+', '%2B')}"}
    )
    outcome = app.call("go")
    assert api.asked[0].headers[header] == value
    assert outcome.answer.values["body"]["echo"][header] == value  # the app itself has it
    record = json.dumps([app.run(outcome.run_id).journal, app.run(outcome.run_id).answer])
    assert "•••" in json.loads(app.run(outcome.run_id).journal)[1]["result"]["body"]["echo"][header]
    for form in (KEY, value.split(" ")[-1], "sk_live", "%2F%2Bkey"):
        assert form not in record


def test_a_key_in_the_query(bench: Make, api: OtherApi) -> None:
    made(bench, api, "{path: '/x?a=1'}", connector="auth: {type: query, name: key, value: =secret.KEY}").call("go")
    assert api.asked[0].query == [("a", "1"), ("key", KEY)]


def test_access_tokens_are_fetched_once_and_again_when_one_is_refused(bench: Make, api: OtherApi) -> None:
    tokens = iter(["tok-first-1", "tok-second-2"])
    refused: set[str] = set()

    def answer(asked: Asked) -> Told:
        if asked.path == "/token":
            assert asked.headers["authorization"].startswith("Basic ")
            assert asked.body == b"grant_type=client_credentials&scope=read"
            return Told(200, {"access_token": next(tokens), "expires_in": 3600})
        return Told(401 if asked.headers["authorization"] in refused else 200, {"saw": asked.headers["authorization"]})

    api.answer = answer
    auth = "{type: oauth2, token_url: URL/token, client_id: me, client_secret: =secret.KEY, scope: read}".replace(
        "URL", api.url
    )
    app = made(bench, api, "{path: /x}", connector=f"auth: {auth}")

    async def several() -> list[Outcome]:
        return await asyncio.gather(*(app.engine.call(app.api_call("go", {"text": "x"})) for _ in range(1)))

    first = asyncio.run(several())[0]
    assert first.answer.values["body"] == {"saw": "Bearer tok-first-1"}
    assert "tok-first-1" not in app.run(first.run_id).journal
    refused.add("Bearer tok-first-1")
    assert app.call("go").answer.values["body"] == {"saw": "Bearer tok-second-2"}
    assert [one.path for one in api.asked] == ["/token", "/v1/x", "/v1/x", "/token", "/v1/x"]


@pytest.mark.parametrize(
    ("status", "headers", "retryable", "after"),
    [
        (402, {}, False, None),
        (429, {"Retry-After": "7"}, True, 7.0),
        (503, {}, True, None),
        (404, {}, False, None),
        (501, {}, False, None),
    ],
)
def test_an_answer_that_is_an_error_says_its_kind(
    bench: Make, api: OtherApi, status: int, headers: dict[str, str], retryable: bool, after: float | None
) -> None:
    app = made(bench, api, "{path: /x}")
    api.answer = lambda asked: Told(status, {"error": "no " * 1000}, headers)
    outcome = app.call("go")
    error = failure(outcome)
    assert error.message.startswith(f"`shop.it` answered with status {status}")
    assert (error.retryable, error.retry_after, error.details["answer_status"]) == (retryable, after, status)
    assert len(error.details["answer"]) == 1000
    assert app.count("order") == 1  # what came before stays
    kept = json.loads(app.run(outcome.run_id).error or "")["details"]
    assert kept["retryable"] is retryable


def test_which_statuses_are_errors_is_the_connectors_choice(bench: Make, api: OtherApi) -> None:
    api.answer = lambda asked: Told(404, {"none": True})
    assert made(bench, api, "{path: /x, accept: [404]}").call("go").answer.values["status"] == 404


@pytest.mark.parametrize(
    ("gives", "content", "kind", "body"),
    [
        ("", b"plain", "text/plain", "plain"),
        ("", b"", "text/plain", None),
        ("", b"[1, 2]", "application/vnd.api+json", [1, 2]),
        ("gives: text", b"caf\xe9", "text/plain; charset=latin-1", "café"),
        ("gives: number", b"12.5", "text/plain", 12.5),
        ("gives: number", b"7", "application/json", 7),
    ],
)
def test_an_answer_is_read_as_what_it_is(
    bench: Make, api: OtherApi, gives: str, content: bytes, kind: str, body: Any
) -> None:
    api.answer = lambda asked: Told(200, content, {"Content-Type": kind})
    values = made(bench, api, "{path: /x, GIVES}".replace("GIVES", gives)).call("go").answer.values
    assert values.get("body") == body


@pytest.mark.parametrize(
    ("gives", "content"), [("gives: json", b"<html>"), ("gives: number", b"many"), ("", b"\x00\x01")]
)
def test_an_answer_that_is_something_else_fails_with_a_sentence(
    bench: Make, api: OtherApi, gives: str, content: bytes
) -> None:
    api.answer = lambda asked: Told(200, content, {"Content-Type": "application/octet-stream"})
    app = made(bench, api, "{path: /x, GIVES}".replace("GIVES", gives))
    outcome = app.call("go")
    error = failure(outcome)
    assert (error.details["why"], error.retryable) == ("unreadable", False)
    plan = app.database.read(lambda tx: app.engine.reruns.plan(tx, outcome.run_id, "failed"))
    assert plan is not None
    assert [one.kind for one in plan.repeats] == ["call"], "it was called all the same"


def test_parts_of_a_sample_have_types(bench: Make, api: OtherApi) -> None:
    api.answer = lambda asked: Told(200, {"temp": 3.5, "tags": ["a", "b"], "name": "Oslo"})
    call = "{path: /x, sample: {temp: 1.5, tags: [x], name: y}}"
    gives = "'=[got.body.temp + 1, got.body.tags.count]'"
    assert made(bench, api, call, gives=gives).call("go").answer.values["body"] == [4.5, 2]


def test_a_packed_answer_is_counted_unpacked(bench: Make, api: OtherApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offpage.services.http.LARGEST", 100_000)
    packed = gzip.compress(b"x" * 1_000_000)
    api.answer = lambda asked: Told(200, packed, {"Content-Encoding": "gzip", "Content-Type": "text/plain"})
    error = failure(made(bench, api, "{path: /x}").call("go"))
    assert (error.details["why"], error.retryable) == ("too_large", False)
    assert len(packed) < 100_000


def test_a_server_that_is_down_or_silent_may_answer_later(bench: Make, api: OtherApi) -> None:
    app = made(bench, OtherApi(port=free_port()), "{path: /x}")
    error = failure(app.call("go"))
    assert (error.details["why"], error.retryable) == ("unreachable", True)


def test_a_call_takes_no_longer_than_it_may(bench: Make, api: OtherApi) -> None:
    import threading

    gate = threading.Event()

    def wait(asked: Asked) -> Told:
        gate.wait(10)
        return Told(200)

    api.answer = wait
    try:
        error = failure(made(bench, api, "{path: /x, timeout: 200 ms}").call("go"))
    finally:
        gate.set()
    assert (error.details["why"], error.retryable) == ("timeout", True)


# Addresses inside.


def open_call(make: Make, api: OtherApi, allow: str = "[]") -> Bench:
    return make(
        {
            "app.yaml": f"name: T\noutside: {{allow: {allow}}}\n",
            "connectors/any.yaml": "calls:\n  get: {address: =url, parameters: {url: text}}\n",
            "workflows/go.yaml": (
                "auth: none\nparameters: {url: text}\nsteps:\n"
                "  - {do: call_api, as: got, with: {call: any.get, parameters: {url: =url}}}\n"
                "  - {do: return_data, with: {values: {status: =got.status}}}\n"
            ),
        }
    )


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "[::1]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "169.254.169.254", "10.0.0.1", "[fe80::1]", "[fd00::1]"],
)  # fmt: skip
def test_an_address_from_a_caller_does_not_lead_inside(bench: Make, api: OtherApi, host: str) -> None:
    error = failure(open_call(bench, api).call("go", url=f"http://{host}:{api.port}/"))
    wanted = "address" if host == "0177.0.0.1" else "not_allowed"
    assert error.details["why"] == wanted
    assert api.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "ftp://x.test/",
        "file:///etc/passwd",
        "http://",
        "http://a@127.0.0.1/",
        "http://x.test\\@y/",
        "nonsense",
        "",
        "http://x\r\ny/",
        "gopher://x",
    ],
)
def test_what_is_no_address_is_not_called(bench: Make, api: OtherApi, url: str) -> None:
    assert failure(open_call(bench, api).call("go", url=url)).details["why"] == "address"


@pytest.mark.parametrize("allow", ["[127.0.0.0/8]", "[127.0.0.1]"])
def test_what_is_allowed_in_app_yaml_may_be_reached(bench: Make, api: OtherApi, allow: str) -> None:
    assert open_call(bench, api, allow).call("go", url=f"http://127.0.0.1:{api.port}/").answer.values == {"status": 200}


def test_a_redirect_does_not_lead_inside(bench: Make, api: OtherApi) -> None:
    with other_api() as other:
        api.answer = lambda asked: Told(302, None, {"Location": f"{other.url}/inside"})
        app = made(bench, api, "{path: /x}", connector="auth: {type: header, name: X-Key, value: =secret.KEY}")
        assert failure(app.call("go")).details["why"] == "not_allowed"
        assert other.asked == []


def test_a_redirect_to_somebody_else_takes_no_secrets_along(bench: Make, api: OtherApi) -> None:
    with other_api() as other:
        api.answer = lambda asked: Told(302, None, {"Location": f"{other.url}/inside"})
        app = bench(
            {
                "app.yaml": "name: T\noutside: {allow: [127.0.0.1]}\n",
                "connectors/shop.yaml": (
                    f"address: {api.url}\nauth: {{type: header, name: X-Key, value: =secret.KEY}}\n"
                    "headers: {Accept: text/x, X-Other: a}\ncalls: {it: {path: /x}}\n"
                ),
                "workflows/again.yaml": "auth: none\nsteps:\n  - {do: call_api, with: {call: shop.it}}\n",
            },
            {"KEY": KEY},
        )
        assert app.call("again").error is None
        assert (api.asked[0].headers["x-key"], api.asked[0].headers["x-other"]) == (KEY, "a")
        assert other.asked[0].headers["accept"] == "text/x"
        assert not {"x-key", "x-other"} & set(other.asked[0].headers)


def test_redirects_inside_one_server_are_followed_and_end(bench: Make, api: OtherApi) -> None:
    api.answer = lambda asked: (
        Told(303, None, {"Location": "/done"}) if asked.path != "/done" else Told(200, {"at": "done"})
    )
    app = made(
        bench, api, "{method: POST, path: /x, json: {a: 1}}", connector="auth: {type: bearer, token: =secret.KEY}"
    )
    assert app.call("go").answer.values["body"] == {"at": "done"}
    assert [(one.method, one.body, "authorization" in one.headers) for one in api.asked] == [
        ("POST", b'{"a":1}', True),
        ("GET", b"", True),
    ]
    api.answer = lambda asked: Told(302, None, {"Location": "/round"})
    assert failure(app.call("go")).details["why"] == "redirects"


def test_a_value_cannot_leave_its_place_in_the_path(bench: Make, api: OtherApi) -> None:
    app = made(bench, api, "{path: '/a/{{ id }}', parameters: {id: text}}", step="{id: =text}")
    assert failure(app.call("go", text="..")).details["why"] == "address"
    assert api.asked == []


# Calls in expressions.


EXPRESSION = """
auth: none
parameters: {who: text, go: {type: yes_no, optional: yes}}
steps:
  - do: create_thing
    as: made
    with: {type: order, set: {number: =who, total: '=call_api(shop.it, id=who).temp + 1'}}
    only_when: =go.default(yes) and call_api(shop.check, id=who).ok == yes
  - do: for_each
    as: x
    with: {list: '=call_api(shop.list)'}
    steps:
      - {do: change_thing, with: {thing: =made, set: {tags: {add: '{{ x }} {{ call_api(shop.it, id="in " + x).temp }}'}}}}
  - {do: return_data, with: {values: {total: =made.total, tags: =made.tags}}}
"""
CALLS = """
calls:
  it: {path: '/it/{{ id }}', parameters: {id: text}, sample: {temp: 1.5}}
  check: {path: /check, parameters: {id: text}, query: {id: =id}, sample: {ok: yes}}
  list: {path: /list, gives: json, sample: [a]}
  drop: {method: DELETE, path: /x, gives: nothing}
"""


def test_a_call_in_an_expression_is_made_before_its_step(bench: Make, api: OtherApi) -> None:
    def answer(asked: Asked) -> Told:
        return Told(
            200, {"/check": {"ok": asked.query != [("id", "no")]}, "/list": ["a", "b"]}.get(asked.path, {"temp": 20})
        )

    api.answer = answer
    listed = EXPRESSION.replace("'=call_api(shop.list)'", "'=call_api(shop.list).to_text.split_by(\",\")'")
    app = bench({"connectors/shop.yaml": f"address: {api.url}{CALLS}", "workflows/go.yaml": listed})
    outcome = app.call("go", who="ada")
    assert outcome.error is None
    assert outcome.answer.values["total"] == 21
    assert [one.path for one in api.asked][:3] == ["/check", "/it/ada", "/list"]
    journal = app.journal(outcome.run_id)
    assert [(one["step"], one["do"]) for one in journal][:3] == [(0, "call_api"), (0, "call_api"), (0, "create_thing")]
    api.asked.clear()
    outcome = app.call("go", who="no")
    assert [one.path for one in api.asked][:2] == ["/check", "/list"], "what the step needs is asked only if it runs"
    assert app.count("order") == 1


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("{do: return_data, with: {values: {x: =call_api(shop.itt)}}}", "no call `itt`. Did you mean `shop.it`?"),
        ("{do: return_data, with: {values: {x: =call_api(shpo.it)}}}", "no connector `shpo`. Did you mean `shop`?"),
        ("{do: return_data, with: {values: {x: =call_api(shop.it)}}}", "wants id"),
        ("{do: return_data, with: {values: {x: '=call_api(shop.it, id=5)'}}}", "text is needed"),
        ("{do: return_data, with: {values: {x: '=call_api(shop.it, id=\"a\", idd=1)'}}}", "no parameter idd"),
        ("{do: return_data, with: {values: {x: =call_api(shop.drop)}}}", "gives nothing"),
        ("{do: return_data, with: {values: {x: '=[\"a\"].each(call_api(shop.it, id=this))'}}}", "for_each"),
        ("{do: while, with: {condition: '=call_api(shop.it, id=\"a\").temp > 1'}, steps: []}", "every round"),
        ("{do: transaction, steps: [{do: return_data, with: {values: {x: =call_api(shop.list)}}}]}", "transaction"),
        ("{do: call_api, with: {call: shop.it}}", "wants `id`"),
        ("{do: call_api, with: {call: shop.itt, parameters: {id: a}}}", "Did you mean `shop.it`?"),
        ("{do: call_api, with: {call: shop.it, parameters: {id: [a]}}}", "list"),
    ],
)
def test_a_call_that_cannot_be_is_an_issue(step: str, words: str) -> None:
    files = {
        "app.yaml": "name: T",
        "connectors/shop.yaml": f"address: https://shop.test{CALLS}",
        "workflows/go.yaml": f"auth: none\nsteps:\n  - {step}\n",
    }
    app, issues = read_files(files)
    found = [*issues.errors, *resolve(app, "", SQLITE)[1].errors]
    assert len(found) == 1, found
    assert words in found[0].message
    assert (found[0].file, found[0].line) == ("workflows/go.yaml", 3)


@pytest.mark.parametrize(
    ("connector", "line", "words"),
    [
        ("adress: https://x.test\ncalls: {a: {}}", 1, "Did you mean `address`?"),
        ("calls: {a: {path: /x}}", 1, "has no address"),
        ("address: x.test\ncalls: {a: {}}", 1, "begins with https://"),
        ("address: https://x.test\nauth: {type: bearer}\ncalls: {a: {}}", 2, "needs `token`"),
        ("address: https://x.test\nauth: {type: bearer, token: =secret.KEYY}\ncalls: {a: {}}", 2, "Did you mean KEY?"),
        (
            "address: https://x.test\nauth: {type: bearer, token: =secret.KEY, user: a}\ncalls: {a: {}}",
            2,
            "means nothing",
        ),
        ("address: https://x.test\ncalls:\n  a: {json: {x: 1}}", 3, "has no body"),
        ("address: https://x.test\ncalls:\n  a: {method: POST, json: {x: 1}, text: a}", 3, "one body"),
        ("address: https://x.test\ncalls:\n  a: {path: =id}", 3, "nothing called id"),
        ("address: https://x.test\ncalls:\n  a: {path: /x, query: {u: =current_user}}", 3, "add a parameter"),
        (
            "address: https://x.test\ncalls:\n  a: {parameters: {o: order}, query: {u: =o.number}}",
            3,
            "the field `number`",
        ),
        ("address: https://x.test\ncalls:\n  a: {query: {n: =search(order).count}}", 3, "a search"),
        ("address: https://x.test\ncalls:\n  a: {gives: jason}", 3, "Did you mean `json`?"),
        ("address: https://x.test\ncalls:\n  a: {errors: [6xx]}", 3, "no status"),
        ("address: https://x.test\ncalls:\n  a: {headers: {'a b': x}}", 3, "name of a header"),
        ("address: https://x.test\ncalls:\n  a: {parameters: {o: ordr}}", 3, "Did you mean `order`?"),
    ],
)
def test_a_mistake_in_a_connector_is_an_issue_with_its_line(connector: str, line: int, words: str) -> None:
    files = {
        "app.yaml": "name: T",
        "types/order.yaml": "fields: {number: text}",
        "connectors/shop.yaml": connector + "\n",
        "workflows/go.yaml": "auth: none\nsteps:\n  - {do: call_api, with: {call: shop.a, parameters: {}}}\n",
    }
    app, issues = read_files(files)
    program, found = resolve(app, "", SQLITE, secrets=frozenset({"KEY"}))
    errors = [one for one in (*issues.errors, *found.errors) if one.file.startswith("connectors")]
    assert len(errors) == 1, errors
    assert words in errors[0].message
    assert errors[0].line == line
    assert "go" in program.broken


def test_a_secret_written_into_a_connector_is_warned_of() -> None:
    files = {
        "app.yaml": "name: T",
        "connectors/shop.yaml": "address: https://x.test\nauth: {type: bearer, token: abc}\ncalls: {a: {}}\n",
    }
    found = resolve(read_files(files)[0], "", SQLITE)[1]
    assert [(one.severity, one.line) for one in found] == [("warning", 2)]
