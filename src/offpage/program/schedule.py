"""When a recurring workflow starts, as written → a plan that can be asked."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from zoneinfo import ZoneInfo

from offpage.kernel.address import join
from offpage.kernel.errors import InvalidData
from offpage.model.documents import WorkflowDoc
from offpage.model.node import Mark, Scalar
from offpage.program.program import Plan
from offpage.program.reading import Reader
from offpage.values.codec import literal
from offpage.values.recurrence import is_cron, read_every
from offpage.values.types import DATE

EXAMPLES = "`cron: '0 9 * * 1-5'` (at nine from Monday to Friday) or `every: 1 day`"


def read_plan(reader: Reader, doc: WorkflowDoc, zone: str) -> Plan | None:
    """The plan of a recurring workflow, or None after saying what is wrong; `zone` is the app's."""
    written = doc.schedule
    before = len(reader.issues.errors)
    if doc.type:
        _check_type(reader, doc)
    elif bool(written.cron) == bool(written.every):
        what = "either `cron` or `every`, not both" if written.cron else f"when it starts: {EXAMPLES}"
        hint = "" if written.cron else ", or a `type` if the action set_recurring is to arm it for things of it"
        reader.wrong(join(doc.address, "trigger"), _mark(doc, "trigger"), f"Say {what}{hint}.")
    if written.cron and not is_cron(written.cron):
        message = f"`{written.cron}` is no cron expression of five fields, or six with the seconds first: {EXAMPLES}."
        reader.wrong(join(doc.address, "cron"), _mark(doc, "cron"), message)
    every = read_every(written.every, reader.forms) if written.every else None
    if written.every and every is None:
        message = f"`{written.every}` is no period of a second or more. Write it as `1 day`, `90 seconds`, `quarter`."
        reader.wrong(join(doc.address, "every"), _mark(doc, "every"), message)
    starts = _starts(reader, doc, written.time_zone or zone)
    if len(reader.issues.errors) > before:
        return None
    return Plan(
        cron="" if doc.type else written.cron,
        every=None if doc.type else every,
        starts=starts,
        zone=written.time_zone or zone,
        missed=written.missed,  # type: ignore[arg-type]  # the reader lets only these words through
        type_id=doc.type,
        own_zone=bool(written.time_zone),
    )


def _starts(reader: Reader, doc: WorkflowDoc, zone: str) -> int | None:
    """The moment that is written, in the schedule's own zone."""
    node = doc.schedule.starts
    if node is None:
        return None
    if isinstance(node, Scalar):
        forms = replace(reader.forms, zone=ZoneInfo(zone))
        with suppress(InvalidData):
            _, value = literal(DATE, node.value, node.text, plain=node.plain, forms=forms)
            return int(value)
    reader.wrong(join(doc.address, "starts"), node.mark, "`starts` is a date, such as  2026-01-31 09:00")
    return None


def _check_type(reader: Reader, doc: WorkflowDoc) -> None:
    if doc.type not in reader.schema.types:
        reader.wrong(join(doc.address, "type"), _mark(doc, "type"), f"There is no data type `{doc.type}`.")
    for key, text in (("cron", doc.schedule.cron), ("every", doc.schedule.every)):
        if text:
            message = f"`{key}` does not go with `type`: how often it starts is said by the action set_recurring."
            reader.wrong(join(doc.address, key), _mark(doc, key), message)


def _mark(doc: WorkflowDoc, key: str) -> Mark:
    node = doc.keys.items.get(key) if doc.keys else None
    return node.mark if node else doc.mark
