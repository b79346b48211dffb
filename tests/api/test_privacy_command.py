"""`offpage privacy` and the warnings of `offpage check`, on a real folder with a real database."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from offpage.cli.main import run
from tests.site import complaints, write_app

NOTE = """
    fields: {title: text, owner: user, parent: note, done: {type: yes_no, default: no}, points: number}
    privacy:
      owner: {when: =this.owner == current_user and this.done == no, find: yes, view: all, modify: yes}
      parent: {when: =this.parent.owner == current_user, view: [title, parent]}
      rich: {when: '=not (this.points > 5) or this.title.contains("x")', find: yes}
      everyone: {view: [points]}
    """

MAKE = """
    auth: none
    parameters:
      title: text
      owner: {type: user, optional: yes}
      points: {type: number, optional: yes}
      done: {type: yes_no, optional: yes}
    steps:
      - {do: create_thing, with: {type: note, set: {title: =title, owner: =owner, points: =points, done: =done}}}
    """

SIGN_UP = """
    auth: none
    parameters: {email: text}
    steps:
      - do: create_thing
        as: made
        with: {type: user, set: {email: =email}}
      - do: return_data
        with: {values: {id: =made.id}}
    """


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {"types/note.yaml": NOTE, "workflows/make.yaml": MAKE, "workflows/join.yaml": SIGN_UP}
    return write_app(tmp_path / "notes", files)


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run a command: its exit code, what it printed, what it complained."""

    def say(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run([str(one) for one in arguments])
        out = capsys.readouterr()
        return code, out.out, out.err

    return say


Said = Callable[..., tuple[int, str, str]]


def make(said: Said, folder: Path, workflow: str, **parameters: str) -> Any:
    """Run a workflow; what it answered."""
    given = [word for name, value in parameters.items() for word in ("--param", f"{name}={value}")]
    code, out, err = said("run", folder, workflow, *given, "--json")
    assert (code, complaints(err)) == (0, [])
    return json.loads(out)["answer"]


def seen(said: Said, folder: Path, who: str, *more: str) -> list[dict[str, Any]]:
    """What the command says for programs."""
    code, out, err = said("privacy", folder, "note", "--as", who, *more, "--json")
    assert (code, complaints(err)) == (0, []), err
    return [json.loads(line) for line in out.splitlines()]


def reasons(line: dict[str, Any]) -> dict[str, list[str]]:
    """Why which rule does not hold."""
    return {rule["name"]: rule["why_not"] for rule in line["rules"] if not rule["holds"]}


def test_it_says_what_nobody_sees_and_which_side_is_empty(folder: Path, said: Said) -> None:
    make(said, folder, "make", title="one", points="9")
    (line,) = seen(said, folder, "nobody")
    assert line["found"] is False
    assert line["shown"] == ["id", "points"]
    assert "title" in line["hidden"]
    assert reasons(line) == {
        "owner": ["this.owner is empty.", "current_user is empty: nobody is logged in.", "this.done is empty."],
        "parent": ["this.parent is empty.", "current_user is empty: nobody is logged in."],
        "rich": ["this.points > 5 is yes.", 'this.title.contains("x") is no: this.title is one.'],
    }


def test_it_says_what_a_user_sees_who_is_named_by_id_or_address(folder: Path, said: Said) -> None:
    ann = make(said, folder, "join", email="ann@test.example")["values"]["id"]
    bob = make(said, folder, "join", email="bob@test.example")["values"]["id"]
    make(said, folder, "make", title="mine", owner=ann, done="no", points="7")
    for who in (ann, "Ann@test.example"):
        (line,) = seen(said, folder, who)
        assert line["found"] is True
        assert line["hidden"] == []
        assert line["rules"][0]["allows"] == ["find", "view all", "modify"]
    (line,) = seen(said, folder, "bob@test.example")
    expected = f"this.owner == current_user is no: this.owner is {ann}, current_user is {bob}."
    assert reasons(line)["owner"] == [expected]


def test_things_for_which_different_rules_hold_come_first(folder: Path, said: Said) -> None:
    make(said, folder, "make", title="x", points="9")
    for _ in range(4):
        make(said, folder, "make", title="o", points="9")
    lines = seen(said, folder, "nobody", "--limit", "2")
    assert sorted(line["found"] for line in lines) == [False, True]


def test_it_draws_a_tree_for_people(folder: Path, said: Said) -> None:
    code, out, _ = said("privacy", folder, "note")
    assert (code, out.strip()) == (0, "There are no things of the type note in development.")
    make(said, folder, "make", title="one", points="9")
    code, out, _ = said("privacy", folder, "note")
    assert code == 0
    assert "as nobody: not found by searches" in out
    assert "✗ owner would allow find; view all; modify" in out
    assert "✓ everyone allows view points" in out
    assert "current_user is empty: nobody is logged in." in out


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [(("nope",), "There is no data type nope. Did you mean note?"), (("note", "--as", "zoe"), "There is no user zoe.")],
)
def test_it_names_what_there_is_not(folder: Path, said: Said, arguments: tuple[str, ...], problem: str) -> None:
    code, _, err = said("privacy", folder, *arguments)
    assert code == 1
    assert problem in err


def test_check_warns_and_does_not_fail(tmp_path: Path, said: Said) -> None:
    files = {"types/note.yaml": "api: yes\nfields: {title: text}\n", "types/user.yaml": "privacy: {all: {view: all}}\n"}
    folder = write_app(tmp_path / "open", files)
    code, out, _ = said("check", folder)
    assert code == 0
    assert "warning: The Data API offers note, but no privacy rule allows anybody anything" in out
    assert "warning: The rule all shows every field of every user to everyone" in out
    assert "2 warnings." in out


def test_a_rule_that_is_broken_is_shown_as_broken(folder: Path, said: Said) -> None:
    make(said, folder, "make", title="one")
    path = folder / "types" / "note.yaml"
    path.write_text(path.read_text().replace("this.parent.owner ==", "owner =="))
    (line,) = seen(said, folder, "nobody")
    (reason,) = reasons(line)["parent"]
    assert reason.startswith("This rule is broken, so it holds for nothing.")
    assert "this.owner" in reason
