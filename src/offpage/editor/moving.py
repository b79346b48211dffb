"""A file gets another name. The id of a workflow is its file's name, and other files may use it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePosixPath

from offpage.editor.folder import normal
from offpage.editor.places import path_in
from offpage.editor.studio import Studio
from offpage.kernel.errors import Conflict, InvalidData
from offpage.model.edit import SetValue
from offpage.model.find import node_at
from offpage.model.names import wrong_id
from offpage.model.node import Scalar
from offpage.model.reader import SETTINGS
from offpage.model.render import node_of
from offpage.model.writer import apply, read_tree


def new_name(name: str, to: str) -> str:
    """The new name of a file. Raises InvalidData, NotFound for one that it cannot have."""
    to = normal(to)
    if not name.startswith("workflows/") or not to.startswith("workflows/"):
        raise InvalidData(
            "Only workflows can be renamed or moved here. A data type's or a connector's id stands in many places and in"
            " the database; change its label instead."
        )
    if problem := wrong_id(PurePosixPath(to).stem, "workflow"):
        raise InvalidData(problem)
    return to


def rename_references(studio: Studio, name: str, to: str, *, really: bool) -> list[str]:
    """Change every place that names the workflow; returns the files. Raises Conflict where there are some, and not `really`."""
    was, will = PurePosixPath(name).stem, PurePosixPath(to).stem
    if was == will:
        return []
    program = studio.development.program
    taken = program.app.workflows.get(will)
    if taken is not None:
        raise Conflict(f"There is a workflow `{will}` already: workflows/{taken.path}.yaml. Choose another name.")
    places: dict[str, list[str]] = {}
    for address, target in program.references.items():
        if target == was and (file := _file_of(program.app.files, address)):
            places.setdefault(file, []).append(address)
    if places and not really:
        raise Conflict(
            f"`{was}` is used in {', '.join(sorted(places))}. Let the places be changed too, or keep the name.",
            references=sorted(places),
        )
    # All of them before any is written: a file that cannot be changed is to leave the others as they are.
    texts = {file: _renamed(studio.folder.read(file), file, addresses, was, will) for file, addresses in places.items()}
    for file, text in texts.items():
        studio.folder.write(file, text)
    return sorted(places)


def _renamed(text: str, file: str, addresses: list[str], was: str, will: str) -> str:
    """The text of a file with other names at these places. Raises Conflict where one of them says something else by now."""
    for address in addresses:
        root = read_tree(text)
        path = path_in(root, file, address)
        node = node_at(root, path)
        if not isinstance(node, Scalar) or node.text != was:
            raise Conflict(f"{file}, which uses `{was}`, was changed just now. Try again in a moment.")
        text = apply(text, SetValue(path, node_of(will)))
    return text


def _file_of(files: Collection[str], address: str) -> str:
    """The file in which an address stands; "" where there is none."""
    if address == "app" or address.startswith("app/"):
        return SETTINGS
    parts = address.split("/")
    return next((name for end in range(len(parts), 0, -1) if (name := "/".join(parts[:end]) + ".yaml") in files), "")
