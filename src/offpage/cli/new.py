"""offpage new: a small working app to start from."""

from __future__ import annotations

import json
import re
import shlex
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

import click

from offpage.cli.completion import EDITOR_FILE, editor_settings, write_schemas
from offpage.cli.options import json_lines
from offpage.cli.printing import Printer
from offpage.kernel.errors import AppError

NAME_IN_FILES: Final = "My app"
"""The name that the starter's files carry; the new app's name takes its place."""

IGNORED: Final = ".env\n.env.*\n.offpage/\n"
"""What git must not keep: secrets, and what the running app keeps."""

_BARE: Final = re.compile(r"(?!(?:yes|no|true|false|null)\Z)[a-z][a-z0-9 ]*\Z", re.IGNORECASE)
"""Names that YAML takes for text without quotes."""


@click.command("new", short_help="Make a small working app to start from.")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@json_lines
def command(folder: Path, printer: Printer) -> None:
    """Make a small working app in FOLDER (which must be new or empty): a list of tasks, with three workflows."""
    if folder.exists() and any(folder.iterdir()):
        raise AppError(f"The folder {folder} is not empty. Name one that does not exist yet.")
    name = app_name(folder)
    written = sorted(_write(resources.files("offpage.cli") / "starter", folder, name))
    (folder / ".gitignore").write_text(IGNORED, encoding="utf-8")
    (folder / EDITOR_FILE).parent.mkdir()
    (folder / EDITOR_FILE).write_text(editor_settings(), encoding="utf-8")
    write_schemas(folder)
    printer.data({"event": "made", "folder": str(folder), "files": [*written, ".gitignore", EDITOR_FILE]})
    printer.text(f"{click.style(name, bold=True)} is made: {', '.join(written)}")
    printer.text(
        f"Serve it with:  {click.style(f'offpage dev {shlex.quote(str(folder))}', fg='cyan')}   (README.md says how to call it)"
    )


def app_name(folder: Path) -> str:
    """A name for people from the folder's: `my-shop` → `My shop`."""
    words = " ".join(re.split(r"[-_\s]+", folder.resolve().name)).strip()
    return words[:1].upper() + words[1:] if words.isprintable() and words else NAME_IN_FILES


def _write(source: Traversable, target: Path, name: str, inside: str = "") -> list[str]:
    """Copy the starter's files with the app's name; returns their paths in the folder."""
    target.mkdir(parents=True, exist_ok=True)
    written: list[str] = []
    for one in source.iterdir():
        path = inside + one.name
        if one.is_dir():
            written += _write(one, target / one.name, name, f"{path}/")
            continue
        shown = name if _BARE.match(name) or one.name.endswith(".md") else json.dumps(name, ensure_ascii=False)
        text = one.read_text(encoding="utf-8").replace(NAME_IN_FILES, shown)
        (target / one.name).write_text(text, encoding="utf-8")
        written.append(path)
    return written
