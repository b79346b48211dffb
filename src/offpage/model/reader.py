"""The app folder → documents and issues. Nothing is refused here: an app being built is usually broken."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from offpage.kernel.issues import Issues
from offpage.model.documents import ApiSettings, App, AppSettings, WorkflowDoc
from offpage.model.names import wrong_id, wrong_type_id
from offpage.model.node import Keys, Mark
from offpage.model.parsed import Parsed, address_of
from offpage.model.report import Report, nearest, shown
from offpage.model.settings import read_settings

SETTINGS: Final = "app.yaml"
KINDS: Final = {"types": "data type", "options": "option set", "workflows": "workflow", "connectors": "connector"}
"""The folders of an app and what one file in each is."""
BYTES: Final = 4_000_000
"""Largest file that is read."""
FILES: Final = 5_000
"""Most files of one app."""
NOT_KNOWN: Final = AppSettings(api=ApiSettings(workflows=False))
"""The settings where app.yaml cannot be read: it may say that the API is closed."""


def read_folder(path: Path, parsed: Parsed | None = None) -> tuple[App, Issues]:
    """Read an app folder. Never raises for what is in it: what is wrong is an issue, the rest is read.

    `parsed`: its files as they were read before.
    """
    issues = Issues()
    report = Report(issues)
    files: dict[str, str] = {}
    if not path.is_dir():
        report.error("app", Mark(SETTINGS, 1, 1), f"There is no folder {path}; `offpage new FOLDER` makes one.")
        return App(NOT_KNOWN, {}, {}, {}, issues=tuple(issues), settings_known=False), issues
    _check_folders(path, report)
    for count, (name, file) in enumerate(_files(path, report)):
        if count >= FILES:
            report.error("app", Mark(name, 1, 1), f"This folder holds more than {FILES:,} files; the rest is not read.")
            break
        text = None if _leads_out(path, name, file, report) else _text(name, file, report)
        if text is not None:
            files[name] = text
    return _read(files, issues, parsed or Parsed()), issues


def read_files(files: Mapping[str, str], parsed: Parsed | None = None) -> tuple[App, Issues]:
    """Read an app from the texts of its files, by their paths in the folder. Pure; used for snapshots.

    `parsed`: its files as they were read before.
    """
    issues = Issues()
    return _read(files, issues, parsed or Parsed()), issues


def _files(folder: Path, report: Report) -> Iterator[tuple[str, Path]]:
    """Files of the app in a steady order, by their path with `/`; hidden ones and other folders are left out."""
    for place, folders, names in os.walk(folder):
        inside = Path(place) == folder
        folders[:] = sorted(name for name in folders if not name.startswith(".") and (not inside or name in KINDS))
        for name in folders:
            if Path(place, name).is_symlink():
                linked = _name_of(folder, Path(place, name))
                report.error(
                    linked, Mark(linked, 1, 1), "This folder is a link, and those are not followed. Put the files here."
                )
        for name in sorted(names):
            file = Path(place, name)
            relative = _name_of(folder, file)
            if not name.startswith(".") and (not inside or name.endswith((".yaml", ".yml"))):
                yield relative, file


def _name_of(folder: Path, file: Path) -> str:
    """The path in the app's folder. A name that is not UTF-8 must not travel on: it could not be printed."""
    return file.relative_to(folder).as_posix().encode("utf-8", "replace").decode()


def _leads_out(folder: Path, name: str, file: Path, report: Report) -> bool:
    """Say of a link out of the app's files that it is not read: what it leads to could not be deployed with them, and
    might be a secret.
    """
    if not file.is_symlink():
        return False
    try:
        inside = file.resolve().relative_to(folder.resolve())
    except ValueError:
        pass
    except (OSError, RuntimeError):  # in a circle: it cannot be read
        return False
    else:
        if not any(part.startswith(".") for part in inside.parts):
            return False
    report.error(
        address_of(name), Mark(name, 1, 1),
        "This file is a link that leads out of the app's files, so it is not read. Put the file itself here.",
    )  # fmt: skip
    return True


def _check_folders(path: Path, report: Report) -> None:
    """Say of a folder whose name is nearly that of one we read, that it is not read."""
    with contextlib.suppress(OSError):
        for one in sorted(path.iterdir()):
            meant = nearest(one.name, KINDS)
            if meant and one.name not in KINDS and one.is_dir() and any(one.rglob("*.y*ml")):
                name = one.name.encode("utf-8", "replace").decode()
                message = f"The folder {shown(name + '/')} is not read. Did you mean `{meant}/`? Rename it."
                report.warning(name, Mark(name, 1, 1), message)


def _text(name: str, file: Path, report: Report) -> str | None:
    """A file's text, or None after saying why it cannot be read."""
    address, start = address_of(name), Mark(name, 1, 1)
    try:
        if file.stat().st_size > BYTES:
            report.error(address, start, f"This file is larger than {BYTES:,} bytes; split it.")
            return None
        if not file.is_file() or not name.endswith((".yaml", ".yml")):
            report.warning(address, start, "This is not a .yaml file, so it is not read; move it out of the folder.")
            return None
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        report.error(address, Mark(start.file, line, 1), "This file is not UTF-8 text; save it with that encoding.")
    except OSError as error:
        report.error(address, start, f"This file cannot be read: {error.strerror or error}.")
    return None


def _read(files: Mapping[str, str], issues: Issues, parsed: Parsed) -> App:
    """Documents from texts."""
    parsed.keep_only(files)
    report = Report(issues)
    folders: dict[str, dict[str, Keys]] = {kind: {} for kind in KINDS}
    settings: AppSettings | None = None
    if SETTINGS not in files:
        report.error("app", Mark(SETTINGS, 1, 1), "app.yaml is missing; create it with at least `name: My app`.")
    for file in sorted(files):
        kind = _place(file, report)
        keys = parsed.tree(file, files[file], issues) if kind else None
        if kind is None or keys is None:
            continue
        if kind == SETTINGS:
            settings = read_settings(keys, report)
        else:
            folders[kind][file.split("/", 1)[1].removesuffix(".yaml")] = keys
    workflows = _workflows(folders["workflows"], report, parsed)
    return App(
        settings=settings or NOT_KNOWN,
        types=folders["types"],
        option_sets=folders["options"],
        workflows=workflows,
        connectors=folders["connectors"],
        files=dict(files),
        issues=tuple(issues),
        settings_known=settings is not None,
    )


def _place(file: str, report: Report) -> str | None:
    """Which kind of document a file is by its place (`types`, …, or app.yaml), or None after saying what is wrong."""
    if file == SETTINGS:
        return file
    path = PurePosixPath(file)
    kind, start, address = path.parts[0] if path.parts else "", Mark(file, 1, 1), address_of(file)
    if kind not in KINDS or len(path.parts) < 2 or (len(path.parts) > 2 and kind != "workflows"):
        places = "app.yaml, types/, options/, workflows/ or connectors/"
        report.warning(address, start, f"Files of an app are {places}; this one is not read. Move it.")
        return None
    if path.suffix != ".yaml":
        report.warning(address, start, "This file is not read: its name must end in .yaml. Rename it.")
        return None
    stem = path.name.removesuffix(".yaml")
    check = wrong_type_id if kind in ("types", "options") else wrong_id
    if problem := check(stem, KINDS[kind]):
        report.error(address, start, problem)
        return None
    return kind


def _workflows(documents: Mapping[str, Keys], report: Report, parsed: Parsed) -> dict[str, WorkflowDoc]:
    """Workflows by id; of two with one id the first in the order of paths counts."""
    found: dict[str, WorkflowDoc] = {}
    for path, keys in documents.items():
        workflow = parsed.workflow(path, keys, report.issues)
        if other := found.get(workflow.id):
            message = f"workflows/{other.path}.yaml is already called `{workflow.id}`; rename one of the two files."
            report.error(workflow.address, Mark(keys.mark.file, 1, 1), message)
        else:
            found[workflow.id] = workflow
    return found
