"""The web editor travels with what is made from a checkout, and is built only where it is stale."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from scripts import build_ui
from tests.house.source import ROOT

COPIED = ("pyproject.toml", "hatch_build.py", "scripts/build_ui.py", "README.md", "LICENSE", "src/offpage/__init__.py")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small checkout whose editor has been built."""
    root = tmp_path / "checkout"
    for name in COPIED:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    (root / "ui" / "src").mkdir(parents=True)
    (root / "ui" / "package.json").write_text("{}")
    (root / "ui" / "package-lock.json").write_text("{}")
    (root / "ui" / "src" / "main.ts").write_text("export {};")
    place = build_ui.built(root)
    (place / "assets").mkdir(parents=True)
    (place / "index.html").write_text("<title>built</title>")
    (place / "assets" / "main-1.js").write_text("1")
    (root / ".gitignore").write_text("src/offpage/web/ui/\n")
    mark_fresh(root)
    return root


def mark_fresh(root: Path) -> None:
    """Say that what is built belongs to the sources as they are."""
    (build_ui.built(root) / ".fingerprint").write_text(build_ui.fingerprint(root))


def make(root: Path, target: str, path: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Make an sdist or a wheel as pip does, with nothing but this on the PATH."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(root / "dist")]
    return subprocess.run(
        command, cwd=root, env={"PATH": path, **environment}, capture_output=True, text=True, check=False
    )


def made(root: Path, target: str) -> Path:
    """What was made."""
    done = make(root, target)
    assert done.returncode == 0, done.stdout + done.stderr
    (file,) = (root / "dist").glob("*.whl" if target == "wheel" else "*.tar.gz")
    return file


def test_a_wheel_holds_the_editor(checkout: Path) -> None:
    names = zipfile.ZipFile(made(checkout, "wheel")).namelist()
    assert {"offpage/web/ui/index.html", "offpage/web/ui/assets/main-1.js"} <= set(names)


def test_a_wheel_made_from_the_sdist_needs_no_node(checkout: Path, tmp_path: Path) -> None:
    with tarfile.open(made(checkout, "sdist")) as sdist:
        sdist.extractall(tmp_path / "sdist", filter="data")
    (root,) = (tmp_path / "sdist").iterdir()
    assert (root / "ui" / "src" / "main.ts").is_file()
    assert "offpage/web/ui/index.html" in zipfile.ZipFile(made(root, "wheel")).namelist()


def test_a_failing_build_gives_a_sentence(checkout: Path, tmp_path: Path) -> None:
    (checkout / "ui" / "src" / "main.ts").write_text("export const changed = 1;")
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, script in (("node", "echo v24.0.0"), ("npm", "echo this machine is offline; exit 1")):
        (tools / name).write_text(f"#!/bin/sh\n{script}\n")
        (tools / name).chmod(0o755)
    done = make(checkout, "wheel", str(tools))
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert "could not be installed" in said
    assert "this machine is offline" in said
    assert "OFFPAGE_SKIP_UI=1" in said
    assert "Traceback" not in said
    assert make(checkout, "wheel", str(tools), OFFPAGE_SKIP_UI="1").returncode == 0


def test_only_what_the_build_is_made_of_makes_it_stale(checkout: Path) -> None:
    assert not build_ui.is_stale(checkout)
    (checkout / "ui" / "src" / "main.test.ts").write_text("test")
    (checkout / "ui" / "node_modules").mkdir()
    (checkout / "ui" / "node_modules" / "other.js").write_text("1")
    assert not build_ui.is_stale(checkout)
    (checkout / "ui" / "src" / "more.ts").write_text("1")
    assert build_ui.is_stale(checkout)
    mark_fresh(checkout)
    assert not build_ui.is_stale(checkout)


@pytest.mark.parametrize(
    ("version", "is_enough"),
    [("v20.18.9", False), ("v20.19.0", True), ("v21.7.0", False), ("v22.11.0", False), ("v22.12.0", True), ("", False)],
)
def test_a_node_that_is_too_old_is_not_used(
    version: str, is_enough: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {version}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin")
    found = build_ui.find_node()
    assert (found is not None and found.node == str(tmp_path / "node")) is is_enough
