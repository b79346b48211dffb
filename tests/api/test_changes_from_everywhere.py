"""Workflows that start when data changes start whichever way it changes (bubble.md 4.2): command line, import, links."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from offpage.cli.main import run
from tests.site import Served, play, write_app

LOG = "fields: {what: text}\n"
SAYS = {
    "user": "=after.email.default('gone') + ' ' + after.email_confirmed.default(no).as_text + ' ' + after.logged_in.default(no).as_text",
    "order": "=before.number.default('-') + '>' + after.number.default('-')",
}


def watching(of: str) -> str:
    """A workflow that notes each change of a type."""
    return f"""
        trigger: data_change
        type: {of}
        steps:
          - do: create_thing
            with: {{type: log, set: {{what: "{SAYS[of]}"}}}}
        """


APP = {
    "types/log.yaml": LOG,
    "types/user.yaml": "fields: {name: text}\n",
    "types/order.yaml": "fields: {number: text}\n",
    "workflows/user_changed.yaml": watching("user"),
    "workflows/order_changed.yaml": watching("order"),
    "workflows/confirm.yaml": """
        auth: none
        parameters: {token: text}
        steps: [{do: confirm_email, with: {token: =token}}]
        """,
    "workflows/reset.yaml": """
        auth: none
        parameters: {token: text}
        steps: [{do: reset_password, with: {token: =token, password: another horse}}]
        """,
    "workflows/magic.yaml": """
        auth: none
        parameters: {token: text}
        steps: [{do: log_in_with_magic_link, with: {token: =token}}]
        """,
    "workflows/mails.yaml": """
        auth: none
        steps:
          - {do: log_in, with: {email: ada@example.com, password: correct horse}}
          - {do: send_confirmation_email, as: confirm, with: {just_make_token: yes}}
          - {do: send_password_reset, as: reset, with: {email: ada@example.com, just_make_token: yes}}
          - do: send_magic_link
            as: magic
            with: {email: ada@example.com, just_create_link: yes}
          - do: return_data
            with: {values: {confirm: =confirm, reset: =reset, magic: =magic}}
        """,
}


def noted(app: Served) -> list[str]:
    """What the watching workflows noted since it was last asked."""
    found = app.database.read(lambda tx: tx.rows('SELECT what FROM "t_log" ORDER BY created_date, id'))
    app.database.write_now(lambda tx: tx.change('DELETE FROM "t_log"'))
    return [what for (what,) in found]


def test_a_user_made_on_the_command_line_starts_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_app(tmp_path / "app", APP)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"correct horse\n")))
    assert run(["users", "create", "ada@example.com", str(folder), "--confirmed"]) == 0

    async def story(app: Served) -> None:
        assert noted(app) == ["ada@example.com yes no"]

    play(folder, {}, story)


def test_an_import_starts_them_for_each_line(tmp_path: Path) -> None:
    folder = write_app(tmp_path / "app", APP)
    lines = tmp_path / "orders.csv"
    lines.write_text("number\nA\nB\n")
    assert run(["import", str(folder), "order", str(lines)]) == 0

    async def story(app: Served) -> None:
        assert sorted(noted(app)) == ["->A", "->B"]

    play(folder, {}, story)


def test_links_start_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Confirming an e-mail; a reset, which ends the log-ins; a magic link, which begins one."""
    folder = write_app(tmp_path / "app", APP)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"correct horse\n")))
    assert run(["users", "create", "ada@example.com", str(folder)]) == 0

    async def story(app: Served) -> None:
        noted(app)
        tokens = (await app.post("mails")).json["response"]
        assert noted(app) == ["ada@example.com no yes"]
        assert (await app.post("confirm", {"token": tokens["confirm"]})).status == 200
        assert noted(app) == ["ada@example.com yes yes"]
        magic = tokens["magic"].partition("magic_login=")[2]
        assert (await app.post("magic", {"token": magic})).status == 200
        assert noted(app) == []  # already logged in elsewhere: nothing of the user is another
        assert (await app.post("reset", {"token": tokens["reset"]})).status == 200
        assert noted(app) == ["ada@example.com yes no"]

    play(folder, {}, story)


@pytest.mark.parametrize("command", [["set-password", "--password-stdin"], ["disable"]])
def test_ending_somebodys_log_ins_on_the_command_line_starts_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    """A user who is no longer logged in is another; one who was not logged in is not."""
    folder = write_app(tmp_path / "app", APP)
    name, *options = command

    def told_to(word: str) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"another horse\n")))
        assert run(["users", word, "ada@example.com", str(folder), *(options if word == name else [])]) == 0

    async def logs_in(app: Served) -> None:
        noted(app)
        assert (await app.post("mails")).status == 200
        assert noted(app) == ["ada@example.com no yes"]

    async def is_noted(app: Served) -> None:
        assert noted(app) == ["ada@example.com no no"]

    async def is_not_noted(app: Served) -> None:
        assert noted(app) == []

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"correct horse\n")))
    assert run(["users", "create", "ada@example.com", str(folder)]) == 0
    play(folder, {}, logs_in)
    told_to(name)
    play(folder, {}, is_noted)
    told_to(name)
    play(folder, {}, is_not_noted)
