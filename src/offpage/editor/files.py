"""The app's files: read, edited with comments kept, merged where somebody else has changed them meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from offpage.editor import issues
from offpage.editor.asked import Asked
from offpage.editor.edits import EditAsked, read_edit
from offpage.editor.folder import normal, revision_of, told
from offpage.editor.moving import new_name, rename_references
from offpage.editor.roles import Role
from offpage.editor.route import Route
from offpage.editor.shapes import IssueShown
from offpage.editor.studio import Studio
from offpage.kernel.errors import AppError, Conflict, InvalidData, NotFound
from offpage.model.edit import Edit
from offpage.model.merging import merged, merged_texts
from offpage.model.plain import plain
from offpage.model.writer import apply, read_tree

T = TypeVar("T")


class FileShown(msgspec.Struct):
    """A file: its text, and as JSON what its YAML says (null where it cannot be read).

    `merged`: what was done was merged with what somebody else had changed meanwhile; `before`: the text with theirs alone.
    `yours`: after edits, the text with those alone, and `yours_revision`, by which further edits of that text are known.
    """

    file: str
    revision: str
    text: str
    content: Any
    issues: list[IssueShown]
    merged: bool = False
    before: str = ""
    yours: str = ""
    yours_revision: str = ""


class EditsAsked(msgspec.Struct):
    """Edits of a file as it was at `revision`. Not `merge`: refused where the file is another by now."""

    revision: str
    edits: list[EditAsked]
    merge: bool = True


class TextAsked(msgspec.Struct):
    """The whole text of a file in place of the one at `revision`; null: there is no such file yet.

    `merge`: where the file is another by now, what this text changes of that one is changed in it.
    """

    revision: str | None
    text: str
    merge: bool = False


class MoveAsked(msgspec.Struct):
    """Another name or folder for a file. A workflow that others name is renamed there, too, if that is asked for."""

    to: str
    update_references: bool = False


class Moved(msgspec.Struct):
    """Where the file is now, and which other files were changed for it."""

    file: str
    changed: list[str]


class FileDeleted(msgspec.Struct):
    """The file that is gone, with its text, for whoever wants it back."""

    file: str
    text: str


async def show(asked: Asked) -> FileShown:
    """One file."""
    name = normal(asked.parts["path"])

    def read() -> FileShown:
        with told(name):
            return _shown(asked.studio, name)

    return await asyncio.to_thread(read)


async def edit(asked: Asked, body: EditsAsked) -> FileShown:
    """Edit a file."""
    name = normal(asked.parts["path"])

    def write(studio: Studio) -> FileShown:
        folder, edits = studio.folder, [read_edit(one) for one in body.edits]
        text = folder.read(name)
        is_newest = revision_of(text) == body.revision
        after = _edited(text, edits) if is_newest else _merged(studio, name, text, body, edits)
        if after != text:
            folder.write(name, after)
        shown = _shown(studio, name)
        if not is_newest:
            _after_others(shown, text)
            _keep_ours(studio, shown, body.revision, edits)
        return shown

    return await _writing(asked, write)


async def put(asked: Asked, body: TextAsked) -> FileShown:
    """Create a file, or exchange its text: undo and redo."""
    name = normal(asked.parts["path"])

    def write(studio: Studio) -> FileShown:
        folder = studio.folder
        if not folder.is_there(name):
            if body.revision is not None:
                raise NotFound(f"There is no file {name} any more; it was deleted or renamed.")
            folder.write(name, body.text)
            return _shown(studio, name)
        text = folder.read(name)
        if body.revision is None:
            raise Conflict(f"There is a file {name} already; choose another name.", file=name)
        is_newest = revision_of(text) == body.revision
        folder.write(name, body.text if is_newest else _merged_text(studio, name, text, body.revision, body))
        shown = _shown(studio, name)
        return shown if is_newest else _after_others(shown, text)

    return await _writing(asked, write)


async def delete(asked: Asked) -> FileDeleted:
    """Delete a file."""
    name = normal(asked.parts["path"])
    if name == "app.yaml":
        raise InvalidData("Without app.yaml the folder is no app. It cannot be deleted here.")

    def write(studio: Studio) -> FileDeleted:
        text = studio.folder.read(name)
        studio.folder.delete(name)
        return FileDeleted(name, text)

    return await _writing(asked, write)


async def move(asked: Asked, body: MoveAsked) -> Moved:
    """Rename a file, or move a workflow into another folder."""
    name = normal(asked.parts["path"])
    to = new_name(name, body.to)

    def write(studio: Studio) -> Moved:
        studio.folder.read(name)
        if studio.folder.is_there(to):
            raise Conflict(f"There is a file {to} already; choose another name.")
        changed = rename_references(studio, name, to, really=body.update_references)
        studio.folder.move(name, to)
        return Moved(to, changed)

    return await _writing(asked, write)


async def _writing(asked: Asked, write: Callable[[Studio], T]) -> T:
    """Write, one after the other, in a thread."""

    def locked() -> T:
        with asked.studio.folder.writing, told(asked.parts["path"]):
            return write(asked.studio)

    return await asyncio.to_thread(locked)


def _edited(text: str, edits: list[Edit]) -> str:
    for one in edits:
        text = apply(text, one)
    return text


def _merged(studio: Studio, name: str, now: str, body: EditsAsked, edits: list[Edit]) -> str:
    """The file as it is now, with edits of a former text. Raises Conflict where both changed the same."""
    base = _former(studio, name, body.revision, now)
    found = merged(base, now, edits) if body.merge else None
    if found is None:
        raise _conflict(name, base, _edited(base, edits), now)
    return found


def _merged_text(studio: Studio, name: str, now: str, revision: str, body: TextAsked) -> str:
    """The file as it is now, with what a text makes of a former one. Raises Conflict."""
    base = _former(studio, name, revision, now)
    found = merged_texts(base, body.text, now) if body.merge else None
    if found is None:
        raise _conflict(name, base, body.text, now)
    return found


def _former(studio: Studio, name: str, revision: str, now: str) -> str:
    """The text that a file had at a revision. Raises Conflict where that is long ago."""
    base = studio.folder.remembered(name, revision)
    if base is None:
        raise Conflict(
            f"{name} was changed meanwhile, too long ago to tell what. Load it again.", file=name, theirs=now
        )
    return base


def _after_others(shown: FileShown, before: str) -> FileShown:
    """The file, with word that somebody else had changed it."""
    shown.merged, shown.before = True, before
    return shown


def _keep_ours(studio: Studio, shown: FileShown, revision: str, edits: list[Edit]) -> None:
    """Remember the text that whoever made the edits has before them, in which they may have gone on by now."""
    base = studio.folder.remembered(shown.file, revision)
    with contextlib.suppress(AppError):
        shown.yours = "" if base is None else _edited(base, edits)
    if shown.yours:
        shown.yours_revision = studio.folder.remember(shown.file, shown.yours)


def _conflict(name: str, base: str, yours: str, theirs: str) -> Conflict:
    message = f"{name} was changed meanwhile at the same place. Choose which of the two counts."
    return Conflict(message, file=name, base=base, yours=yours, theirs=theirs, revision=revision_of(theirs))


def _shown(studio: Studio, name: str) -> FileShown:
    """A file with its issues as they are with this text, whether or not the app has been read again since."""
    text = studio.folder.read(name)
    try:
        content = plain(read_tree(text))
    except AppError:
        content = None
    found = issues.shown(studio.issues_of(name, text), {name: text})
    return FileShown(name, revision_of(text), text, content, found)


ROUTES = (
    Route("GET", "/files/{path*}", Role.VIEW, show),
    Route("PUT", "/files/{path*}", Role.EDIT, put),
    Route("DELETE", "/files/{path*}", Role.EDIT, delete),
    Route("POST", "/files/{path*}/edits", Role.EDIT, edit),
    Route("POST", "/files/{path*}/move", Role.EDIT, move),
)
