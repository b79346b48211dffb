"""The schema that a folder resolves to."""

import pytest

from offpage.kernel.issues import Issues
from offpage.model.data_type import parse_type, resolve_schema
from offpage.model.known import known_from
from offpage.model.node import Mark
from offpage.model.reader import read_files
from offpage.model.report import Report
from offpage.model.schema import Schema
from offpage.model.type_text import read_type
from offpage.values.types import Type
from tests.unit.model.shop import FILES, with_file


def schema_of(files: dict[str, str]) -> Schema:
    """The schema of a folder, right or wrong."""
    return resolve_schema(read_files(files)[0])[0]


def test_a_type_has_its_built_in_fields_first_and_then_its_own() -> None:
    order = schema_of(dict(FILES)).types["order"]
    assert list(order.fields)[:6] == ["id", "created_date", "modified_date", "created_by", "slug", "number"]
    assert (order.label, order.api) == ("Order", True)


def test_fields_have_the_types_that_their_texts_name() -> None:
    fields = schema_of(dict(FILES)).types["order"].fields
    own = {name: str(one.type) for name, one in fields.items() if not one.builtin}
    assert own == {
        "number": "text",
        "customer": "user",
        "status": "status",
        "total": "number",
        "paid": "yes_no",
        "paid_at": "date",
        "items": "list of item",
        "colors": "list of text",
    }
    assert fields["customer"].type == Type("thing", "user")
    assert fields["status"].type == Type("option", "status")


def test_references_are_indexed_and_other_fields_when_they_say_so() -> None:
    types = schema_of(dict(FILES)).types
    assert [name for name, one in types["order"].fields.items() if one.index] == ["customer"]
    assert [name for name, one in types["item"].fields.items() if one.index] == ["name"]
    off = schema_of(with_file("types/item.yaml", "fields: {owner: {type: user, index: no}}"))
    assert not off.types["item"].fields["owner"].index


def test_a_label_is_the_id_when_there_is_none() -> None:
    fields = schema_of(dict(FILES)).types["item"].fields
    assert (fields["price"].label, fields["name"].label) == ("price", "Name")


@pytest.mark.parametrize(
    ("of", "written", "value"),
    [
        ("text", "12", "12"),
        ("text", "yes", "yes"),
        ("text", '" x "', " x "),
        ("number", "1.50", 1.5),
        ("number", '"7"', 7.0),
        ("yes_no", "yes", True),
        ("yes_no", "false", False),
        ("date", "2026-01-31", 1_769_817_600_000),
        ("status", "paid", "paid"),
        ("status", "Lost in the post", "lost"),
        ("list of text", "[a, 12]", ["a", "12"]),
        ("list of number", "3", [3.0]),
        ("list of status", "[open, Paid]", ["open", "paid"]),
        ("json", "{a: [1, yes, x]}", {"a": [1, True, "x"]}),
        ("text", "", None),
        ("number", "null", None),
    ],
)
def test_a_default_is_kept_in_the_form_of_its_type(of: str, written: str, value: object) -> None:
    files = with_file("types/item.yaml", f"fields: {{a: {{type: {of}, default: {written}}}}}")
    app, _ = read_files(files)
    schema, issues = resolve_schema(app)
    assert not list(issues)
    default = schema.types["item"].fields["a"].default
    assert default == value
    assert type(default) is type(value)


def test_the_type_user_is_always_there_and_its_file_extends_it() -> None:
    assert list(schema_of({}).types) == ["user"]
    user = schema_of({"types/user.yaml": "label: Person\nfields: {name: text}"}).types["user"]
    assert user.label == "Person"
    assert list(user.fields)[-4:] == ["email", "email_confirmed", "logged_in", "name"]


def test_option_sets_have_their_options_in_order_with_all_attributes() -> None:
    status = schema_of(dict(FILES)).option_sets["status"]
    assert {name: str(of) for name, of in status.attributes.items()} == {"color": "text", "weight": "number"}
    assert [(one.id, one.label, one.attributes) for one in status.options.values()] == [
        ("open", "Open", {"color": "#2a6", "weight": 2.0}),
        ("paid", "Paid", {"color": None, "weight": None}),
        ("lost", "Lost in the post", {"color": None, "weight": None}),
    ]


def test_an_attribute_may_be_an_option_of_another_set() -> None:
    files = with_file("options/phase.yaml", "attributes: {status: status}\noptions: {one: {status: Paid}}")
    assert schema_of(files).option_sets["phase"].options["one"].attributes == {"status": "paid"}


def test_a_wrong_field_is_left_out_and_the_others_stay() -> None:
    fields = (
        schema_of(with_file("types/item.yaml", "fields: {a: txt, b: number, c: {type: text, default: {x: 1}}}"))
        .types["item"]
        .fields
    )
    assert [name for name, one in fields.items() if not one.builtin] == ["b", "c"]
    assert fields["c"].default is None


def test_a_type_whose_file_cannot_be_read_is_missing_and_so_are_references_to_it() -> None:
    schema = schema_of(with_file("types/item.yaml", "fields: ["))
    assert set(schema.types) == {"order", "user"}
    assert schema.field("order", "items") is None
    assert schema.field("order", "total") is not None


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("text", Type("text")),
        ("  list   of  order ", Type("thing", "order", is_list=True)),
        ("order", Type("thing", "order")),
        ("status", Type("option", "status")),
        ("list of status", Type("option", "status", is_list=True)),
        ("list of", None),
        ("list", None),
        ("list of list of text", None),
        ("thing", None),
        ("Order", None),
        ("", None),
    ],
)
def test_a_type_is_read_from_its_text(text: str, of: Type | None) -> None:
    assert parse_type(text, {"order"}, {"status"}) == of
    issues = Issues()
    known = known_from(schema_of(dict(FILES)), Report(issues))
    assert read_type(text, known, "workflows/x/parameters/a", Mark("workflows/x.yaml", 3, 4)) == of
    assert len(issues) == (of is None)


def test_a_type_with_more_columns_than_a_table_has_is_an_issue_and_the_rest_of_it_works() -> None:
    lines = "".join(f"  f{at}: address\n" for at in range(600))
    app, _ = read_files(with_file("types/big.yaml", f"fields:\n{lines}"))
    schema, issues = resolve_schema(app)
    assert [(one.address, "1,500 are the limit" in one.message) for one in issues] == [("types/big/fields/f498", True)]
    assert len(schema.types["big"].fields) == 5 + 498
