"""`import_csv`: a file of the app's storage becomes things, line by line, once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from offpage.accounts.actor import NOBODY
from offpage.actions.outside import Services
from offpage.data.transfer.entry import Entry
from offpage.data.transfer.importing import Rules
from offpage.engine.calls import ApiCall, Outcome
from offpage.engine.left_outside import left_outside
from offpage.engine.progress import Pause
from offpage.services.files import Attached
from offpage.services.local_files import LocalFiles
from offpage.store import leases
from offpage.store.failures import LeaseLost
from offpage.store.imports import SoFar
from tests.engine.conftest import Bench
from tests.unit.program.test_streaming import issues_of

Make = Callable[..., Bench]

NOW = 1_700_000_000_000

FILES = {
    "app.yaml": "name: T\n",
    "types/shop.yaml": "fields: {name: text}\n",
    "types/order.yaml": """
label: Order
fields:
  number: {type: text, unique: yes}
  total: number
  paid: yes_no
  at: date
  place: address
  tags: list of text
  shop: shop
  note: {type: text, default: none}
privacy: {everyone: {find: yes, view: all, files: no}}
""",
    "workflows/go.yaml": """
auth: none
ignore_privacy: yes
parameters: {file: file, separator: {type: text, optional: yes}, update: {type: yes_no, optional: yes}, missing: {type: yes_no, optional: yes}}
steps:
  - {do: import_csv, as: done, with: {type: order, file: =file, separator: =separator, update: =update, allow_missing: =missing}}
  - {do: return_data, with: {values: {created: =done.created, changed: =done.changed, failed: =done.failed, problems: =done.problems}}}
""",
}


def importing(make: Make, folder: Path, **more: str) -> tuple[Bench, LocalFiles]:
    """The app, with a place for files."""
    app = make({**FILES, **{f"{name.replace('__', '/')}.yaml": text for name, text in more.items()}})
    files = LocalFiles(folder / "files", b"k" * 32)
    app.restart(services=Services(files=files))
    return app, files


def answer(outcome: Outcome) -> dict[str, Any]:
    assert outcome.error is None, outcome.error
    return outcome.answer.values


def call_as(app: Bench, who: Any, **parameters: Any) -> Outcome:
    call = app.api_call("go", parameters)
    return asyncio.run(app._called(ApiCall(call.workflow, call.parameters, who, call.request)))


def test_lines_become_things_and_bad_ones_are_told(bench: Make, tmp_path: Path) -> None:
    app, files = importing(bench, tmp_path)
    text = (
        "\ufeffNumber,total,paid,at,place,tags\r\n"
        'A1,12.5,yes,2026-11-23T08:30:00.000Z,,"[""x"",""y""]"\r\n'
        "A2,twelve,no,,,\r\n"
        "A1,1,no,,,\r\n"
        '"A\n3",,,,,\r\n'
        "A4,1\r\n"
        "A5,,,,,\r\n"
    )
    done = answer(app.call("go", file=files.keep("a.csv", text.encode(), NOW)))
    assert (done["created"], done["changed"], done["failed"]) == (3, 0, 3)
    assert [one.partition(":")[0] for one in done["problems"]] == ["line 3", "line 4", "line 7"]
    assert "Could not parse this as a number" in done["problems"][0]
    assert "this line has 2 cells" in done["problems"][2].lower()
    assert app.values("order", "number") == ["A1", "A\n3", "A5"]
    assert app.values("order", "total") == [12.5, None, None]
    assert app.values("order", "note") == ["none"] * 3
    assert app.database.read(lambda tx: tx.rows("SELECT * FROM op_imports")) == []


def test_an_id_changes_the_thing_only_where_that_is_asked_for(bench: Make, tmp_path: Path) -> None:
    app, files = importing(bench, tmp_path)
    answer(app.call("go", file=files.keep("a.csv", b"number\nA1\n", NOW)))
    (thing,) = app.values("order", "id")
    again = files.keep("b.csv", f"id;number;total\n{thing};A2;7\n;A3;8\n".encode(), NOW)
    done = answer(app.call("go", file=again, separator=";"))
    assert (done["created"], done["changed"], done["failed"]) == (1, 0, 1)
    assert "is there already" in done["problems"][0]
    more = files.keep("c.csv", f"id\tnumber\n{thing}\tA9\n".encode(), NOW)
    done = answer(app.call("go", file=more, separator="tab", update=True))
    assert (done["created"], done["changed"]) == (0, 1)
    assert sorted(app.values("order", "number")) == ["A3", "A9"]


def test_references_lead_to_things_that_are_there(bench: Make, tmp_path: Path) -> None:
    app, files = importing(bench, tmp_path)
    absent = "1700000000000x000000000000000001"
    file = files.keep("a.csv", f"number,shop\nA1,{absent}\nA2,\n".encode(), NOW)
    done = answer(app.call("go", file=file))
    assert (done["created"], done["problems"]) == (1, [f"line 2: shop: There is no shop {absent}."])
    assert answer(app.call("go", file=files.keep("b.csv", f"number,shop\nA1,{absent}\n".encode(), NOW), missing=True))[
        "created"
    ] == (1)


@pytest.mark.parametrize(
    ("content", "separator", "said"),
    [
        (b"", None, "The file is empty"),
        (b"number,colour\nA,b\n", None, "has no field 'colour'"),
        (b"number,number\nA,b\n", None, "Two columns hold the field number"),
        (b"number;total\nA;1\n", None, "Is the separator ';'?"),
        (b"number\nA\n", ";;", "`separator` is one character"),
        (b"\xff\xfe\x00", None, "is not UTF-8"),
    ],
)
def test_a_file_that_makes_no_sense_fails_the_step_before_anything_is_written(
    bench: Make, tmp_path: Path, content: bytes, separator: str | None, said: str
) -> None:
    app, files = importing(bench, tmp_path)
    outcome = app.call("go", file=files.keep("a.csv", content, NOW), separator=separator)
    assert outcome.error is not None
    assert said in outcome.error.message
    assert app.count("order") == 0


def test_a_private_file_is_imported_only_for_who_may_open_it(bench: Make, tmp_path: Path) -> None:
    app, files = importing(bench, tmp_path)
    answer(app.call("go", file=files.keep("a.csv", b"number\nA1\n", NOW)))
    private = files.keep("b.csv", b"number\nB1\n", NOW, Attached("order", app.values("order", "id")[0]))
    assert call_as(app, NOBODY, file=private).error is None  # the workflow ignores privacy rules
    app.define({**FILES, "workflows/go.yaml": FILES["workflows/go.yaml"].replace("ignore_privacy: yes\n", "")})
    outcome = call_as(app, NOBODY, file=private)
    assert outcome.error is not None
    assert "is private" in outcome.error.message
    gone = app.call("go", file="/fileupload/f0000000000000x00000000000000000000000000000000/a.csv")
    assert gone.error is not None
    assert "There is no file" in gone.error.message


def test_what_is_imported_starts_data_change_workflows_as_who_imports(bench: Make, tmp_path: Path) -> None:
    log = """
trigger: data_change
type: order
only_when: =before.is_empty
steps:
  - {do: create_thing, with: {type: seen, set: {number: =after.number, who: =current_user}}}
"""
    app, files = importing(
        bench,
        tmp_path,
        workflows__log=log,
        types__seen="fields: {number: text, who: user}\n",
        types__user="fields: {}\n",
    )
    file = files.keep("a.csv", b"number\nA1\nA2\n", NOW)
    assert call_as(app, NOBODY, file=file).error is None
    assert app.values("seen", "number") == ["A1", "A2"]
    # Not as an administrator, whom nobody has asked to import anything.
    assert app.database.read(
        lambda tx: tx.rows("SELECT DISTINCT actor FROM op_runs WHERE trigger = 'data_change'")
    ) == [("nobody",)]


def test_a_workflow_that_a_change_started_starts_nothing_by_its_import(bench: Make, tmp_path: Path) -> None:
    again = """
trigger: data_change
type: order
steps:
  - {do: import_csv, with: {type: order, file: =after.note}}
"""
    typed = FILES["types/order.yaml"].replace("note: {type: text, default: none}", "note: file")
    app, files = importing(bench, tmp_path, workflows__again=again, types__order=typed)
    inner = files.keep("inner.csv", b"total\n1\n", NOW)
    outer = files.keep("outer.csv", f"note\n{inner}\n".encode(), NOW)
    assert app.call("go", file=outer).error is None

    async def drained() -> int:
        count = await app.engine.drain(5)
        await asyncio.gather(*app.engine._outside._tasks)
        return count

    assert [asyncio.run(drained()) for _ in range(2)] == [1, 0]
    assert app.count("order") == 2


def test_a_step_that_was_killed_goes_on_with_the_next_line(bench: Make, tmp_path: Path) -> None:
    app, files = importing(bench, tmp_path)
    lines = "".join(f"A{number},{number}\n" for number in range(1000)) + "A0,1\n"
    file = files.keep("a.csv", f"number,total\n{lines}".encode(), NOW)
    run = app.engine._new_run(app.api_call("go", {"file": file}))
    pause = app.database.write_now(lambda tx: app.executor.begin(tx, run))
    assert isinstance(pause, Pause)
    written = [0]

    async def killed_after(pieces: int, pause: Pause) -> None:
        """Carry the run until so many pieces are on the disk."""
        original = app.database.written

        async def counted(segment: Any) -> Any:
            if written[0] == pieces:
                raise asyncio.CancelledError
            written[0] += 1
            return await original(segment)

        app.database.written = counted  # type: ignore[method-assign]
        try:
            await app.engine._outside._to_its_stop(pause)
        finally:
            app.database.written = original  # type: ignore[method-assign]

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(killed_after(3, pause))
    assert app.count("order") == 600
    app.restart(services=Services(files=files))  # another process
    (left,) = app.database.write_now(lambda tx: left_outside(tx, app.executor, app.definitions))
    outcome = asyncio.run(app.engine._outside.to_the_end(left))
    done = answer(outcome)
    assert (done["created"], done["failed"], done["problems"]) == (1000, 1, done["problems"])
    assert done["problems"][0].startswith("line 1002: ")
    assert app.count("order") == 1000


def test_a_piece_that_was_on_its_way_when_the_time_was_over_is_written_once(bench: Make, tmp_path: Path) -> None:
    app, files = importing(bench, tmp_path)
    file = files.keep("a.csv", b"number\n" + b"".join(b"A%d\n" % number for number in range(300)), NOW)
    run = app.engine._new_run(app.api_call("go", {"file": file}))
    pause = app.database.write_now(lambda tx: app.executor.begin(tx, run))
    assert isinstance(pause, Pause)
    first, second = (app.engine._outside._imports(pause, "shop", Rules()) for _ in range(2))
    pieces = [Entry(line, {"name": f"S{line}"}) for line in range(2, 8)]

    async def both() -> tuple[SoFar, SoFar]:
        await first.write(pieces[:2])
        assert (await second.so_far()).line == 3
        return await first.write(pieces[2:4]), await second.write(pieces[2:])

    late, done = asyncio.run(both())
    assert (late.created, done.created, done.line) == (4, 6, 7)
    assert asyncio.run(second.write(pieces)) == done
    if (owner := pause.progress.owner) is not None:  # its lease runs out: the step is another process's by then
        app.database.write_now(lambda tx: leases.leave(tx, owner))
        with pytest.raises(LeaseLost):
            asyncio.run(first.write([Entry(8, {"name": "late"})]))
    assert app.count("shop") == 6


def test_users_are_not_imported_and_a_separator_is_one_character() -> None:
    step = "parameters: {{file: file}}\nsteps:\n  - {{do: import_csv, with: {{type: {}, file: =file{}}}}}\n"
    (issue,) = issues_of(step.format("user", ""))
    assert "does not import users" in issue
    (issue,) = issues_of(
        "parameters: {file: file}\nsteps:\n  - {do: import_csv, with: {type: user, file: =file, separator: ab}}\n"
    )[1:]
    assert "one character" in issue
