"""The command line for an app's data: users, export, import."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from offpage.cli.main import run
from offpage.engine.adding_up import add_up
from offpage.host.compose import open_database
from offpage.model.documents import Prices
from offpage.store import workload
from tests.processes import offpage
from tests.site import Served, place_of, play, write_app

SHOP = {
    "app.yaml": """
        name: Shop
        accounts: {password: {min_length: 8}}
        """,
    "types/user.yaml": """
        fields:
          nickname: text
          age: number
        """,
    "types/order.yaml": """
        label: Order
        fields:
          number: {type: text, unique: yes}
          total: number
          customer: user
          status: {type: status, default: open}
          tags: list of text
        """,
    "options/status.yaml": """
        options: {open: Open, paid: "Paid, at last"}
        """,
    "workflows/log_in.yaml": """
        auth: none
        parameters: {email: text, password: text}
        steps:
          - do: log_in
            with: {email: =email, password: =password}
        """,
    "workflows/me.yaml": """
        auth: user
        method: GET
        ignore_privacy: yes
        steps:
          - do: return_data
            with: {values: {nickname: =current_user.nickname}}
        """,
}

Said = Callable[..., tuple[int, str, str]]


@pytest.fixture
def app(tmp_path: Path) -> Path:
    return write_app(tmp_path / "shop", SHOP)


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str]) -> Said:
    """Runs a command and gives its exit code, what it said on standard output, and on standard error."""

    def say(*arguments: object) -> tuple[int, str, str]:
        capfd.readouterr()
        code = run([str(one) for one in arguments])
        captured = capfd.readouterr()
        return code, captured.out, captured.err

    return say


def typed(monkeypatch: pytest.MonkeyPatch, text: str | bytes) -> None:
    """What standard input holds."""
    content = text if isinstance(text, bytes) else text.encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))


def lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_user_made_on_the_command_line_logs_in_until_disabled(
    tmp_path: Path, app: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "correct horse\n")
    code, out, _ = said("users", "create", "Ada@Example.com", app, "--set", "nickname=Ada", "--set", "age=36", "--json")
    assert code == 0
    user_id = json.loads(out)["id"]

    async def story(served: Served) -> list[Any]:
        seen = []
        token = ""
        for command in ("", "disable", "enable"):
            if command:
                assert run(["users", command, "ada@example.com", str(app)]) == 0
                served.runner.tokens.distrust(user_id)
                seen.append((await served.ask("GET", "me", headers={"authorization": f"Bearer {token}"})).status)
            logged_in = await served.post("log_in", {"email": "ada@example.com", "password": "correct horse"})
            seen.append(logged_in.status)
            if logged_in.status == 200:
                token = logged_in.json["response"]["token"]
                me = await served.ask("GET", "me", headers={"authorization": f"Bearer {token}"})
                seen.append(me.json["response"])
        return seen

    assert play(app, {}, story) == [200, {"nickname": "Ada"}, 401, 400, 401, 200, {"nickname": "Ada"}]
    (line,) = lines(said("users", "list", app, "--json")[1])
    assert (line["id"], line["email"], line["disabled"], line["has_password"]) == (
        user_id,
        "ada@example.com",
        False,
        True,
    )


def test_a_password_that_is_too_weak_or_an_email_that_is_taken_is_refused(
    app: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "short\n")
    code, out, err = said("users", "create", "ada@example.com", app)
    assert (code, out) == (1, "")
    assert "at least 8 characters" in err
    assert said("users", "list", app, "--json")[1] == ""
    assert said("users", "create", "ada@example.com", app, "--no-password")[0] == 0
    code, _, err = said("users", "create", "ADA@example.com", app, "--no-password")
    assert (code, "already in use" in err) == (1, True)
    for field in ("id=1", "email=b@example.com", "logged_in=yes", "age=old", "shoe=9"):
        assert said("users", "create", "bob@example.com", app, "--no-password", "--set", field)[0] == 1, field
    assert said("users", "create", "nobody", app, "--no-password")[0] == 1


def test_a_temporary_password_is_printed_once_and_works(app: Path, said: Said) -> None:
    said("users", "create", "ada@example.com", app, "--no-password")
    code, out, _ = said("users", "set-password", "ada@example.com", app, "--temporary", "--json")
    password = json.loads(out)["password"]

    async def story(served: Served) -> Any:
        return (await served.post("log_in", {"email": "ada@example.com", "password": password})).json["response"]

    answer = play(app, {}, story)
    assert (code, answer["temporary_password"]) == (0, True)
    (line,) = lines(said("users", "list", app, "--json")[1])
    assert line["temporary_password"] is True
    assert password not in json.dumps(line)


def test_a_new_password_ends_the_log_ins(app: Path, said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "correct horse\n")
    said("users", "create", "ada@example.com", app)

    async def log_in(served: Served, password: str) -> int:
        return (await served.post("log_in", {"email": "ada@example.com", "password": password})).status

    async def story(served: Served) -> list[int]:
        before = served.count("op_tokens"), await log_in(served, "correct horse"), served.count("op_tokens")
        typed(monkeypatch, "battery staple\n")
        assert run(["users", "set-password", "ada@example.com", str(app)]) == 0
        after = served.count("op_tokens"), await log_in(served, "correct horse"), await log_in(served, "battery staple")
        return [*before, *after]

    assert play(app, {}, story) == [0, 200, 1, 0, 400, 200]


def test_users_are_found_by_a_part_of_their_email_taken_as_it_is(app: Path, said: Said) -> None:
    for email in ("a_b@example.com", "axb@example.com", "a%b@example.com"):
        said("users", "create", email, app, "--no-password")

    def found(part: str) -> list[str]:
        return [one["email"] for one in lines(said("users", "list", app, "--contains", part, "--json")[1])]

    assert found("A_B") == ["a_b@example.com"]
    assert found("%") == ["a%b@example.com"]
    assert len(found("@example")) == 3
    assert said("users", "disable", "nobody@example.com", app)[0] == 1


def test_what_is_exported_is_imported_again_under_the_same_ids(
    tmp_path: Path, app: Path, said: Said, monkeypatch: pytest.MonkeyPatch, elsewhere: Callable[[], None]
) -> None:
    typed(monkeypatch, 'number,total,status,tags\nA-1,1.5,"Paid, at last","[""x""]"\n"Ø, 2",,Open,\n')
    code, out, _ = said("import", app, "order", "-")
    assert (code, out) == (0, "order: 2 created.\n")
    for suffix in ("csv", "jsonl"):
        file = tmp_path / f"orders.{suffix}"
        code, out, _ = said("export", app, "order", "--output", file, "--json")
        assert (code, json.loads(out)["exported"]) == (0, 2)
    for suffix in ("csv", "jsonl"):
        elsewhere()
        file, other = tmp_path / f"orders.{suffix}", write_app(tmp_path / suffix, SHOP)
        code, out, _ = said("import", other, "order", file, "--json")
        assert (code, lines(out)[-1]["created"]) == (0, 2)
        again = said("export", other, "order", "--format", suffix)[1]
        assert again == file.read_bytes().decode()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_an_export_for_spreadsheets_holds_no_formula(app: Path, said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "number,total\n=1+1,-2\n")
    said("import", app, "order", "-")
    assert ",=1+1,-2," in said("export", app, "order")[1]
    safe = said("export", app, "order", "--for-spreadsheets")[1]
    assert safe.startswith("\ufeffid,")
    assert ",'=1+1,-2," in safe
    code, _, err = said("export", app, "order", "--for-spreadsheets", "--format", "jsonl")
    assert (code, "--for-spreadsheets is for CSV" in err) == (2, True)


def test_what_comes_and_goes_counts_as_workload(tmp_path: Path, app: Path, said: Said) -> None:
    prices = dict.fromkeys(Prices.__dataclass_fields__, 0) | {"thing_written": 7, "search": 1000, "thing_read": 10}
    listed = "workload: {" + ", ".join(f"{name}: {price}" for name, price in (prices | {"character_read": 1}).items())
    (app / "app.yaml").write_text("name: Shop\n" + listed + "}\n", "utf-8")
    file, out = tmp_path / "orders.csv", tmp_path / "out.csv"
    file.write_text("number\nÄ\nB\n", "utf-8")
    said("import", app, "order", file)
    assert said("export", app, "order", "--output", out)[0] == 0
    shown = said("export", app, "order")[1]
    assert len(shown.encode()) == out.stat().st_size
    with closing(open_database(place_of(app, app / ".offpage"), "development", shared=True)) as database:
        add_up(database, 10)
        found = database.read(lambda tx: workload.sums(tx, "activity", 0, 1 << 60))
    assert {one.do: one.workload for one in found} == {
        "import_csv": 2 * 7,
        "export_csv": 2 * (1000 + 2 * 10 + out.stat().st_size),
    }


def test_an_import_tells_every_line_that_it_left_out(tmp_path: Path, app: Path, said: Said) -> None:
    file, errors = tmp_path / "orders.csv", tmp_path / "errors.jsonl"
    file.write_text("number,total\n" + "".join(f"A-{n},{'x' if n % 2 else n}\n" for n in range(60)), "utf-8")
    code, out, err = said("import", app, "order", file, "--errors", errors)
    assert (code, out) == (1, "order: 30 created, 30 lines left out.\n")
    sentence = (
        'Could not parse this as a number. A number is given as a number, or as text that holds one: 3.5 or "3.5".'
    )
    assert err.splitlines()[0] == f"line 3: total: {sentence}"
    assert len(err.splitlines()) == 21
    assert [one["line"] for one in lines(errors.read_text("utf-8"))] == list(range(3, 62, 2))


def test_a_dry_run_keeps_nothing(tmp_path: Path, app: Path, said: Said) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("number\nA-1\n", "utf-8")
    code, out, _ = said("import", app, "order", file, "--dry-run")
    assert (code, out) == (0, "order: 1 created. Nothing was kept: this was a dry run.\n")
    assert len(said("export", app, "order")[1].splitlines()) == 1


def test_an_update_changes_what_is_there(tmp_path: Path, app: Path, said: Said) -> None:
    file = tmp_path / "orders.jsonl"
    file.write_text('{"number": "A-1", "total": 1}\n', "utf-8")
    said("import", app, "order", file)
    (one,) = lines(said("export", app, "order", "--format", "jsonl")[1])
    file.write_text(json.dumps({"_id": one["id"], "total": 2}), "utf-8")
    assert said("import", app, "order", file)[0] == 1
    code, out, _ = said("import", app, "order", file, "--update", "--json")
    assert (code, lines(out)[-1]["changed"]) == (0, 1)
    (after,) = lines(said("export", app, "order", "--format", "jsonl")[1])
    assert (after["number"], after["total"], after["created_date"]) == ("A-1", 2, one["created_date"])


def test_environments_are_told_apart(tmp_path: Path, app: Path, said: Said) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("number\nA-1\n", "utf-8")
    assert "offpage deploy" in said("import", app, "order", file, "--live")[2]
    assert said("deploy", app)[0] == 0
    assert said("import", app, "order", file, "--live")[0] == 0
    assert len(said("export", app, "order")[1].splitlines()) == 1
    assert len(said("export", app, "order", "--env", "live")[1].splitlines()) == 2


def test_other_separators_are_taken_by_name_or_as_they_are(tmp_path: Path, app: Path, said: Said) -> None:
    for number, (given, separator) in enumerate({"tab": "\t", ";": ";"}.items()):
        file = tmp_path / f"orders{number}.csv"
        file.write_text(f"number{separator}total\n{number}{separator}2\n", "utf-8")
        assert said("import", app, "order", file, "--separator", given)[:2] == (0, "order: 1 created.\n")
    assert said("export", app, "order", "--separator", ";")[1].startswith("id;created_date;")
    assert said("export", app, "order", "--separator", "xx")[0] == 2


@pytest.mark.parametrize("arguments", [("export", "ordr"), ("import", "ordr", "-")])
def test_an_unknown_data_type_is_told_with_a_suggestion(app: Path, said: Said, arguments: tuple[str, ...]) -> None:
    command, *rest = arguments
    code, _, err = said(command, app, *rest)
    assert (code, "Did you mean order?" in err) == (1, True)


def test_a_failed_export_leaves_the_old_file_as_it_was(
    tmp_path: Path, app: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("number\nA-1\n", "utf-8")
    said("import", app, "order", file)
    file.write_text("precious", "utf-8")

    def fails(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("offpage.data.transfer.csv_form.cell", fails)
    code, _, err = said("export", app, "order", "--output", file)
    assert (code, "No space left" in err) == (1, True)
    assert file.read_text("utf-8") == "precious"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_an_export_into_a_folder_that_is_not_there_says_which(tmp_path: Path, app: Path, said: Said) -> None:
    code, _, err = said("export", app, "order", "--output", tmp_path / "no" / "out.csv")
    assert (code, f"There is no folder {tmp_path / 'no'} " in err) == (1, True)


def on_a_terminal(*arguments: object) -> tuple[int, str]:
    """The exit code of a command whose standard error is a terminal, and what it showed there."""
    ours, its = os.openpty()
    try:
        terminal = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"}
        command = offpage(*(str(one) for one in arguments))
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=its, env=terminal
        )
        os.close(its)
        shown = b""
        with contextlib.suppress(OSError):  # nobody has the other end open any more
            while piece := os.read(ours, 65536):
                shown += piece
        return process.wait(60), shown.decode()
    finally:
        os.close(ours)


def test_export_and_import_show_on_a_terminal_how_far_they_have_come(tmp_path: Path, app: Path, said: Said) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("number,total\n" + "".join(f"A{number},{number}\n" for number in range(2_000)))
    code, shown = on_a_terminal("import", app, "order", file)
    assert code == 0
    size = f"{file.stat().st_size / 1000:.1f}"
    assert re.search(rf"Importing order.*{size}/{size} kB", shown), shown
    code, shown = on_a_terminal("export", app, "order", "--output", tmp_path / "out.csv")
    assert code == 0
    assert re.search(r"Exporting order.*2000/2000", shown), shown
    code, _, err = said("export", app, "order", "--output", tmp_path / "out.csv")  # no terminal: no bar
    assert (code, "Exporting" in err) == (0, False)
