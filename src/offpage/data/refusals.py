"""What the database refused, in the maker's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from offpage.data.tables import ThingTable
from offpage.kernel.errors import NotUnique, StepError
from offpage.model.schema import Field
from offpage.sql.layout import unique_index_name
from offpage.store.failures import Duplicate, OutOfRange, TooLong
from offpage.values.codec import Forms, to_text

LONGEST_SHOWN: Final = 80
"""Most characters of a value that a sentence shows."""


REFUSED: Final = (Duplicate, OutOfRange, TooLong)
"""What the database may refuse because of a maker's values."""


def refusal(
    refused: Duplicate | OutOfRange | TooLong,
    table: ThingTable,
    given: Mapping[str, Any],
    increased: Sequence[Field] = (),
) -> StepError:
    """Say what was refused. `given`: the values that were written, by field id; `increased`: fields added to."""
    match refused:
        case Duplicate():
            return not_unique(refused, table, given)
        case OutOfRange() if increased:
            return too_large(table, increased[0])
        case OutOfRange():
            return StepError(f"A number for this {table.type.label} is larger than the database can hold.")
        case TooLong():
            return StepError(
                f"A text for this {table.type.label} is too long for a field that is unique or has an index. "
                "PostgreSQL takes about 2,600 bytes there."
            )


def not_unique(refused: Duplicate, table: ThingTable, given: Mapping[str, Any]) -> NotUnique:
    """Say which field would hold a value twice. `given` holds the values that were written, by field id."""
    field = _field(refused, table)
    label = table.type.label
    if field is None:
        return NotUnique(f"Another {label} already has this value.")
    value = given.get(field.id)
    details = {"type": table.type.id, "field": field.id}
    if value is None:
        return NotUnique(f"Another {label} already has this {field.label}.", **details)
    return NotUnique(f"Another {label} already has the {field.label} {shown(field, value)}.", **details)


def too_large(table: ThingTable, field: Field) -> StepError:
    """A number grew beyond what a number can hold."""
    return StepError(
        f"The {field.label} of this {table.type.label} would become too large for a number. "
        "Increase it by less, or set it to a smaller number first."
    )


def shown(field: Field, value: Any) -> str:
    """A value as a sentence shows it."""
    text = to_text(field.type, value, Forms())
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"


def _field(refused: Duplicate, table: ThingTable) -> Field | None:
    for field in table.fields:
        if refused.index and refused.index == unique_index_name(table.type.id, field.id):
            return field
    # A primary key, or a database that names the columns.
    named = (table.field_of_column(name) for name in refused.columns)
    return next((field for field in named if field is not None), None)
