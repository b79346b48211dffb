"""What every workflow takes and gives, read before any step: steps refer to workflows that stand in later files."""

from __future__ import annotations

from collections.abc import Mapping

from offpage.actions.kinds import Taken, WorkflowRef
from offpage.model.data_type import parse_type
from offpage.model.documents import App, ParameterDoc, WorkflowDoc
from offpage.model.schema import Schema
from offpage.values.types import UNKNOWN


def signatures(app: App, schema: Schema) -> Mapping[str, WorkflowRef]:
    """Every workflow by its name, broken ones too. A type that there is not has its issue where it stands."""
    return {doc.id: _signature(doc, schema) for doc in app.workflows.values()}


def _signature(doc: WorkflowDoc, schema: Schema) -> WorkflowRef:
    return WorkflowRef(
        doc.id,
        doc.trigger,
        tuple(_taken(one, schema) for one in doc.parameters),
        tuple(_taken(one, schema) for one in doc.returns),
        doc.type,
        doc.disabled,
    )


def _taken(one: ParameterDoc, schema: Schema) -> Taken:
    of = parse_type(one.type, schema.types, schema.option_sets)
    return Taken(one.name, of or UNKNOWN, one.optional)
