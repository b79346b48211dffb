"""Requests that nobody would think of, made by Schemathesis from examples/shop's own OpenAPI document."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.processes import Serving, copy_of, offpage, serving

BODIES = {
    "order": {"name": "Ada"},
    "item": {"name": "Pen"},
    "customer": {"name": "Ada"},
    "user": {"email": "ada@example.com"},
}

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,unsupported_method"
)
"""What must hold of every answer: foreseen by the document, and never a 5xx."""

SECONDS = 180
"""What one run takes at most, on a busy machine; alone it is a tenth of that."""


@pytest.fixture(scope="module")
def shop(kept_in: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    place = tmp_path_factory.mktemp("any")
    folder = copy_of("shop", place)
    settings = folder / "app.yaml"
    text = settings.read_text("utf-8")
    if "docs: yes" not in text:
        settings.write_text(text.replace("\napi:\n", "\napi:\n  docs: yes\n"), "utf-8")
    with serving(folder, place / "data", *kept_in) as server:
        yield server


@pytest.fixture(scope="module")
def token(shop: Serving) -> str:
    command = offpage(
        "token", "create", str(shop.folder), "--data", str(shop.data), "--label", "any", "--json", *shop.more
    )
    said = subprocess.run(command, check=True, capture_output=True, text=True)
    return str(json.loads(said.stdout)["token"])


@pytest.fixture(scope="module")
def settings(shop: Serving, token: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What makes Schemathesis ask about things that there are, beside those that it makes up."""
    lines = []
    for name, body in BODIES.items():
        headers = {"authorization": f"Bearer {token}"}
        address = f"http://127.0.0.1:{shop.port}/api/1.1/obj/{name}"
        thing_id = httpx2.post(address, json=body, headers=headers).json()["id"]
        for method in ("GET", "PATCH", "PUT"):
            lines.append(f'[[operations]]\ninclude-name = "{method} /obj/{name}/{{UniqueID}}"')
            lines.append(f'parameters = {{ "path.UniqueID" = "{thing_id}" }}')
    path = tmp_path_factory.mktemp("schemathesis") / "schemathesis.toml"
    path.write_text("\n".join(lines), "utf-8")
    return path


def run(shop: Serving, settings: Path, examples: int, *arguments: str) -> None:
    """Run Schemathesis; whatever it finds is the test's failure."""
    program = Path(sys.executable).with_name("schemathesis")
    address = f"http://127.0.0.1:{shop.port}/api/1.1/meta/openapi.json"
    fixed = ["--max-examples", str(examples), "--generation-deterministic", "--no-color", "--checks", CHECKS]
    command = [str(program), "--config-file", str(settings), "run", address, *fixed, *arguments]
    said = subprocess.run(command, check=False, capture_output=True, text=True, cwd=settings.parent, timeout=SECONDS)
    assert said.returncode == 0, said.stdout[-4000:] + said.stderr[-1000:]
    generated = re.search(r"(\d+) generated", said.stdout)
    assert generated is not None, said.stdout[-1000:]
    assert int(generated[1]) > 0


@pytest.mark.slow
def test_the_data_api_answers_every_request_as_its_document_says(shop: Serving, settings: Path, token: str) -> None:
    header = f"Authorization: Bearer {token}"
    run(shop, settings, 10, "--include-path-regex", "^/obj", "--header", header)


@pytest.mark.slow
def test_the_data_api_answers_nobody_as_its_document_says(shop: Serving, settings: Path) -> None:
    run(shop, settings, 4, "--include-path-regex", "^/obj")


@pytest.mark.slow
def test_workflows_answer_every_call_as_their_document_says(shop: Serving, settings: Path, token: str) -> None:
    header = f"Authorization: Bearer {token}"
    run(shop, settings, 4, "--include-path-regex", "^/wf", "--header", header)
