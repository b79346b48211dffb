"""Expressions while they are written: checked, completed, and what they would give."""

from __future__ import annotations

import asyncio
from pathlib import PurePosixPath
from typing import Any, Literal

import msgspec

from offpage.editor.asked import Asked
from offpage.editor.preview import preview as compute
from offpage.editor.roles import Role
from offpage.editor.route import Route
from offpage.editor.scopes import Standing, wanted_type
from offpage.editor.shapes import PathOf
from offpage.expr.checker import Checked, check_rule
from offpage.expr.checker import check as check_expression
from offpage.expr.completing.completion import complete as completion
from offpage.expr.completing.painting import paint
from offpage.expr.ir import Const
from offpage.expr.parser import parse
from offpage.expr.syntax import Problem
from offpage.expr.template import check_text, is_dynamic
from offpage.kernel.errors import InvalidData
from offpage.model.yaml_text import plain_value
from offpage.store.tx import Tx
from offpage.values.codec import literal
from offpage.values.types import Type

Kind = Literal["expression", "template", "condition"]


class Writing(msgspec.Struct, kw_only=True):
    """A text that stands, or is to stand, at a path of a file.

    `expression` and `condition`: an expression, with or without its `=`; `template`: what the file would hold.
    `wanted`: the type that is needed there, where the file does not say.
    """

    file: str
    path: PathOf
    text: str
    kind: Kind = "template"
    wanted: str = ""


class Completing(Writing, kw_only=True):
    """The same with the place of the cursor, in characters."""

    cursor: int


class Previewing(Writing, kw_only=True):
    """The same with the run whose values count; "": the last one. `things`: ids for names (or `this`) instead of its things."""

    run_id: str = ""
    things: dict[str, str] = {}


class ProblemShown(msgspec.Struct):
    """What is wrong in a text, from one character to another."""

    from_: int = msgspec.field(name="from")
    to: int
    message: str
    severity: Literal["error", "warning"] = "error"


class PartShown(msgspec.Struct):
    """A part of an expression: what it is, and the type of the value up to its end."""

    from_: int = msgspec.field(name="from")
    to: int
    kind: str
    label: str
    type: str


class CheckedShown(msgspec.Struct):
    """What a text gives, what is wrong with it, and its parts."""

    type: str
    problems: list[ProblemShown]
    parts: list[PartShown]


class ItemShown(msgspec.Struct):
    """What may take the place of the word at the cursor, which stands `caret` characters into it then (-1: behind it)."""

    label: str
    insert: str
    kind: str
    type: str
    doc: str
    fits: bool
    caret: int


class Completed(msgspec.Struct):
    """What may stand at the cursor, in place of the text from `from` to `to`."""

    from_: int = msgspec.field(name="from")
    to: int
    items: list[ItemShown]


class PreviewShown(msgspec.Struct):
    """A value, cut where it is long. `note`: why there is none. `run_id`: the run whose values were taken.

    `sample`: the request is the one that was detected.
    """

    value: Any
    type: str
    run_id: str
    note: str
    sample: bool = False


async def check(asked: Asked, body: Writing) -> CheckedShown:
    """Check a text."""

    def work() -> CheckedShown:
        standing = asked.studio.standing(body.file, body.path)
        found = _checked(standing, body)
        noted = standing.noted
        problems = [_problem(one, "error") for one in found.problems]
        problems += [_problem(one, "warning") for one in found.warnings]
        parts = [
            PartShown(one.start, one.stop, one.kind, one.label, shown(one.type))
            for one in paint(body.text, body.kind, noted.scope, noted.given)
        ]
        return CheckedShown(shown(found.ir.type), problems, parts)

    return await asyncio.to_thread(work)


async def complete(asked: Asked, body: Completing) -> Completed:
    """What may stand at the cursor."""

    def work() -> Completed:
        standing = asked.studio.standing(body.file, body.path)
        noted, wanted = standing.noted, wanted_type(standing, body.kind, body.wanted)
        secrets = asked.studio.development.secrets.written
        found = completion(
            body.text, body.cursor, body.kind, noted.scope, wanted, given=noted.given, secrets=sorted(secrets)
        )
        items = [
            ItemShown(one.label, one.insert, one.kind, shown(one.type), one.doc, one.fits, one.caret)
            for one in found.items
        ]
        return Completed(found.start, found.stop, items)

    return await asyncio.to_thread(work)


async def preview(asked: Asked, body: Previewing) -> PreviewShown:
    """What a text would give, with the values of a run."""
    standing = await asyncio.to_thread(asked.studio.standing, body.file, body.path)
    found = await asyncio.to_thread(_checked, standing, body)
    workflow = PurePosixPath(body.file).stem if body.file.startswith("workflows/") else ""
    if found.problems:
        return PreviewShown(None, shown(found.ir.type), "", found.problems[0].message)
    runner = asked.studio.development

    def read(tx: Tx) -> PreviewShown:
        seen = compute(tx, runner, found.ir, standing.noted.scope, workflow, body.run_id, body.things)
        return PreviewShown(seen.value, shown(found.ir.type), seen.run_id, seen.note, seen.sample)

    return await runner.database.reading(read)


def shown(of: Type) -> str:
    """A type in words; "" for one that is not known."""
    return "" if of.kind in ("unknown", "empty") else str(of)


def _checked(standing: Standing, body: Writing) -> Checked:
    """The text, checked as what it is meant to be where it stands."""
    scope, wanted = standing.noted.scope, wanted_type(standing, body.kind, body.wanted)
    if standing.noted.is_rule:
        parsed = parse(body.text, 1 if body.text.startswith("=") else 0)
        ruled = check_rule(parsed.tree, scope)
        problems = tuple(dict.fromkeys(sorted((*parsed.problems, *ruled.problems), key=lambda one: one.place)))
        return Checked(ruled.ir, problems, ruled.warnings)
    if body.kind != "template" and not body.text.startswith("="):
        return check_expression(body.text, scope, wanted)
    if is_dynamic(body.text):
        return check_text(body.text, scope, wanted)
    return _constant(standing, body.text, wanted)


def _constant(standing: Standing, text: str, wanted: Type | None) -> Checked:
    """A text without expressions: a value as the file would hold it."""
    written = text.removeprefix("\\") if text.startswith("\\=") else text
    written = written.replace("\\{{", "{{")
    place = (0, len(text))
    try:
        of, value = literal(wanted, plain_value(written), written, plain=True, forms=standing.program.forms)
    except InvalidData as error:
        message = f"`{text[:80]}` does not fit here: {error.message.rstrip('.')}."
        return Checked(Const(wanted or Type("unknown"), None, place), (Problem(place, message),))
    return Checked(Const(of, value, place), ())


def _problem(one: Problem, severity: Literal["error", "warning"]) -> ProblemShown:
    return ProblemShown(one.place[0], one.place[1], one.message, severity)


ROUTES = (
    Route("POST", "/expressions/check", Role.VIEW, check),
    Route("POST", "/expressions/complete", Role.VIEW, complete),
    Route("POST", "/expressions/preview", Role.VIEW, preview),
)
