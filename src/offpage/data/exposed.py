"""The data types that the Data API offers, ready to be asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from offpage.data.field_names import FieldNames
from offpage.data.frozen import Watched
from offpage.data.guarded_page import Hidden
from offpage.data.guarded_row import GuardedRows
from offpage.data.listing import Listing, lists_of
from offpage.data.onlooker import Onlooker
from offpage.data.privacy import Privacy
from offpage.data.references import RowsOf
from offpage.data.things import Things
from offpage.data.wire import Wire
from offpage.data.wire_names import exposed_types, find_type
from offpage.data.writing import NOBODY_WATCHES, Told, Writing, missing_thing
from offpage.kernel.errors import NotFound
from offpage.model.schema import DataType, Schema
from offpage.sql.dialect import Dialect
from offpage.store.tx import Tx
from offpage.values.codec import Forms

NO_TYPE: Final = (
    "The types that there are stand in /api/1.1/meta; a type is on the Data API with `api: yes` in its file."
)

Make = Callable[[DataType], "ExposedType"]


class ExposedType:
    """One data type: the names of its fields, its JSON form, its searches and its writes."""

    def __init__(
        self,
        of: DataType,
        things: Things,
        privacy: Privacy,
        rows_of: RowsOf,
        forms: Forms,
        dialect: Dialect,
        keys: str,
        hidden: Hidden,
        told: Told,
        watched: Watched,
    ) -> None:
        self.type = of
        self.names = FieldNames(of, keys)
        self.wire = Wire(of, self.names, forms)
        self.listing = Listing(of, things.schema, things, privacy, self.wire, dialect, hidden)
        self.writing = Writing(of, things, privacy, rows_of, told, watched)
        self._things = things
        self._guarded = privacy.of(of.id)
        self._rows = rows_of(of.id)

    def one(self, tx: Tx, onlooker: Onlooker, thing_id: str) -> dict[str, Any]:
        """One thing as somebody sees it; only `_id` where nothing may be seen. Raises MissingThing."""
        of = self.type
        seen = self._rows.read(tx, onlooker, thing_id)
        if seen is None:
            raise missing_thing(of, thing_id)
        shown = None if seen.marks is None else self._guarded.shown(seen.marks)
        return self.wire.thing(seen.row, shown, lists_of(tx, self._things, of, [thing_id], [shown]))


class Exposed:
    """The exposed types by the names that addresses have for them."""

    def __init__(
        self,
        schema: Schema,
        things: Things,
        privacy: Privacy,
        forms: Forms,
        dialect: Dialect,
        *,
        keys: str = "id",
        hidden: Hidden = "no_match",
        told: Told = lambda tx, changed: None,
        watched: Watched = NOBODY_WATCHES,
    ) -> None:
        self.types: Sequence[DataType] = exposed_types(schema, data_api=True)
        self._rows: dict[str, GuardedRows] = {}
        self._make: Make = lambda of: ExposedType(
            of, things, privacy, self.rows_of, forms, dialect, keys, hidden, told, watched
        )
        self._make_rows: RowsOf = lambda type_id: GuardedRows(privacy.of(type_id), things, dialect)
        self._ready: dict[str, ExposedType] = {}
        self._found: dict[str, ExposedType] = {}

    def rows_of(self, type_id: str) -> GuardedRows:
        """The things of any data type with what their rules say of them."""
        found = self._rows.get(type_id)
        if found is None:
            found = self._rows[type_id] = self._make_rows(type_id)
        return found

    def type(self, name: str) -> ExposedType:
        """The type that an address names. Raises NotFound, for a type that is not on the Data API too."""
        found = self._found.get(name)
        if found is not None:
            return found
        of = find_type(list(self.types), name)
        if of is None:
            raise NotFound(f"Type not found {name[:100]}", reason=NO_TYPE)
        ready = self.any(of)
        if len(self._found) < 1000:
            self._found[name] = ready
        return ready

    def any(self, of: DataType) -> ExposedType:
        """A data type, whether it is on the Data API or not: for who administers the app."""
        ready = self._ready.get(of.id)
        if ready is None:
            ready = self._ready[of.id] = self._make(of)
        return ready
