"""A secret that an app uses stands in nothing that anybody may read: neither as it is nor encoded."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, quote_plus

import psycopg
import pytest
from psycopg import sql

from tests.other_api import Asked, OtherApi, Told, other_api
from tests.processes import offpage, serving
from tests.site import DATABASE, write_app

KEY = "sk/live+Zq81 x&7&more-words"
PASSWORD = "pass-word-of-basic-9"
TOKEN = "issued-token-77-abcdef"
BASIC = base64.b64encode(f"ada:{PASSWORD}".encode()).decode()
FORMS = [
    KEY,
    quote(KEY, safe=""),
    quote_plus(KEY),
    base64.b64encode(KEY.encode()).decode()[:20],
    PASSWORD,
    BASIC,
    TOKEN,
]

APP = {
    ".env": f"KEY='{KEY}'\nPASSWORD={PASSWORD}\n",
    "app.yaml": "name: Secrets\nemail: {from: a@shop.test}\napi: {data: yes}\n",
    "types/note.yaml": "api: yes\nfields: {text: text}\nprivacy: {all: {find: yes, view: all}}\n",
    "workflows/told.yaml": """
        expose: no
        auth: admin
        ignore_privacy: yes
        parameters: {message: text}
        steps:
          - {do: create_thing, with: {type: note, set: {text: =message}}}
        """,
    "workflows/later.yaml": """
        expose: no
        auth: admin
        parameters: {key: text}
        steps: []
        """,
    "workflows/hook.yaml": """
        auth: none
        dedupe: =request.body.id
        steps:
          - {do: stream, with: {text: "{{ request.body.id }} {{ secret.KEY.length }}"}}
          - {do: import_csv, with: {type: note, file: "=secret.KEY"}, on_error: continue}
          - {do: schedule_workflow, with: {workflow: later, at: =now + days(1), parameters: {key: "{{ secret.KEY }}"}}}
          - {do: call_api, with: {call: other.fail}}
        """,
    "workflows/go.yaml": """
        auth: none
        on_failure: told
        parameters: {call: text, url: {type: text, optional: yes}}
        steps:
          - {do: create_thing, with: {type: note, set: {text: =call}}}
          - {do: call_api, as: a, only_when: '=call == "echo"', with: {call: other.echo, parameters: {x: =secret.KEY}}}
          - {do: call_api, as: b, only_when: '=call == "basic"', with: {call: basic.echo}}
          - {do: call_api, as: c, only_when: '=call == "token"', with: {call: token.echo}}
          - {do: call_api, as: d, only_when: '=call == "fail"', with: {call: other.fail}}
          - {do: call_api, as: e, only_when: '=call == "away"', with: {call: away.it, parameters: {url: =url}}}
          - do: send_email
            with: {to: x@example.com, subject: "{{ secret.KEY }}", body: "{{ secret.KEY.base64 }} {{ secret.KEY.url_encoded }}"}
          - {do: send_email, only_when: '=call == "crash"', with: {to: "=secret.KEY.base64", subject: x, body: x}}
        """,
}


def echo(asked: Asked) -> Told:
    """All that was asked, in the answer."""
    if asked.path == "/token":
        return Told(200, {"access_token": TOKEN, "expires_in": 60})
    said = {"headers": asked.headers, "path": asked.path, "query": asked.query, "body": asked.body.decode()}
    return Told(500 if asked.path == "/fail" else 200, said)


def connectors(api: OtherApi) -> dict[str, str]:
    """Connectors that use the secrets in every way."""
    key = "auth: {type: header, name: X-Key, value: =secret.KEY}"
    calls = "{echo: {path: '/{{ x }}', parameters: {x: {type: text, optional: yes}}, query: {again: =x}}, fail: {path: /fail}}"
    return {
        "connectors/other.yaml": f"address: {api.url}\n{key}\ncalls: {calls}\n",
        "connectors/basic.yaml": f"address: {api.url}\nauth: {{type: basic, user: ada, password: =secret.PASSWORD}}\ncalls: {{echo: {{path: /b}}}}\n",
        "connectors/token.yaml": (
            f"address: {api.url}\nauth: {{type: oauth2, token_url: {api.url}/token, client_id: me, client_secret: =secret.PASSWORD}}\n"
            "calls: {echo: {path: /t}}\n"
        ),
        "connectors/away.yaml": "auth: {type: query, name: k, value: =secret.KEY}\ncalls: {it: {address: =url, parameters: {url: text}}}\n",
    }


@contextmanager
def other() -> Iterator[OtherApi]:
    with other_api() as api:
        api.answer = echo
        yield api


def run(*arguments: str) -> str:
    done = subprocess.run(offpage(*arguments), capture_output=True, text=True, check=False, timeout=120)
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout + done.stderr


def held_by_the_database(data: Path) -> Iterator[bytes]:
    """All that the database of the development version holds."""
    if DATABASE not in os.environ:
        yield from (file.read_bytes() for file in data.glob("development.db*"))
        return
    with psycopg.connect(os.environ[DATABASE]) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'development'").fetchall()
        for (table,) in tables:
            statement = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier("development", table))
            with connection.cursor().copy(statement) as rows:
                yield from map(bytes, rows)


def _ids(lines: str) -> list[str]:
    return [str(json.loads(line)["id"]) for line in lines.splitlines()]


@pytest.mark.timeout(400)  # it is twenty processes: on a machine that has much else to do, each takes seconds to start
def test_no_output_shows_a_secret_in_any_form(tmp_path: Path) -> None:
    folder, data = tmp_path / "app", tmp_path / "data"
    shown: dict[str, str] = {}
    with other() as api:
        write_app(folder, {**APP, **connectors(api)})
        with serving(folder, data) as server, server.client() as client:
            for call in ("echo", "basic", "token", "fail", "away", "crash"):
                body = {"call": call, "url": "http://127.0.0.1:1/x"}
                answer = client.post("go", json=body)
                shown[f"answer to {call}"] = f"{answer.text} {answer.headers}"
            hook = client.post("hook", json={"id": "d1"})
            assert hook.headers["content-type"].startswith("text/event-stream")
            shown["stream"] = f"{hook.text} {hook.headers}"
            shown["data api"] = client.get(f"http://127.0.0.1:{server.port}/api/1.1/obj/note").text
            shown["log"] = server.log.read_text()
        assert len(api.asked) == 6
        assert api.asked[0].headers["x-key"] == KEY
        at = ("--data", str(data))
        shown["runs"] = run("runs", "list", str(folder), "--json", *at)
        ids = _ids(shown["runs"])
        assert len(ids) >= 7
        for one in ids:
            shown[f"run {one}"] = run("runs", "show", one, str(folder), "--json", *at)
        shown["drawn"] = run("runs", "show", ids[-1], str(folder), *at)
        shown["again"] = run("runs", "retry", ids[-1], str(folder), "--json", *at)
        shown["scheduled"] = run("scheduled", "list", str(folder), "--json", *at)
        assert "later" in shown["scheduled"]
        shown["deliveries"] = run("deliveries", "list", str(folder), "--json", *at)
        (delivery,) = _ids(shown["deliveries"])
        shown["deliveries"] += run("deliveries", "show", delivery, str(folder), "--json", *at)
        shown["mail"] = run("mail", "list", str(folder), "--json", *at)
        shown["mail"] += run("mail", "show", _ids(shown["mail"])[0], str(folder), "--json", *at)
        shown["call"] = run("call", str(folder), "basic.echo", "--json", *at) + run(
            "call", str(folder), "token.echo", *at
        )
        shown["call"] += run("call", str(folder), "other.fail", "--json", *at)
        shown["export"] = run("export", "note", str(folder), *at)
        shown["check"] = run("check", str(folder), "--json")
    for file in (data / "mail").rglob("*.eml"):
        shown[file.name] = file.read_text()
    found = [(where, form) for where, text in shown.items() for form in FORMS if form in text]
    assert found == []
    assert "•••" in shown[f"run {ids[-1]}"]
    assert "/b" in shown["call"], shown["call"]
    held = b"".join(held_by_the_database(data))
    assert b"x@example.com" in held
    assert [form for form in FORMS if form.encode() in held] == []
