"""offpage mail: what was kept instead of sent; and mail of a real process that goes to a server."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.post_office import HOST, post_office
from tests.processes import offpage
from tests.site import write_app

pytestmark = [
    pytest.mark.usefixtures("leaves_sockets"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

FILES = {
    "app.yaml": "name: Shop\nemail: {from: Shop <no-reply@shop.test>}\n",
    ".env": "API_KEY=k-123456\n",
    "workflows/send.yaml": """
        auth: none
        steps:
          - do: send_email
            with:
              to: ada@example.com
              bcc: eve@example.com
              subject: Hello
              body: "Your key is {{ secret.API_KEY }}\\e[31m"
        """,
}


def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        offpage(*arguments), capture_output=True, text=True, check=False, env={**os.environ, **more}, timeout=60
    )


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_what_is_not_sent_is_kept_listed_and_shown_without_secrets(tmp_path: Path) -> None:
    folder = str(write_app(tmp_path / "app", FILES))
    assert lines(run("mail", "list", folder, "--json")) == []
    (ran,) = lines(run("run", folder, "send", "--json"))
    (line,) = lines(run("mail", "list", folder, "--json"))
    assert line["id"].startswith(ran["id"])
    assert {key: line[key] for key in ("from", "to", "bcc", "subject", "attachments")} == {
        "from": "Shop <no-reply@shop.test>", "to": "ada@example.com", "bcc": "eve@example.com", "subject": "Hello", "attachments": [],
    }  # fmt: skip
    (shown,) = lines(run("mail", "show", ran["id"], folder, "--json"))
    assert shown["text"] == "Your key is •••\x1b[31m\n"
    people = run("mail", "show", line["id"], folder)
    assert "Your key is •••\ufffd[31m" in people.stdout
    assert "Hello" in run("mail", "list", folder).stdout
    (file,) = (tmp_path / "app/.offpage/mail/development").iterdir()
    assert "k-123456" not in file.read_text()
    missing = run("mail", "show", "nothing", folder, "--json")
    assert missing.returncode == 1
    assert "offpage mail list" in missing.stderr


def test_with_a_server_in_the_environment_mail_goes_out_with_the_secret_in_it(tmp_path: Path) -> None:
    folder = str(write_app(tmp_path / "app", FILES))
    with post_office() as office:
        server = {"OFFPAGE_SMTP_HOST": HOST, "OFFPAGE_SMTP_PORT": str(office.port), "OFFPAGE_SMTP_SECURITY": "none"}
        (ran,) = lines(run("run", folder, "send", "--json", **server))
        live_only = run("run", folder, "send", "--json", **server, OFFPAGE_SMTP_ENVIRONMENTS="live")
    assert ran["state"] == "finished"
    (one,) = office.got
    assert one.recipients == ["ada@example.com", "eve@example.com"]
    assert "k-123456" in one.mail.get_content()
    assert "k-123456" not in json.dumps(ran)
    assert lines(live_only)[0]["state"] == "finished"
    assert len(lines(run("mail", "list", folder, "--json"))) == 1


def test_settings_for_mail_that_make_no_sense_are_named(tmp_path: Path) -> None:
    folder = str(write_app(tmp_path / "app", FILES))
    for setting, words in (
        ({"OFFPAGE_SMTP_SECURITY": "ssl"}, "OFFPAGE_SMTP_SECURITY is one of starttls, tls, none"),
        ({"OFFPAGE_SMTP_PASSWORD": "pass-word-1"}, "OFFPAGE_SMTP_USER"),
    ):
        done = run("run", folder, "send", OFFPAGE_SMTP_HOST="localhost", **setting)
        assert done.returncode == 1
        assert words in done.stderr
        assert "pass-word-1" not in done.stderr
