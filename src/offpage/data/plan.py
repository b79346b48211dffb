"""What must be done so that the database's tables hold what a schema asks for, and what of it would lose data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from offpage.data import alterations as do
from offpage.data.catalogue import Catalogue, Known, read_catalogue, type_text
from offpage.data.conversions import fill, way
from offpage.data.desired import (
    Index,
    Place,
    check_names,
    create_list_table,
    create_table,
    indexes_of,
    place_of,
)
from offpage.model.schema import DataType, Field, Held, Schema
from offpage.sql.layout import aside_name, table_name
from offpage.store.fields import KnownField, keep_fields
from offpage.store.tx import Tx

Do = Callable[[Tx], None]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, in words and as a function."""

    words: str
    do: Do


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a field cannot become what the schema says, and what the database has for it."""

    type_id: str
    field_id: str
    sentence: str
    held: Held


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done, in order.

    `losses`: sentences about values that the app would no longer have (they are put aside, not dropped).
    `obstacles`: sentences about what the data does not allow at all.
    """

    steps: tuple[Step, ...]
    losses: tuple[str, ...] = ()
    obstacles: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    """The same, each with the field that it is about."""
    moves: bool = False
    """Whether the place of a field that there is changes: statements made for the former tables do not fit then."""


def plan(tx: Tx, schema: Schema) -> Plan:
    """Compare the schema with the database. Changes nothing. Raises AppError where two fields need one name."""
    check_names(schema)
    planner = _Planner(tx, schema, read_catalogue(tx))
    for of in schema.types.values():
        planner.type(of)
    planner.unused()
    planner.indexes()
    return planner.result()


class _Planner:
    """Goes through the schema, and keeps `catalogue` as it will be after the steps so far."""

    def __init__(self, tx: Tx, schema: Schema, catalogue: Catalogue) -> None:
        self._tx = tx
        self._schema = schema
        self._catalogue = catalogue
        self._before = {name: frozenset(columns) for name, columns in catalogue.tables.items()}
        self._moved_fields: set[tuple[str, str]] = set()
        self._tables: list[Step] = []
        self._fields: list[Step] = []
        self._late: list[Step] = []
        self._losses: list[str] = []
        self._obstacles: list[str] = []
        self._refusals: list[Refusal] = []

    def result(self) -> Plan:
        """The plan found so far."""
        return Plan(
            (*self._tables, *self._fields, *self._late),
            tuple(self._losses),
            tuple(self._obstacles),
            tuple(self._refusals),
            moves=bool(self._moved_fields),
        )

    def type(self, of: DataType) -> None:
        """Plan one type's table and fields."""
        name = table_name(of.id)
        made: set[str] = set()
        if name not in self._catalogue.tables:
            scalars = [field for field in of.fields.values() if not field.type.is_list]
            made = {field.id for field in scalars}
            self._catalogue.tables[name] = {
                column for field in scalars for column in place_of(of.id, field.id, field.type).names
            }
            kept = [_known(of, field) for field in scalars]
            actions = [do.statement(create_table(of, self._tx.dialect)), _keeping(*kept)]
            self._tables.append(Step(f"{of.label}: create its table.", do.all_of(actions)))
        for field in of.fields.values():
            if field.id not in made:
                self._field(of, field)

    def unused(self) -> None:
        """Note the fields and types that the app no longer has."""
        gone: dict[str, list[KnownField]] = {}
        for (type_id, field_id), known in self._catalogue.fields.items():
            if not known.dropped and self._schema.field(type_id, field_id) is None:
                gone.setdefault(type_id, []).append(KnownField(type_id, field_id, type_text(known.type), True))
        for type_id, fields in gone.items():
            of = self._schema.types.get(type_id)
            what = (
                f"{of.label}: no longer uses {', '.join(one.field_id for one in fields)}"
                if of
                else f"No type {type_id} any more"
            )
            self._late.append(Step(f"{what}. The values are kept until they are purged.", _keeping(*fields)))

    def indexes(self) -> None:
        """Plan the indexes that are missing or in excess."""
        there = self._catalogue.indexes
        kept = self._kept_indexes()
        dialect = self._tx.dialect
        every = [(of, one) for of in self._schema.types.values() for one in indexes_of(of)]
        wanted = {one.name: (of, one) for of, one in every if one.is_needed(dialect)}
        for name in sorted(there.keys() - wanted.keys()):
            if name[:2] in do.OUR_INDEXES and name not in kept:
                self._late.append(Step(f"Drop the index {name}.", do.drop_index(name)))
        fresh: dict[str, list[Do]] = {}
        for name, (of, one) in wanted.items():
            if one.table not in self._before:
                fresh.setdefault(of.label, []).append(do.statement(one.create(dialect)))
            elif name not in there:
                self._index(of, one)
        for label, actions in fresh.items():
            self._late.append(Step(f"{label}: make the indexes of its new tables.", do.all_of(actions)))

    def _kept_indexes(self) -> set[str]:
        """Indexes of fields that the app does not have now, or that have a mistake: they stay, and hold, until the field
        is read again. A slip of the pen must not let two things have the same value.
        """
        return {
            name
            for type_id, field_id in self._catalogue.fields
            if self._schema.field(type_id, field_id) is None or self._schema.is_doubtful(type_id, field_id)
            for name in do.indexes_of_field(type_id, field_id)
        }

    def _index(self, of: DataType, index: Index) -> None:
        words = f"{of.label}: index {', '.join(index.columns)}{' (unique)' if index.unique else ' (descending)' if index.descending else ''}."
        field = of.fields[index.columns[0]] if index.unique else None
        if field is None:
            self._late.append(Step(words, do.statement(index.create(self._tx.dialect))))
            return
        was_there = set(index.columns) <= self._before.get(index.table, frozenset())
        if was_there and (of.id, field.id) not in self._moved_fields:
            for sentence in do.repeated(self._tx, of, field):
                self._obstacles.append(sentence)
                self._refusals.append(Refusal(of.id, field.id, sentence, Held(field.type, unique=False)))
        self._late.append(Step(words, do.make_unique(of, field, index)))

    def _field(self, of: DataType, field: Field) -> None:
        known = self._catalogue.fields.get((of.id, field.id))
        if known is None or not self._there(place_of(of.id, field.id, known.type)):
            self._add(of, field)
        elif known.type != field.type:
            self._retype(of, field, known)
        elif known.dropped:
            self._bring_back(of, field)

    def _add(self, of: DataType, field: Field) -> None:
        actions = [*self._room(of, field), *self._new(of, field)]
        self._fields.append(Step(f"{of.label}: add the field {field.id} ({field.type}).", do.all_of(actions)))

    def _bring_back(self, of: DataType, field: Field) -> None:
        actions = [do.without_dangling(of.id, field), _keeping(_known(of, field))]
        self._late.append(Step(f"{of.label}: use the field {field.id} ({field.type}) again.", do.all_of(actions)))

    def _retype(self, of: DataType, field: Field, known: Known) -> None:
        old = place_of(of.id, field.id, known.type)
        how = way(known.type, field.type)
        words = f"{of.label}: the field {field.id} becomes {field.type} (it was {known.type})."
        actions = self._without_indexes(of.id, field.id)
        if how == "as it is":
            actions.append(_keeping(_known(of, field)))
            self._fields.append(Step(words, do.all_of(actions)))
        else:
            filled = do.filled(self._tx, old)
            if filled and how is None and not known.dropped:
                sentence = (
                    f"{of.label}: the field {field.id} would change from {known.type} to {field.type}, and its values "
                    "cannot be read as that. They would be put aside, and the field would be empty."
                )
                self._losses.append(sentence)
                self._refusals.append(Refusal(of.id, field.id, sentence, Held(known.type)))
            actions += self._moved(of, field, known, filled=filled)
            self._fields.append(Step(words, do.all_of(actions)))
        if known.dropped:
            self._late.append(Step(f"{of.label}: check the field {field.id}.", do.without_dangling(of.id, field)))

    def _moved(self, of: DataType, field: Field, known: Known, *, filled: bool) -> list[Do]:
        """Put the old place aside (drop it if nothing is in it), make the new one, and carry over what can be."""
        old, new = place_of(of.id, field.id, known.type), place_of(of.id, field.id, field.type)
        self._moved_fields.add((of.id, field.id))
        if not filled:
            return [self._dropped(old), *self._room(of, field), *self._new(of, field)]
        aside, put_aside = self._aside(old)
        actions = [put_aside, *self._room(of, field), *self._new(of, field)]
        if way(known.type, field.type) is not None:
            actions.append(lambda tx: fill(tx, known.type, field.type, aside, new))
        return actions

    def _new(self, of: DataType, field: Field) -> list[Do]:
        """Make the place of a field and note it."""
        place = place_of(of.id, field.id, field.type)
        if place.is_list:
            self._catalogue.tables[place.table] = set(place.names)
            return [do.statement(create_list_table(place, self._tx.dialect)), _keeping(_known(of, field))]
        self._catalogue.tables[place.table].update(place.names)
        return [*do.add_columns(self._tx.dialect, place), _keeping(_known(of, field))]

    def _there(self, place: Place) -> bool:
        return set(place.names) <= self._catalogue.tables.get(place.table, set())

    def _room(self, of: DataType, field: Field) -> list[Do]:
        """Put aside what stands, unaccounted for, where the place of a field is to be made."""
        place = place_of(of.id, field.id, field.type)
        if not place.is_list:
            stray = tuple(one for one in place.columns if one[0] in self._catalogue.tables[place.table])
            place = Place(place.table, stray, is_list=False)
        elif place.table not in self._catalogue.tables:
            return []
        return [*self._without_indexes(of.id, field.id), self._aside(place)[1]] if place.columns else []

    def _aside(self, place: Place) -> tuple[Place, Do]:
        """Another name for a place that is given up, and the renaming."""
        tables = self._catalogue.tables
        if place.is_list:
            new = _free(place.table, set(tables))
            tables[new] = tables.pop(place.table)
            return Place(new, place.columns, is_list=True), do.rename_table(place.table, new)
        columns = tables[place.table]
        renamed = []
        for name, storage in place.columns:
            columns.discard(name)
            renamed.append((_free(name, columns), storage))
            columns.add(renamed[-1][0])
        aside = Place(place.table, tuple(renamed), is_list=False)
        return aside, do.rename_columns(place.table, dict(zip(place.names, aside.names, strict=True)))

    def _dropped(self, place: Place) -> Do:
        if place.is_list:
            del self._catalogue.tables[place.table]
            return do.drop_table(place.table)
        self._catalogue.tables[place.table].difference_update(place.names)
        return do.drop_columns(place.table, place.names)

    def _without_indexes(self, type_id: str, field_id: str) -> list[Do]:
        """Drop a field's indexes: what takes its place gets new ones."""
        names = do.indexes_of_field(type_id, field_id)
        return [do.drop_index(name) for name in names if self._catalogue.indexes.pop(name, None)]


def _free(name: str, taken: set[str]) -> str:
    number = 1
    while aside_name(name, number) in taken:
        number += 1
    return aside_name(name, number)


def _known(of: DataType, field: Field) -> KnownField:
    return KnownField(of.id, field.id, type_text(field.type), dropped=False)


def _keeping(*fields: KnownField) -> Do:
    return lambda tx: keep_fields(tx, fields)
