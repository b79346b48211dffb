"""The files of `deploy/` are what their programs can read, and name only commands, options and settings that there are."""

from __future__ import annotations

import importlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from offpage.cli.main import COMMANDS
from offpage.host.settings import SETTINGS
from offpage.model.documents import Limits
from tests.house.source import ROOT, named, tracked

DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
OPERATIONS = ROOT / "docs" / "guides" / "operations.md"
VARIABLES = {one.variable for one in SETTINGS.values()}
FILES = [path for path in tracked() if DEPLOY in path.parents]


def documents(name: str) -> list[Any]:
    return list(yaml.safe_load_all((DEPLOY / name).read_text("utf-8")))


def commands() -> Iterator[tuple[str, list[str]]]:
    """The arguments of `offpage` wherever a file starts it, with the file's name."""
    compose = documents("compose.yaml")[0]
    for name, service in compose["services"].items():
        if service.get("image") == "offpage":
            yield f"compose.yaml: {name}", service["command"]
    for one in documents("kubernetes/offpage.yaml"):
        for container in one.get("spec", {}).get("template", {}).get("spec", {}).get("containers", []):
            yield f"kubernetes: {container['name']}", container["args"]
    for path in (DEPLOY / "systemd").glob("*.service"):
        line = re.search(r"^ExecStart=(.*)$", path.read_text("utf-8"), re.MULTILINE)
        assert line is not None
        yield path.name, shlex.split(line[1])[1:]
    entry = re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert entry is not None
    yield "Dockerfile", yaml.safe_load(entry[1])
    for path in (DEPLOY / "README.md", OPERATIONS):
        for line in re.findall(r"^\s*(?:\$ )?(?:\S* exec \w+ )?offpage (.*)$", path.read_text("utf-8"), re.MULTILINE):
            yield named(path), shlex.split(line, comments=True)


ALL = list(commands())


@pytest.mark.parametrize(("where", "arguments"), ALL, ids=[f"{where}: {' '.join(one)}" for where, one in ALL])
def test_a_command_and_its_options_are_there(where: str, arguments: list[str]) -> None:
    name, *rest = arguments
    assert name in COMMANDS, where
    command: click.Command = importlib.import_module(f"offpage.cli.{name.replace('-', '_')}").command
    if isinstance(command, click.Group):
        command = command.commands[rest[0]]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {one.partition("=")[0] for one in rest if one.startswith("-")} <= known, where


@pytest.mark.parametrize("path", [*FILES, OPERATIONS], ids=named)
def test_a_variable_is_a_setting(path: Path) -> None:
    said = set(re.findall(r"\bOFFPAGE_[A-Z_]+", path.read_text("utf-8")))
    assert said - VARIABLES == set()


def test_compose_starts_what_it_says() -> None:
    (compose,) = documents("compose.yaml")
    services = compose["services"]
    assert set(services) == {"postgres", "migrate", "web", "worker", "nginx"}
    assert services["worker"]["deploy"]["replicas"] == 2
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        for volume in service.get("volumes", []):
            source = str(volume).partition(":")[0]
            assert source.startswith(("$", "./")) or source in compose["volumes"]
    asked = set(re.findall(r"\$\{(\w+):\?see env.example", (DEPLOY / "compose.yaml").read_text("utf-8")))
    assert asked == set(re.findall(r"^(\w+)=", (DEPLOY / "env.example").read_text("utf-8"), re.MULTILINE))


def test_kubernetes_names_fit_together() -> None:
    found = documents("kubernetes/offpage.yaml")
    kinds = [one["kind"] for one in found]
    assert {"Deployment", "Secret", "Service", "PodDisruptionBudget", "Job"} <= set(kinds)
    labels = [one["spec"]["template"]["metadata"]["labels"] for one in found if one["kind"] == "Deployment"]
    for one in found:
        selector = one.get("spec", {}).get("selector", {})
        if selector:
            assert selector.get("matchLabels", selector) in labels
    kept = {(one["kind"], one["metadata"]["name"]) for one in found}
    for one in found:
        for container in one.get("spec", {}).get("template", {}).get("spec", {}).get("containers", []):
            assert container["envFrom"] == [{"secretRef": {"name": "offpage"}}, {"configMapRef": {"name": "offpage"}}]
    assert {("Secret", "offpage"), ("ConfigMap", "offpage")} <= kept
    deployments = {one["metadata"]["name"]: one for one in found if one["kind"] == "Deployment"}
    assert set(deployments) == {"offpage-web", "offpage-worker"}
    for one in deployments.values():
        (container,) = one["spec"]["template"]["spec"]["containers"]
        (port,) = container["ports"]
        assert container["readinessProbe"]["httpGet"] == {"path": "/health", "port": port["name"]}
        assert container["livenessProbe"]["tcpSocket"] == {"port": port["name"]}  # not ready is not dead
        assert port["containerPort"] == _port(container["args"])


def test_every_process_of_compose_that_runs_on_is_asked_for_its_health() -> None:
    (compose,) = documents("compose.yaml")
    asked = re.search(r"HEALTHCHECK .*\n.*http://127\.0\.0\.1:(\d+)/health", DOCKERFILE)
    assert asked is not None
    for name, service in compose["services"].items():
        if service.get("image") == "offpage" and service["command"][0] in ("serve", "worker"):
            assert "healthcheck" not in service, name  # the image has one
            assert _port(service["command"]) == int(asked[1]), name


def _port(arguments: list[str]) -> int | None:
    """Where a process of the image listens: a server where the image says, a worker where its arguments say."""
    if arguments[0] == "worker":
        return int(arguments[arguments.index("--port") + 1]) if "--port" in arguments else None
    said = re.search(r"OFFPAGE_PORT=(\d+)", DOCKERFILE)
    return None if said is None else int(said[1])


def test_the_grace_of_every_place_is_longer_than_that_of_the_server() -> None:
    (compose,) = documents("compose.yaml")
    common = compose["x-offpage"]
    assert int(common["stop_grace_period"].rstrip("s")) > common["environment"]["OFFPAGE_STOP_SECONDS"]
    found = documents("kubernetes/offpage.yaml")
    (settings,) = [one["data"] for one in found if one["kind"] == "ConfigMap"]
    for one in found:
        if one["kind"] == "Deployment":
            grace = one["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
            assert grace > int(settings["OFFPAGE_STOP_SECONDS"]) + 5
    stop = re.search(r"OFFPAGE_STOP_SECONDS=(\d+)", (DEPLOY / "systemd" / "offpage.env.example").read_text("utf-8"))
    assert stop is not None
    for path in (DEPLOY / "systemd").glob("*.service"):
        timeout = re.search(r"TimeoutStopSec=(\d+)", path.read_text("utf-8"))
        assert timeout is not None
        assert int(timeout[1]) > int(stop[1])


def test_nginx_lets_through_what_an_app_may_be_sent() -> None:
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    size = re.search(r"client_max_body_size (\d+)m;", text)
    patience = re.search(r"proxy_read_timeout (\d+)s;", text)
    assert size is not None
    assert patience is not None
    assert int(size[1]) * 2**20 > Limits().request_bytes
    assert int(patience[1]) > Limits().run_seconds
    assert "proxy_request_buffering off;" in text
    assert text.count("{") == text.count("}")


def test_the_image_copies_what_is_there_and_does_not_run_as_root() -> None:
    for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
    last = DOCKERFILE[DOCKERFILE.rindex("FROM ") :]
    assert re.search(r"^USER 10001$", last, re.MULTILINE)
    assert "HEALTHCHECK" in last
