"""What may not stand in the repository, and what the README promises."""

from __future__ import annotations

import ast
import os
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.house.source import ROOT, modules, named, tracked, tree

README = (ROOT / "README.md").read_text("utf-8")
LOCK_FILES = {"uv.lock", "poetry.lock", "Pipfile.lock", "yarn.lock", "pnpm-lock.yaml"}
USED_BY_OTHERS = {"httptools", "tzdata", "uvloop"}
"""What uvicorn and zoneinfo load by themselves."""
# Put together here so that this file does not hold them itself.
REGISTRIES = [
    ".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"))
]


def texts() -> list[tuple[Path, str]]:
    """Every tracked text file."""
    return [(path, path.read_bytes().decode("utf-8", "replace")) for path in tracked()]


def test_no_lock_file_and_no_registry_is_named() -> None:
    assert [named(path) for path in tracked() if path.name in LOCK_FILES] == []
    assert [named(path) for path, text in texts() for host in REGISTRIES if host in text] == []


def test_no_path_of_this_checkout_stands_in_a_file() -> None:
    assert [named(path) for path, text in texts() if f"{ROOT.as_posix()}/" in text] == []


def test_nothing_unfinished_is_left_behind() -> None:
    marks = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "X" * 3 + r"\b")))
    source = [(path, text) for path, text in texts() if path.suffix in {".py", ".yaml", ".toml"}]
    assert [named(path) for path, text in source if marks.search(text)] == []


@pytest.mark.parametrize("command", ["scripts/demo", "scripts/test"])
def test_the_readme_names_commands_that_exist(command: str) -> None:
    assert command in README
    assert os.access(ROOT / command, os.X_OK)


def test_ci_runs_exactly_the_readmes_test_command() -> None:
    lines = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == [
        "set -euo pipefail",
        'cd "$(dirname "$0")/.."',
        # The same, with kills for longer, and a browser must be there: elsewhere the tests in one are skipped without.
        "export OFFPAGE_CHAOS_SECONDS=120 OFFPAGE_CHAOS_PAUSE=30",
        "OFFPAGE_TEST_BROWSER=required scripts/test",
    ]


def test_links_between_the_documents_lead_somewhere() -> None:
    broken = [
        f"{named(path)}: {target}"
        for path in tracked()
        if path.suffix == ".md"
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text("utf-8"))
        if "://" not in target and not target.startswith("mailto:") and not (path.parent / target).exists()
    ]
    assert broken == []


def declared() -> tuple[set[str], set[str]]:
    """Names of the dependencies at run time (with the extras for PostgreSQL and S3), and of all."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[\[><=; ]", one)[0] for one in requirements} - {"offpage"}

    at_run_time = names([*project["dependencies"], *extras["postgres"], *extras["s3"]])
    return at_run_time, at_run_time | names(extras["dev"])


def test_every_dependency_has_its_reason() -> None:
    (page,) = (ROOT / "docs" / "decisions").glob("*-dependencies.md")
    reasons = page.read_text("utf-8")
    assert [name for name in sorted(declared()[1]) if f"`{name}`" not in reasons] == []


def test_decisions_have_numbers_of_their_own_that_their_headings_say() -> None:
    # Pages are written side by side under numbers given out before, so there may be gaps for a while.
    pages = [path for path in tracked() if path.parent == ROOT / "docs" / "decisions"]
    numbers = [int(page.name.split("-")[0]) for page in pages]
    assert len(set(numbers)) == len(numbers)
    wrong = [
        named(page)
        for number, page in zip(numbers, pages, strict=True)
        if not page.read_text("utf-8").startswith(f"# {number}. ")
    ]
    assert wrong == []


def test_what_is_imported_is_declared_and_what_is_declared_is_used() -> None:
    imported: set[str] = set()
    for node in (node for path in modules() for node in ast.walk(tree(path))):
        if isinstance(node, ast.Import):
            imported.update(one.name.split(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").split(".")[0])
    from_others = imported - sys.stdlib_module_names - {"offpage"}
    packages = {
        dist.lower().replace("_", "-") for name in from_others for dist in packages_distributions().get(name, [name])
    }
    at_run_time = {name.lower().replace("_", "-") for name in declared()[0]}
    assert packages - at_run_time == {"psycopg-pool"} & packages, "imported, but not declared in pyproject.toml"
    assert at_run_time - packages <= USED_BY_OTHERS, "declared, but not imported"
