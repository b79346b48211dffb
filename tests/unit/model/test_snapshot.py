"""Snapshots: one hash for all ways to write the same app."""

import pytest

from offpage.kernel.errors import AppError
from offpage.model.reader import read_files
from offpage.model.snapshot import freeze, thaw
from tests.unit.model.shop import FILES, with_file


def hash_of(files: dict[str, str]) -> str:
    """The hash of a folder."""
    return freeze(read_files(files)[0]).hash


def test_a_snapshot_gives_back_the_app() -> None:
    app = read_files(FILES)[0]
    snapshot = freeze(app)
    assert thaw(snapshot.content) == app
    assert freeze(thaw(snapshot.content)) == snapshot


def test_the_hash_is_64_digits_and_its_beginning_is_for_people() -> None:
    snapshot = freeze(read_files(FILES)[0])
    assert len(snapshot.hash) == 64
    assert int(snapshot.hash, 16) > 0
    assert snapshot.hash.startswith(snapshot.short)
    assert len(snapshot.short) == 12


def test_comments_blank_lines_quotes_and_layout_do_not_count() -> None:
    same = "# what is for sale\n\nfields:\n    price:   'number'   # in euro\n    name:\n        type: text\n        label: \"Name\"\n        index: yes\n"
    assert hash_of(with_file("types/item.yaml", same)) == hash_of(dict(FILES))


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("types/item.yaml", "price: number", "price: text"),
        ("types/item.yaml", "label: Name", "label: 12"),
        ("types/order.yaml", "default: [12, red]", "default: [012, red]"),
        ("types/order.yaml", "view: all", "view: [status]"),
        ("app.yaml", "Europe/Oslo", "UTC"),
        ("options/status.yaml", "  lost: Lost in the post\n", ""),
        ("workflows/orders/paid.yaml", "=amount > 0", "=amount > 1"),
        ("connectors/stripe.yaml", "POST", "GET"),
    ],
)
def test_every_change_of_meaning_changes_the_hash(file: str, old: str, new: str) -> None:
    assert old in FILES[file]
    assert hash_of(with_file(file, FILES[file].replace(old, new))) != hash_of(dict(FILES))


def test_the_order_of_keys_counts() -> None:
    one, other = (
        with_file("types/item.yaml", text) for text in ("fields: {a: text, b: text}", "fields: {b: text, a: text}")
    )
    assert hash_of(one) != hash_of(other)


def test_moving_a_workflow_to_another_folder_changes_the_hash() -> None:
    moved = dict(FILES)
    moved["workflows/paid.yaml"] = moved.pop("workflows/orders/paid.yaml")
    assert hash_of(moved) != hash_of(dict(FILES))


def test_the_hash_does_not_depend_on_the_order_of_files() -> None:
    assert hash_of(dict(reversed(list(FILES.items())))) == hash_of(dict(FILES))


@pytest.mark.parametrize("content", [b"", b"x", freeze(read_files({})[0]).content[:-4]])
def test_a_damaged_snapshot_is_an_error_for_people(content: bytes) -> None:
    with pytest.raises(AppError, match="damaged"):
        thaw(content)
