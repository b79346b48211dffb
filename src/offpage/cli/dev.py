"""offpage dev: serve a folder while it is being built."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from offpage.cli.completion import write_schemas
from offpage.cli.options import app_folder, json_lines, settings
from offpage.cli.printing import Printer
from offpage.cli.serving import OPTIONS, serve_app


@click.command("dev", short_help="Serve a folder, reading it again when it changes.")
@app_folder
@settings(*OPTIONS)
@click.option("--no-open", is_flag=True, help="Do not open the editor in a browser.")
@click.option("--quiet", is_flag=True, help="Do not print a line for each call.")
@json_lines
def command(folder: Path, printer: Printer, quiet: bool, no_open: bool, **given: Any) -> None:
    """Serve the app in FOLDER, reading it again whenever it changes.

    Addresses with and without /version-test/ answer from the development database.
    """
    write_schemas(folder)
    serve_app(folder, ("development",), printer, given, calls=not quiet, opens=not no_open)
