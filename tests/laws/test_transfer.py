"""Laws of files: a thing that is written to a file and read again is the same thing."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offpage.data.transfer.columns import Columns
from offpage.data.transfer.csv_form import SEPARATORS, CsvOut, read_csv
from offpage.data.transfer.json_form import JsonOut, read_json_lines
from offpage.kernel.errors import InvalidData
from offpage.model.schema import DataType, Field
from offpage.values.types import SCALARS, Type
from tests.laws.test_values import FORMS, VALUES
from tests.schemas import data_type, thing_id

KINDS: dict[str, Type] = {kind: Type(kind) for kind in SCALARS} | {
    "thing": Type("thing", "order"),
    "option": Type("option", "status"),
}
ORDER: DataType = data_type(
    "order", **KINDS, **{f"{name}s": of.listed for name, of in KINDS.items()}, **{"class": Field("class", Type("text"), "Übung, \"A\"")}
)  # fmt: skip
FIELDS = list(ORDER.fields.values())
BUILT_IN = {"id": thing_id(1), "created_date": 1_700_000_000_000, "modified_date": 1_700_000_000_001}


def things() -> st.SearchStrategy[dict[str, Any]]:
    made: dict[str, st.SearchStrategy[Any]] = {"class": st.none() | VALUES["text"]}
    for name in KINDS:
        made[name] = st.none() | VALUES[name]
        made[f"{name}s"] = st.lists(VALUES[name], max_size=3)
    return st.fixed_dictionaries(made).map(lambda one: one | BUILT_IN)


def in_csv(one: dict[str, Any]) -> dict[str, Any]:
    """The thing as CSV can hold it: no text and an empty text are one, so are no list and an empty list."""
    bare = {field.id for field in FIELDS if field.type.is_list or field.type.kind == "text"}
    return {name: None if name in bare and not value else value for name, value in in_json(one).items()}


def in_json(one: dict[str, Any]) -> dict[str, Any]:
    return {field.id: one.get(field.id) for field in FIELDS}


@pytest.mark.parametrize("separator", SEPARATORS)
@given(st.lists(things(), max_size=3))
def test_what_is_written_as_csv_is_read_again(separator: str, written: list[dict[str, Any]]) -> None:
    file = io.StringIO(newline="")
    out = CsvOut(file, FIELDS, FORMS, separator)
    for one in written:
        out.write(one)
    entries = list(read_csv(io.BytesIO(file.getvalue().encode()), Columns(ORDER), FORMS, separator))
    assert [entry.problem for entry in entries] == [""] * len(written)
    assert [entry.values for entry in entries] == [in_csv(one) for one in written]


@given(things(), st.sampled_from(["=1+1", "+47", "-x", "@a", "\t=1", "plain", "'", ""]))
def test_no_text_for_a_spreadsheet_is_a_formula_and_else_it_says_the_same(one: dict[str, Any], text: str) -> None:
    def cells(*, for_spreadsheets: bool) -> list[str]:
        file = io.StringIO(newline="")
        CsvOut(file, FIELDS, FORMS, for_spreadsheets=for_spreadsheets).write({**one, "text": text})
        return list(csv.reader(io.StringIO(file.getvalue(), newline="")))[1]

    exact, safe = cells(for_spreadsheets=False), cells(for_spreadsheets=True)
    for field, was, now in zip(FIELDS, exact, safe, strict=True):
        may_begin_so = field.type.kind in ("number", "date", "yes_no")
        assert may_begin_so or not now.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
        assert now in (was, f"'{was}")
    assert exact[FIELDS.index(ORDER.fields["text"])] == text


@given(st.lists(things(), max_size=3))
def test_what_is_written_as_json_lines_is_read_again(written: list[dict[str, Any]]) -> None:
    file = io.StringIO(newline="")
    out = JsonOut(file, FIELDS, FORMS)
    for one in written:
        out.write(one)
    entries = list(read_json_lines(io.BytesIO(file.getvalue().encode()), Columns(ORDER), FORMS))
    assert [entry.problem for entry in entries] == [""] * len(written)
    assert [entry.values for entry in entries] == [in_json(one) for one in written]
    assert [entry.line for entry in entries] == list(range(1, len(written) + 1))


@given(st.binary(max_size=300), st.booleans())
def test_no_bytes_at_all_break_the_reading(content: bytes, with_head: bool) -> None:
    """Each line gives a thing or a sentence."""
    head = b"text,number,dates\n" if with_head else b""
    for entry in read_json_lines(io.BytesIO(content), Columns(ORDER), FORMS):
        assert entry.problem or entry.values == {} or set(entry.values) <= set(ORDER.fields)
    if with_head:
        for entry in read_csv(io.BytesIO(head + content), Columns(ORDER), FORMS):
            assert entry.problem or set(entry.values) == {"text", "number", "dates"}


@pytest.mark.parametrize("head", [b"\xff\xfet\x00e\x00x\x00t\x00\r\x00\n\x00", "text,größe\n".encode("latin-1")])
def test_a_head_line_that_is_no_utf_8_is_refused_with_what_to_do(head: bytes) -> None:
    with pytest.raises(InvalidData, match=r"first line is not UTF-8 text\. Save the file with that encoding"):
        list(read_csv(io.BytesIO(head + b"a,1\n"), Columns(ORDER), FORMS))
