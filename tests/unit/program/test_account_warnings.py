"""Warnings about steps by which a stranger could take over an account."""

from __future__ import annotations

import pytest

from offpage.model.reader import read_files
from offpage.program.resolve import resolve
from offpage.sql.sqlite import SQLITE


def warnings(step: str, head: str = "auth: none") -> list[str]:
    """What is said about a workflow with one step; nothing in it is wrong."""
    parameters = "parameters: {email: text, next: text, who: user, team: {type: yes_no, optional: yes}}"
    files = {"app.yaml": "name: Test\n", "workflows/go.yaml": f"{head}\n{parameters}\nsteps:\n  - {step}\n"}
    app, issues = read_files(files)
    _, found = resolve(app, "test", SQLITE)
    every = [*issues, *found]
    assert all(one.severity == "warning" and one.line for one in every), [str(one) for one in every]
    return [f"{one.address}: {one.message}" for one in every]


def reset(page: str) -> str:
    return f"{{do: send_password_reset, with: {{email: =email, page: '{page}'}}}}"


@pytest.mark.parametrize("page", ["=next", '=next + "/x"', "{{ next }}/reset", '=next if team else "https://a.test"',
                                  "=next.trimmed"])  # fmt: skip
@pytest.mark.parametrize("auth", ["none", "user"])
def test_a_link_that_leads_where_the_caller_says_is_warned_about(page: str, auth: str) -> None:
    (found,) = warnings(reset(page), f"auth: {auth}")
    assert found.startswith("workflows/go/steps/0/with/page: ")
    assert "gets the token" in found
    assert "Write the page out" in found


@pytest.mark.parametrize(
    "page", ["https://a.test/reset", '=app.url + "/" + next', '="https://a.test" if team else "https://b.test"',
             "https://a.test/{{ next }}"]
)  # fmt: skip
def test_a_link_whose_place_is_fixed_is_not(page: str) -> None:
    assert warnings(reset(page)) == []
    assert warnings(reset("=next"), "auth: admin") == []
    assert warnings(reset("=next"), 'auth: none\nonly_when: =next in ["https://a.test"]') == []


ACTIONS = ["do: assign_temp_password, with: {user: %s}", "do: change_email, with: {user: %s, email: =email}"]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(("auth", "who"), [("none", "Anybody may call"), ("user", "Any user who calls")])
def test_an_account_that_a_caller_may_choose_is_warned_about(action: str, auth: str, who: str) -> None:
    for user in ("=who", '"=search(user, this.email == email).first"'):
        (found,) = warnings(f"{{{action % user}}}", f"auth: {auth}")
        assert found.startswith("workflows/go/steps/0/with/user: ")
        assert f"{who} this workflow (`auth: {auth}`)" in found
        assert "=current_user" in found
        assert warnings(f"{{{action % user}}}", "auth: admin") == []
        assert warnings(f"{{{action % user}, only_when: =team}}", f"auth: {auth}") == []
    assert warnings(f"{{{action % '=current_user'}}}", f"auth: {auth}") == []


def test_changing_the_email_of_anybody_but_the_caller_is_warned_about() -> None:
    """Whoever is found: the caller of such a workflow chooses where the other's links to log in are sent."""
    step = "{do: change_email, with: {user: '=search(user, this.email == \"a@b.test\").first', email: =email}}"
    (found,) = warnings(step, "auth: user")
    assert "an account that is not their own" in found
    assert warnings(step, "auth: admin") == []
    assert warnings(step, "auth: user\nonly_when: =team") == []
