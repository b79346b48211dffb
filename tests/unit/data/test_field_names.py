"""By which names a caller may mean a field."""

from __future__ import annotations

import pytest

from offpage.data.field_names import FieldNames
from offpage.model.schema import Field
from offpage.values.types import NUMBER, TEXT, option, thing
from tests.schemas import data_type

UNIT = data_type(
    "unit",
    unit_name=Field("unit_name", TEXT, "Unit name"),
    rent=NUMBER,
    tags=TEXT.listed,
    status=option("status"),
    neighbours=thing("unit").listed,
)


@pytest.mark.parametrize(
    ("name", "field_id"),
    [
        ("unit_name", "unit_name"),
        ("Unit name", "unit_name"),
        ("unitname", "unit_name"),
        ("UNIT NAME", "unit_name"),
        ("unit_name_text", "unit_name"),
        ("rent_number", "rent"),
        ("tags_list_text", "tags"),
        ("status_option_status", "status"),
        ("neighbours_list_custom_unit", "neighbours"),
        ("_id", "id"),
        ("id", "id"),
        ("Created Date", "created_date"),
        ("createddate", "created_date"),
        ("Created By", "created_by"),
    ],
)
@pytest.mark.parametrize("keys", ["id", "label"])
def test_a_question_may_use_any_name_of_a_field(name: str, field_id: str, keys: str) -> None:
    found = FieldNames(UNIT, keys).asked(name)
    assert found is not None
    assert found.id == field_id


@pytest.mark.parametrize("name", ["", "nothing", "unit", "text"])
def test_a_name_of_no_field_means_none(name: str) -> None:
    assert FieldNames(UNIT, "id").asked(name) is None


def test_what_is_written_must_have_the_style_of_the_app() -> None:
    by_id, by_label = FieldNames(UNIT, "id"), FieldNames(UNIT, "label")
    for name in ("unit_name", "unit_name_text"):
        assert by_id.written(name) is not None
        assert by_label.written(name) is None
    assert by_id.written("Unit name") is None
    assert by_label.written("Unit name") is not None


@pytest.mark.parametrize("name", ["_id", "id", "Created Date", "Modified Date", "Created By", "created_by_user"])
def test_built_in_fields_are_not_written(name: str) -> None:
    assert FieldNames(UNIT, "id").written(name) is None


def test_of_two_fields_with_one_name_the_first_counts() -> None:
    of = data_type("a", one=Field("one", TEXT, "Same"), two=Field("two", TEXT, "Same"), same=NUMBER)
    names = FieldNames(of, "id")
    found = {name: names.asked(name) for name in ("same", "Same", "SAME", "two")}
    assert {name: field and field.id for name, field in found.items()} == {
        "same": "same", "Same": "one", "SAME": "same", "two": "two",
    }  # fmt: skip


def test_bubbles_path_to_a_users_email_is_understood() -> None:
    found = FieldNames(data_type("user"), "id").asked("authentication.email.email")
    assert found is not None
    assert found.id == "email"
