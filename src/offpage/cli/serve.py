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
    """Serve the app in FOLDER: what was deployed last at /, the folder as it changes at /version-test/.

    Each has its own database. Where nothing has been deployed yet, the folder is deployed as it is now; from then on
    its changes come to live with `offpage deploy`, which needs no restart.
    """
    serve_app(folder, ("live", "development"), printer, given)
