"""Statements over many ids."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from offpage.data.statements import Sized, chunks, padded, rendered, typed_hole, without_repeats
from offpage.sql.fragment import sql
from offpage.sql.postgres import POSTGRES
from offpage.sql.sqlite import SQLITE


@given(st.lists(st.integers()), st.integers(1, 7))
def test_chunks_are_the_whole_in_order(many: list[int], size: int) -> None:
    pieces = list(chunks(many, size))
    assert [one for piece in pieces for one in piece] == many
    assert all(1 <= len(piece) <= size for piece in pieces)


@given(st.lists(st.integers(), min_size=1, max_size=70))
def test_padding_repeats_the_last_up_to_a_power_of_two(many: list[int]) -> None:
    more = padded(many)
    assert len(more) in (1, 2, 4, 8, 16, 32, 64, 128)
    assert len(more) < 2 * len(many)
    assert list(more[: len(many)]) == many
    assert set(more) == set(many)


def test_repeats_and_empties_are_left_out() -> None:
    assert without_repeats(["b", "a", None, "b"]) == ["b", "a"]


def test_a_statement_is_rendered_once_per_size() -> None:
    statement = Sized(SQLITE, lambda ids: sql("DELETE FROM t WHERE id IN ({})", ids))
    assert statement.text(2) == "DELETE FROM t WHERE id IN (?, ?)"
    assert statement.text(2) is statement.text(2)


def test_a_typed_placeholder_names_no_collation() -> None:
    assert rendered(POSTGRES, typed_hole(POSTGRES, "text")) == "CAST(%s AS TEXT)"
    assert rendered(SQLITE, typed_hole(SQLITE, "number")) == "CAST(? AS REAL)"
