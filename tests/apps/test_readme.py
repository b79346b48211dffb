"""The commands that the README and the examples' page show work as they stand there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import httpx2

from tests.processes import ROOT, Serving, copy_of, serving

CURL = re.compile(r"^curl (?:.*\\\n)*.*$", re.MULTILINE)
ADDRESS = "http://127.0.0.1:8080"


def curls(page: Path) -> list[str]:
    """The `curl` commands of a page's shell blocks, with `$api` filled in."""
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    commands = [found.replace("\\\n", " ") for block in blocks for found in CURL.findall(block)]
    return [command.replace("$api", f"{ADDRESS}/api/1.1/wf") for command in commands]


def perform(command: str, server: Serving) -> httpx2.Response:
    """Send what a `curl` command with -X, -H and -d would send."""
    words = iter(shlex.split(command)[1:])
    url, headers, data, method = "", {}, [], ""
    for word in words:
        if word == "-H":
            name, _, text = next(words).partition(": ")
            headers[name] = text
        elif word == "-d":
            data.append(next(words))
        elif word == "-X":
            method = next(words)
        else:
            url = word.replace(ADDRESS, f"http://127.0.0.1:{server.port}")
    if not data:
        return httpx2.request(method or "GET", url, headers=headers)
    headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
    return httpx2.post(url, headers=headers, content="&".join(data))


def test_the_readmes_curl_is_answered_as_it_says(tmp_path: Path) -> None:
    (command,) = curls(ROOT / "README.md")
    with serving(copy_of("shop", tmp_path), tmp_path / "data") as server:
        answer = perform(command, server)
    assert answer.status_code == 200
    assert re.fullmatch(r'\{"status":"success","response":\{"id":"\d{13}x\d{18}"\}\}', answer.text)


def test_the_commands_of_the_examples_page_work(tmp_path: Path) -> None:
    commands = curls(ROOT / "examples" / "README.md")
    assert len(commands) == 9
    with (
        serving(copy_of("shop", tmp_path), tmp_path / "shop-data") as shop,
        serving(copy_of("webhooks", tmp_path), tmp_path / "webhooks-data") as webhooks,
    ):
        event = token = ""
        for command in commands:
            server = webhooks if "/github" in command or "/deliveries" in command else shop
            answer = perform(command.replace("ID_FROM_ABOVE", event).replace("TOKEN", token), server)
            assert answer.status_code == 200, (command, answer.text)
            event = answer.json()["response"].get("id", event)
            token = answer.json()["response"].get("token", token)
