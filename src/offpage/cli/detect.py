"""offpage detect: wait for a sample request, so that a workflow knows what its callers send."""

from __future__ import annotations

import shlex
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from offpage.cli.address import told_address
from offpage.cli.options import chosen, folder_and, json_lines, place_of, settings
from offpage.cli.printing import Printer
from offpage.kernel.errors import AppError, TimedOut

if TYPE_CHECKING:
    from offpage.model.node import Node

LOOK_SECONDS: Final = 0.1
"""How often the command looks whether the sample has come."""


@click.command("detect", short_help="Wait for a sample request to a workflow.")
@folder_and("workflow")
@click.option("--seconds", type=click.FloatRange(0), default=600.0, show_default=True, help="How long to wait.")
@settings("host", "port", "data", "url")
@json_lines
def command(folder: Path, workflow: str, seconds: float, printer: Printer, **given: Any) -> None:
    """Wait for one POST to …/wf/WORKFLOW/initialize, and keep what it sends as the workflow's sample.

    The server must be running (offpage dev FOLDER). The sample is written into the workflow's file as `request_data`;
    expressions may then use `request.body` and what is in it.
    """
    options = chosen(given)
    place = place_of(folder, options)
    from offpage.host.compose import secrets_of
    from offpage.host.one_run import find_workflow
    from offpage.host.sources import read_program
    from offpage.sql.sqlite import SQLITE

    program, _, _ = read_program(folder, SQLITE, secrets_of(folder).available)
    found = find_workflow(program, workflow)
    if found.trigger != "api":
        raise AppError(f"Nobody calls the workflow {workflow} over HTTP: its trigger is {found.trigger}.")
    named = any(given[one] is not None for one in ("host", "port", "url"))
    url = options.public_url if named else told_address(place.data) or options.public_url
    if not _answers(url):
        printer.hint(f"No server answers at {url} yet. Start it with: offpage dev {_quoted(folder)}")
    listening = place.data / "listening" / workflow
    listening.parent.mkdir(parents=True, exist_ok=True)
    listening.touch()
    address = f"{url}/version-test/api/1.1/wf/{workflow}/initialize"
    printer.data({"event": "listening", "workflow": workflow, "url": address})
    printer.text(f"Send one sample request to {click.style(address, fg='cyan')}  (Ctrl+C gives up)")
    try:
        _wait(listening, seconds)
    finally:
        listening.unlink(missing_ok=True)
    _tell(folder, workflow, printer)


def _answers(url: str) -> bool:
    """Whether a server answers there."""
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:  # noqa: S310  an address of our own
            return bool(answer.status == 200)
    except (OSError, ValueError):
        return False


def _quoted(folder: Path) -> str:
    return shlex.quote(str(folder))


def _wait(listening: Path, seconds: float) -> None:
    """Return when the server has taken the file away. Raises TimedOut."""
    until = time.monotonic() + seconds
    while listening.exists():
        if time.monotonic() > until:
            raise TimedOut(f"No sample came within {seconds:g} seconds. Is the server running (offpage dev)?")
        time.sleep(LOOK_SECONDS)


def _tell(folder: Path, workflow: str, printer: Printer) -> None:
    """Print the sample as it now stands in the workflow's file."""
    from offpage.model.plain import plain
    from offpage.model.reader import read_folder

    doc = read_folder(folder)[0].workflows[workflow]
    sample: Node | None = doc.request_data.items.get("sample") if doc.request_data else None
    printer.data({"event": "detected", "workflow": workflow, "sample": plain(sample) if sample else None})
    printer.text(f"The sample is kept in {folder / 'workflows' / f'{doc.path}.yaml'}, under request_data.")
