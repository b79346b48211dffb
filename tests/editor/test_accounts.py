"""Accounts of the editor: made on the command line, used at a server, on both databases."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2

from offpage.accounts.passwords import hash_password
from offpage.store import editors
from offpage.store.editors import EditorAccount
from offpage.store.tx import Database
from tests.deployed import app, command, live_server
from tests.editor.browser import Browser, edit
from tests.processes import offpage
from tests.site import DATABASE

PASSWORD = "correct horse battery"


def typed(*arguments: object, password: str = PASSWORD) -> subprocess.CompletedProcess[str]:
    """Run a command that asks for a password."""
    line = offpage(*map(str, arguments), "--password-stdin")
    return subprocess.run(line, input=f"{password}\n", capture_output=True, text=True, check=False)


def test_an_account_of_the_command_line_lets_somebody_into_a_server(tmp_path: Path) -> None:
    folder = app(tmp_path / "app")
    where = ["--data", str(tmp_path / "data")]
    made = typed("editors", "create", "ada@shop.test", folder, "--role", "operate", *where)
    assert made.returncode == 0, made.stderr
    with live_server(folder, *where) as server, httpx2.Client(base_url=server.url, timeout=30) as client:
        wrong = client.post("/editor/api/session", json={"name": "ada@shop.test", "password": "guess"})
        nobody = client.post("/editor/api/session", json={"name": "eve", "password": PASSWORD})
        right = client.post("/editor/api/session", json={"name": "ada@shop.test", "password": PASSWORD})
        assert (wrong.status_code, nobody.status_code, right.status_code) == (401, 401, 200)
        assert wrong.json() == nobody.json()
        assert right.json()["role"] == "operate"
        assert right.json()["environments"] == ["development", "live"]
        assert client.get("/editor/api/app").status_code == 200
        csrf = {"X-Offpage-Csrf": right.json()["csrf"]}
        assert client.request("DELETE", "/editor/api/files/app.yaml", headers=csrf).status_code == 403
        command("editors", "disable", "ada@shop.test", folder, *where)
        again = client.post("/editor/api/session", json={"name": "ada@shop.test", "password": PASSWORD})
        assert again.status_code == 401
    listed = command("editors", "list", folder, *where)
    assert (listed[0]["name"], listed[0]["role"], listed[0]["disabled"]) == ("ada@shop.test", "operate", True)


def test_who_serves_an_app_is_told_how_somebody_comes_into_its_editor(tmp_path: Path) -> None:
    folder, data = app(tmp_path / "app"), tmp_path / "data"
    make = f"offpage editors create {folder} NAME --role edit --data {data}"
    hint = make + (" --database …" if DATABASE in os.environ else "")

    def said() -> str:
        line = offpage("serve", str(folder), "--port", "0", "--data", str(data))
        with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                return next(one for one in process.stdout if "Its editor is at" in one)
            finally:
                process.kill()

    nobody = said()
    assert nobody.endswith(f", but nobody has an account for it. Make yours: {hint}\n")
    assert typed(*make.split()[1:3], "ada", *make.split()[3:4], "--role", "edit", "--data", data).returncode == 0
    assert said().endswith(f"; another account for it: {hint}\n")


def test_a_server_with_accounts_takes_no_link(tmp_path: Path) -> None:
    folder = app(tmp_path / "app")
    with live_server(folder, "--data", str(tmp_path / "data")) as server:
        seen = httpx2.post(f"{server.url}/editor/api/session", json={"token": "x"}, timeout=30)
    assert seen.status_code == 401
    assert "accounts" in seen.json()["error"]["message"]


def test_a_weak_password_and_a_strange_name_are_refused_in_a_sentence(tmp_path: Path) -> None:
    folder = app(tmp_path / "app")
    weak = typed("editors", "create", "ada", folder, "--role", "view", password="short")
    strange = typed("editors", "create", "a b", folder, "--role", "view")
    unknown = typed("editors", "set-password", "eve", folder)
    assert (weak.returncode, strange.returncode, unknown.returncode) == (1, 1, 1)
    assert "at least 10 characters" in weak.stderr
    assert "cannot be the name" in strange.stderr
    assert "There is no editor account eve" in unknown.stderr


def test_guessing_is_slowed_down() -> None:
    async def story(browser: Browser) -> list[int]:
        account = EditorAccount("ada", hash_password(PASSWORD), "edit", False, 0)
        browser.served.database.write_now(lambda tx: editors.add(tx, account))
        guesses = [{"name": "ada", "password": f"guess {number}"} for number in range(11)]
        seen = [await browser.ask("POST", "/session", guess) for guess in guesses]
        right = await browser.ask("POST", "/session", {"name": "ada", "password": PASSWORD})
        assert "retry-after" in seen[-1].headers
        return [one.status for one in [*seen, right]]

    assert edit(story) == [401] * 10 + [429, 429]


def test_sessions_end_where_an_account_changes(database: Database) -> None:
    account = EditorAccount("ada", "hash", "view", False, 1)

    def story(tx: Any) -> list[Any]:
        seen: list[Any] = [editors.add(tx, account), editors.add(tx, account)]
        changes: list[Callable[[], bool]] = [
            lambda: editors.set_password(tx, "ada", "other"),
            lambda: editors.set_role(tx, "ada", "edit"),
            lambda: editors.set_disabled(tx, "ada", True),
        ]
        for change in changes:
            editors.begin(tx, editors.KeptSession("h", "ada", "view", 100), 50)
            seen.append(editors.find(tx, "h") is not None)
            change()
            seen.append(editors.find(tx, "h") is not None)
        return [*seen, editors.get(tx, "ada"), editors.set_role(tx, "eve", "view")]

    *seen, after, unknown = database.write_now(story)
    assert seen == [True, False, True, False, True, False, True, False]
    assert after == EditorAccount("ada", "other", "edit", True, 1)
    assert unknown is False


def test_a_session_follows_its_account(database: Database) -> None:
    """Whoever logs in while the account is changed comes in with what it was before: it does not stay so."""

    def story(tx: Any) -> list[Any]:
        editors.add(tx, EditorAccount("ada", "hash", "edit", False, 1))
        editors.set_role(tx, "ada", "view")
        editors.begin(tx, editors.KeptSession("h", "ada", "edit", 100), 50)
        seen = [editors.find(tx, "h")]
        editors.set_disabled(tx, "ada", True)
        editors.begin(tx, editors.KeptSession("late", "ada", "edit", 100), 50)
        editors.begin(tx, editors.KeptSession("link", "developer", "edit", 100), 50)
        return [*seen, editors.find(tx, "late"), editors.find(tx, "link")]

    lowered, disabled, link = database.write_now(story)
    assert lowered.role == "view"
    assert disabled is None
    assert link.role == "edit"
