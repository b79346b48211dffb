"""offpage serve: serve the live version and the development version of an app."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from offpage.cli.options import app_folder, json_lines, settings
from offpage.cli.printing import Printer
from offpage.cli.serving import OPTIONS, serve_app


@click.command("serve", short_help="Serve the live version at /, the folder at /version-test/.")
@app_folder
@settings(*OPTIONS)
@json_lines
def command(folder: Path, printer: Printer, **given: Any) -> None:
    """Serve the app in FOLDER: the live version at /, the folder as it changes at /version-test/.

    The live version is the folder as it is when the server starts; it has a database of its own.
    """
    serve_app(folder, ("live", "development"), printer, given)
