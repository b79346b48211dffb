"""The guides say what is true: their files make an app without issues, their tables of expressions are evaluated."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from offpage.model.reader import read_files
from offpage.program.resolve import resolve
from offpage.sql.sqlite import SQLITE
from offpage.sql.sqlite_functions import register_functions
from offpage.store.sqlite import SqliteDatabase
from tests.engine.conftest import Bench

GUIDES = Path(__file__).parents[2] / "docs" / "guides"
BLOCK = re.compile(
    r"```yaml\n# ((?:types|options|workflows|connectors)/\S+\.yaml|app\.yaml)[^\n]*\n(.*?)```", re.DOTALL
)
ROW = re.compile(r"^\| `(.+)` \| (.+) \|$", re.MULTILINE)


def files_of(guide: Path) -> dict[str, str]:
    """The files of the app that a guide shows, by their paths."""
    return dict(BLOCK.findall(guide.read_text("utf-8")))


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("writing-an-app.md", 4),
        ("expressions.md", 4),
        ("events.md", 5),
        ("loops.md", 2),
        ("recurring.md", 5),
        ("mail.md", 4),
        ("connectors.md", 6),
        ("webhooks.md", 4),
        ("failures.md", 7),
        ("files.md", 6),
    ],
)
def test_the_files_of_a_guide_make_an_app_without_issues(name: str, least: int, tmp_path: Path) -> None:
    files = files_of(GUIDES / name)
    assert len(files) >= least
    database = SqliteDatabase(tmp_path / "guide.db", functions=register_functions)
    try:
        assert Bench(database, {"app.yaml": "name: Guide", **files}, {}).program.workflows
    finally:
        database.close()


@pytest.mark.parametrize("guide", sorted(GUIDES.glob("*.md")), ids=lambda one: one.stem)
def test_the_workflows_of_a_guide_give_no_warnings(guide: Path) -> None:
    app, issues = read_files({"app.yaml": "name: Guide\n", **files_of(guide)})
    _, found = resolve(app, "guide", SQLITE)
    assert [str(one) for one in [*issues, *found] if one.severity == "warning"] == []


@pytest.mark.parametrize("name", ["examples/shop", "examples/webhooks", "examples/outside", "src/offpage/cli/starter"])
def test_an_example_gives_no_issues(name: str) -> None:
    folder = GUIDES.parents[1] / name
    files = {str(one.relative_to(folder)): one.read_text("utf-8") for one in folder.rglob("*.yaml")}
    app, issues = read_files(files)
    _, found = resolve(app, name, SQLITE)
    assert files
    assert [str(one) for one in [*issues, *found]] == []


def test_the_expressions_of_the_guide_give_what_it_says(tmp_path: Path) -> None:
    text = (GUIDES / "expressions.md").read_text("utf-8")
    tables = re.findall(r"\| expression \| gives \|\n\|---\|---\|\n((?:\|.*\n)+)", text)
    rows = [row for table in tables for row in ROW.findall(table)]
    assert len(rows) > 20
    values = "\n".join(
        f"        e{number}: '{{{{ {one.replace(chr(39), chr(39) * 2)} }}}}'" for number, (one, _) in enumerate(rows)
    )
    workflow = f"auth: none\nsteps:\n  - do: return_data\n    with:\n      values:\n{values}\n"
    database = SqliteDatabase(tmp_path / "guide.db", functions=register_functions)
    try:
        bench = Bench(database, {"app.yaml": "name: Guide", "workflows/all.yaml": workflow}, {})
        outcome = asyncio.run(bench.engine.call(bench.api_call("all", {})))
    finally:
        database.close()
    found = {rows[int(key[1:])][0]: value for key, value in outcome.answer.values.items()}
    assert found == dict(rows)
