"""What is wrong with a workflow's `verify` is an issue at its place; without the key nothing is checked."""

from __future__ import annotations

import pytest

from offpage.kernel.issues import Issue
from offpage.model.reader import read_files
from offpage.program.program import Program
from offpage.program.resolve import resolve
from offpage.sql.sqlite import SQLITE


def read(text: str) -> tuple[Program, list[Issue]]:
    app, issues = read_files({"app.yaml": "name: Test\n", "workflows/go.yaml": f"{text}\nsteps: []\n"})
    program, found = resolve(app, "d", SQLITE, secrets=frozenset({"HOOK"}))
    return program, [*issues, *found]


@pytest.mark.parametrize(
    ("verify", "said"),
    [
        ("github", "needs what github signs with"),
        ("{type: githb, secret: =secret.HOOK}", "Did you mean `github`?"),
        ("{secret: =secret.HOOK}", "Say who signs"),
        ("{type: github, secret: =secret.HOKO}", "There is no secret HOKO"),
        ("{type: github, secret: ''}", "An empty secret proves nothing"),
        ("{type: github, secret: []}", "needs what github signs with"),
        ("{type: github, secret: abc}", "for all to read"),
        ("{type: github, secret: =secret.HOOK, tolerance: 5 minutes}", "does not sign the moment"),
        ("{type: stripe, secret: =secret.HOOK, tolerance: forever}", "could send it again"),
        ("{type: stripe, secret: =secret.HOOK, tolerance: 2 days}", "A few minutes are enough"),
        ("{type: stripe, secret: =secret.HOOK, tolerance: soon}", "is not a time such as"),
        ("{type: stripe, secret: =secret.HOOK, header: X-Sign}", "Remove it"),
        ("{type: stripe, secret: =secret.HOOK, url: 'https://a.test'}", "is for `type: twilio`"),
        ("{type: hmac, secret: =secret.HOOK}", "add `header:`"),
        ("{type: hmac, secret: =secret.HOOK, header: 'X Sign'}", "cannot be the name of a header"),
        ("{type: hmac, secret: =secret.HOOK, header: X-S, algorithm: md5}", "one of sha256, sha1, sha512"),
        ("{type: hmac, secret: =secret.HOOK, header: X-S, signed: '{id}'}", "must hold `{body}` once"),
        ("{type: hmac, secret: =secret.HOOK, header: X-S, timestamp: X-T}", "is not signed proves nothing"),
        ("{type: hmac, secret: =secret.HOOK, header: X-S, signed: '{timestamp}{body}'}", "`timestamp:` must name"),
        ("{type: github, secret: =request.body.key}", "request"),
    ],
)
def test_nonsense_is_an_issue(verify: str, said: str) -> None:
    program, found = read(f"verify: {verify}")
    assert len(found) == 1, [str(one) for one in found]
    assert said in str(found[0])
    assert str(found[0].address).startswith("workflows/go/verify")
    assert ("go" in program.workflows) == (found[0].severity == "warning")


def test_it_is_for_workflows_that_are_called() -> None:
    _, found = read("trigger: event\nverify: {type: github, secret: =secret.HOOK}")
    assert any("`verify` does nothing here" in str(one) for one in found)


def test_who_signs_need_not_log_in_unless_the_file_says_so() -> None:
    verify = "verify: {type: github, secret: =secret.HOOK}"
    for text, auth in ((verify, "none"), (f"auth: user\n{verify}", "user"), ("label: Go", "user")):
        program, found = read(text)
        assert found == []
        assert program.workflows["go"].auth == auth
    assert program.workflows["go"].verify is None


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("dedupe: {keep: 1 day}", "`key` is missing"),
        ("dedupe: {key: =request.body.id, keep: soon}", "is not a time such as"),
        ("dedupe: =search(user).count", "a search"),
        ("dedupe: =current_user", "`current_user`"),
        ("dedupe: =nobody", "nobody"),
        ("dedupe: =request.body.id\ndebounce: 5 seconds", "do not go together"),
        ("ack: first\ndebounce: 5 seconds", "do not go together"),
        ("ack: first\nresponse: redirect\nredirect: {success: 'https://a.test'}", "cannot redirect"),
        ("ack: later", "one of first, last"),
    ],
)
def test_nonsense_about_repeated_deliveries_is_an_issue(keys: str, said: str) -> None:
    program, found = read(keys)
    assert len(found) == 1, [str(one) for one in found]
    assert said in str(found[0])
    assert "go" not in program.workflows
