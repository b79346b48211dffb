"""Things out of files and into files, on both databases."""

from __future__ import annotations

import io
import random
from typing import Any

import pytest

from offpage.data.schema import apply
from offpage.data.things import Things
from offpage.data.transfer import exporting, file_import
from offpage.data.transfer.columns import Columns
from offpage.data.transfer.csv_form import CsvOut, read_csv
from offpage.data.transfer.entry import Entry
from offpage.data.transfer.file_import import import_entries
from offpage.data.transfer.importing import Importer, Problem, Rules, Tally
from offpage.data.transfer.json_form import read_json_lines
from offpage.kernel.clock import VirtualClock
from offpage.kernel.errors import InvalidData
from offpage.kernel.ids import id_maker, is_id
from offpage.model.schema import Field
from offpage.store.tx import Database
from offpage.values.codec import Forms
from offpage.values.types import DATE, NUMBER, TEXT, YES_NO, thing
from tests.schemas import row_of, schema, thing_id

NOW = 1_700_000_000_000
APP = schema(
    order={
        "number": Field("number", TEXT, "Order number", unique=True),
        "total": NUMBER,
        "paid": Field("paid", YES_NO, "paid", default=False),
        "due": DATE,
        "customer": thing("user"),
        "after": thing("order"),
        "tags": Field("tags", TEXT.listed, "tags", default=["new"]),
    },
)
ORDER, USER = APP.types["order"], APP.types["user"]
FORMS = Forms()
A, B, C = thing_id(1), thing_id(2), thing_id(3)

NUMBERS = 'A number is given as a number, or as text that holds one: 3.5 or "3.5".'


class Files:
    """What a test imports and exports."""

    def __init__(self, database: Database) -> None:
        database.write_now(lambda tx: apply(tx, APP))
        self.database = database
        self.things = Things(APP, database.dialect)
        self.clock = VirtualClock(NOW)
        self.problems: list[Problem] = []

    def take(self, text: str, *, of: str = "order", trial: bool = False, **rules: Any) -> tuple[int, int]:
        """Import CSV; how many were created and changed."""
        entries = read_csv(io.BytesIO(text.encode()), Columns(APP.types[of]), FORMS)
        return self.take_entries(entries, of=of, trial=trial, **rules)

    def take_entries(self, entries: Any, *, of: str = "order", trial: bool = False, **rules: Any) -> tuple[int, int]:
        importer = Importer(self.things, APP.types[of], id_maker(random.Random(1)), Rules(**rules))
        self.problems.clear()
        found = import_entries(
            self.database, importer, entries, self.clock, problem=self.problems.append, trial=trial
        )  # fmt: skip
        return found.created, found.changed

    def orders(self) -> list[dict[str, Any]]:
        """Every order with its tags, oldest first."""
        return self.database.read(
            lambda tx: [one for page in exporting.all_things(tx, self.things, "order") for one in page]
        )

    def text(self) -> str:
        """Every order as CSV."""
        file = io.StringIO(newline="")
        out = CsvOut(file, list(ORDER.fields.values()), FORMS)
        self.database.read(lambda tx: exporting.export_things(tx, self.things, "order", out, lambda done: None))
        return file.getvalue()


@pytest.fixture
def files(database: Database) -> Files:
    return Files(database)


def test_a_line_without_an_id_is_a_new_thing_with_the_defaults_of_what_is_not_given(files: Files) -> None:
    assert files.take("Order number,total\nA-1,12.5\nA-2,\n") == (2, 0)
    first, second = files.orders()
    assert (first["number"], first["total"], first["paid"], first["tags"]) == ("A-1", 12.5, False, ["new"])
    assert (second["total"], second["created_date"], second["modified_date"]) == (None, NOW, NOW)
    assert is_id(first["id"])


def test_an_empty_cell_is_empty_even_where_there_is_a_default(files: Files) -> None:
    files.take("number,paid,tags\nA-1,,\n")
    assert [(one["paid"], one["tags"]) for one in files.orders()] == [(None, [])]


def test_an_export_read_into_an_empty_database_gives_the_same_things(files: Files, database: Database) -> None:
    files.take(
        f"id,created_date,modified_date,slug,number,total,paid,due,after,tags\n"
        f'{A},2020-01-01T00:00:00Z,2021-01-01T00:00:00.500Z,a-1,"A, ""1""",1e300,yes,2026-02-28T10:00:00Z,,"[""x"",""x"",""y, z""]"\n'
        f'{B},2019-01-01T00:00:00Z,,,"two\nlines",-0.1,no,,{A},\n'
    )
    assert files.problems == []
    before, text = files.orders(), files.text()
    assert [one["id"] for one in before] == [B, A], "oldest first"
    database.write_now(lambda tx: files.things.delete(tx, "order", [A, B]))
    assert files.orders() == []
    assert files.take(text) == (2, 0)
    assert files.problems == []
    assert files.orders() == before


def test_a_thing_that_is_there_is_refused_or_changed_as_asked(files: Files) -> None:
    files.take(f'id,number,total,tags\n{A},A-1,1,"[""x""]"\n')
    assert files.take(f"id,total\n{A},2\n") == (0, 0)
    assert [(one.line, one.message.split(".")[0]) for one in files.problems] == [(2, f"The Order {A} is there already")]
    files.clock.forward(1000)
    assert files.take(f"id,total\n{A},2\n{B},3\n", update=True) == (1, 1)
    assert [(one["id"], one["number"], one["total"], one["tags"], one["modified_date"]) for one in files.orders()] == [
        (A, "A-1", 2.0, ["x"], NOW + 1000),
        (B, None, 3.0, ["new"], NOW + 1000),
    ]


def test_what_is_wrong_with_a_line_is_told_with_its_number_and_stops_no_other(files: Files) -> None:
    text = (
        "number,total,due,customer\n"
        "A-1,1,,\n"
        "A-2,many,,\n"  # 3
        "A-3,1\n"  # 4
        '"A\n-4",2,,\n'  # 5 and 6
        "A-5,3,someday,\n"  # 7
        f"A-6,4,,{C}\n"  # 8
        "\n"
        "A-1,5,,\n"  # 10
        "A-7,6,,nobody\n"  # 11
        'A-8,7,,"a"b\n'  # 12
        "A-9,8,,\n"
    )
    assert files.take(text) == (3, 0)
    assert [(one.line, one.message) for one in sorted(files.problems)] == [
        (3, f"total: Could not parse this as a number. {NUMBERS}"),
        (4, "This line has 2 cells; the first line has 4."),
        (7, "due: Could not parse this as a date. Write a date as in 2016-01-13T16:45:09Z."),
        (8, f"customer: There is no user {C}."),
        (10, "Another Order already has the Order number A-1."),
        (11, "customer: Could not parse this as a user. A thing is given by its unique id."),
        (12, "This line cannot be read: ',' expected after '\"'."),
    ]
    assert [one["number"] for one in files.orders()] == ["A-1", "A\n-4", "A-9"]


def test_bytes_that_are_no_text_cost_one_line(files: Files) -> None:
    content = b"number,total\n" + b"A-1,1\nA-\xff,2\nA-\x00,3\n" + "Ø-4,4\n".encode()
    assert files.take_entries(read_csv(io.BytesIO(content), Columns(ORDER), FORMS)) == (2, 0)
    assert [one.line for one in files.problems] == [3, 4]


def test_json_lines_tell_what_is_wrong_line_by_line(files: Files) -> None:
    lines = [
        b'\xef\xbb\xbf{"number": "A-1", "total": "1.5", "tags": ["x"]}',
        b"",
        b"[1]",
        b'{"number": ',
        b'{"numbr": "A-2"}',
        b'{"Order number": "A-3", "number": "A-4"}',
        b'{"number": "A-5", "total": {}}',
        b'{"number": "A-6", "paid": null}',
        b'{"number": "\xff"}',
    ]
    content = io.BytesIO(b"\n".join(lines))
    assert files.take_entries(read_json_lines(content, Columns(ORDER), FORMS)) == (2, 0)
    assert [one.line for one in files.problems] == [3, 4, 5, 6, 7, 9]
    assert "Did you mean number?" in files.problems[2].message
    assert [(one["number"], one["total"], one["paid"]) for one in files.orders()] == [
        ("A-1", 1.5, False),
        ("A-6", None, None),
    ]


def test_references_within_a_file_are_understood_and_missing_ones_kept_if_allowed(files: Files) -> None:
    text = f"id,after\n{A},{B}\n{B},{A}\n"
    assert files.take(text) == (2, 0)
    assert files.take(f"id,after,customer\n{C},{A},{C}\n") == (0, 0)
    assert files.take(f"id,after,customer\n{C},{A},{C}\n", missing_allowed=True) == (1, 0)
    assert {one["id"]: one["customer"] for one in files.orders()}[C] == C


def test_ids_that_are_none_are_refused(files: Files) -> None:
    assert files.take("id,total\n17,1\n") == (0, 0)
    assert "is no unique id" in files.problems[0].message


def test_the_same_id_twice_in_a_file_is_one_thing(files: Files) -> None:
    assert files.take(f"id,total\n{A},1\n{A},2\n") == (1, 0)
    assert [one.line for one in files.problems] == [3]
    assert files.take(f"id,total\n{B},1\n{B},2\n", update=True) == (1, 1)


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("", "The file is empty. Its first line names the fields, such as id,name,total"),
        ("numbr,total\n", "Order has no field 'numbr'. Did you mean number?"),
        ("number,Order number\n", "Two columns hold the field number. Leave one of them out."),
        ("number;total\n", "The first line has one column, 'number;total'. Is the separator ';'?"),
    ],
)
def test_a_head_line_that_makes_no_sense_stops_the_import(files: Files, head: str, told: str) -> None:
    with pytest.raises(InvalidData) as raised:
        files.take(head and head + "A-1,1\n")
    assert raised.value.message == told


def test_a_trial_keeps_nothing_and_tells_the_same(files: Files) -> None:
    text = "number,total\nA-1,1\nA-1,2\nA-2,x\n"
    assert files.take(text, trial=True) == (1, 0)
    tried = list(files.problems)
    assert files.orders() == []
    assert files.take(text) == (1, 0)
    assert files.problems == tried


def test_emails_of_users_are_kept_in_one_form(files: Files) -> None:
    assert files.take("email\n Ada@Example.com\nada@example.COM\nada@\n", of="user") == (1, 0)
    assert [(one.line, one.message.split(".")[0]) for one in sorted(files.problems)] == [
        (3, "Another User already has the email ada@example"),
        (4, "email: This is no email address"),
    ]


def test_a_large_file_is_written_in_pieces_and_memory_holds_one_of_them(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second writer gets in between, and what is read ahead is one piece."""
    monkeypatch.setattr(file_import, "PIECE", 10)
    read = 0

    def entries() -> Any:
        nonlocal read
        for number in range(45):
            read += 1
            yield Entry(number + 2, {"number": str(number)})

    ahead: list[int] = []

    def told(tally: Tally) -> None:
        there = files.database.read(lambda tx: exporting.count_things(tx, files.things, "order"))
        assert there == tally.created, "each piece is committed before the next"
        ahead.append(read - tally.created)

    importer = Importer(files.things, ORDER, id_maker(random.Random(1)))
    import_entries(files.database, importer, entries(), files.clock, problem=files.problems.append, told=told)
    assert ahead == [0, 0, 0, 0, 0]


def test_an_export_goes_page_by_page_with_one_statement_for_each_list_field(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "PAGE", 10)
    files.take("number,tags\n" + "".join(f'{number:02},"[""t{number}""]"\n' for number in range(25)))
    assert [one["tags"] for one in files.orders()] == [[f"t{number}"] for number in range(25)]
    row = files.database.read(lambda tx: files.things.get(tx, "order", files.orders()[0]["id"]))
    assert row_of(ORDER, row)["number"] == "00"
