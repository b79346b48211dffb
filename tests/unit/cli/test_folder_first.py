"""An app's folder is the first argument, may be left out, and is known where it comes last."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from offpage.cli.options import folder_and

ID = "1772323200000x123456789012345678"


@click.command("one")
@folder_and("email")
def one(folder: Path, email: str) -> None:
    click.echo(f"{folder} {email}")


@click.command("two")
@folder_and("type_id", "file")
def two(folder: Path, type_id: str, file: str) -> None:
    click.echo(f"{folder} {type_id} {file}")


@click.command("many")
@folder_and("run_ids", many=True)
def many(folder: Path, run_ids: tuple[str, ...]) -> None:
    click.echo(f"{folder} {' '.join(run_ids)}".strip())


@pytest.fixture(autouse=True)
def _apps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("bistro", "inside"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "app.yaml").write_text("name: Test\n", "utf-8")


def said(command: click.Command, *arguments: str) -> str:
    return CliRunner().invoke(command, arguments, catch_exceptions=False).output.strip()


@pytest.mark.parametrize(
    ("command", "given", "taken"),
    [
        (one, ["bistro", "a@b.de"], "bistro a@b.de"),
        (one, ["a@b.de", "bistro"], "bistro a@b.de"),
        (one, ["a@b.de"], ". a@b.de"),
        (one, ["bistroo", "a@b.de"], "bistroo a@b.de"),
        (one, ["a@b.de", "bistroo"], "bistroo a@b.de"),
        (one, ["bistro", "inside"], "bistro inside"),
        (two, ["bistro", "order", "orders.csv"], "bistro order orders.csv"),
        (two, ["order", "orders.csv"], ". order orders.csv"),
        (many, ["bistro", ID, ID], f"bistro {ID} {ID}"),
        (many, [ID, ID, "bistro"], f"bistro {ID} {ID}"),
        (many, ["bistro"], "bistro"),
        (many, ["--folder", "bistro", ID], f"bistro {ID}"),
        (many, [ID], f". {ID}"),
        (many, [], "."),
        (many, ["bistroo", ID], f"bistroo {ID}"),
    ],
)
def test_the_folder_is_told_from_the_rest(command: click.Command, given: list[str], taken: str) -> None:
    assert said(command, *given) == taken


def test_what_is_missing_or_too_much_is_named() -> None:
    assert "Missing argument 'EMAIL'" in said(one)
    assert "Missing argument 'EMAIL'" in said(one, "bistro")
    assert "Missing argument 'FILE'" in said(two, "order")
    assert "unexpected extra argument (c)" in said(one, "bistro", "b", "c")
    assert "[FOLDER] TYPE FILE" in said(two, "--help")
    assert "[FOLDER] [ID]..." in said(many, "--help")


def test_within_an_app_a_name_that_is_also_a_folder_is_a_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_text("name: Outer\n", "utf-8")
    assert said(one, "bistro") == ". bistro"
    assert said(many, "nonsense") == ". nonsense"
