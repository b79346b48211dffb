"""The repository's files and Python modules, for the tests of the house."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SOURCE = ROOT / "src" / "offpage"


@cache
def tracked() -> list[Path]:
    """Every file that belongs to the repository: what git knows, or, outside a checkout, what stands there."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        found = (path for path in ROOT.rglob("*") if not {".venv", ".git", "node_modules"} & set(path.parts))
        return sorted(path for path in found if path.is_file())
    return sorted(path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file())


@cache
def modules() -> list[Path]:
    """The modules of Offpage itself."""
    return [path for path in tracked() if path.suffix == ".py" and path.is_relative_to(SOURCE)]


@cache
def tree(path: Path) -> ast.Module:
    """A module's syntax tree."""
    return ast.parse(path.read_text("utf-8"), str(path))


def named(path: Path) -> str:
    """A path as it is written in messages."""
    return path.relative_to(ROOT).as_posix()
