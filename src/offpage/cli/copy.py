"""offpage copy: move an app to another database."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from offpage.cli.options import app_folder, chosen, environments, json_lines, settings
from offpage.cli.printing import Printer
from offpage.cli.progress import progress
from offpage.host.settings import SETTINGS
from offpage.kernel.errors import AppError

if TYPE_CHECKING:
    from offpage.host.copying import Copied, Store

SQLITE: Final = "sqlite"
SHORT: Final = 12


@click.command("copy", short_help="Move an app from SQLite to PostgreSQL, or back.")
@app_folder
@click.option("--from", "source", default=SQLITE, metavar="PLACE", show_default=True,
              help="Where the app's databases are: sqlite (the files of the data folder), sqlite:DIR, or a postgresql:// URL.")  # fmt: skip
@click.option("--to", "target", metavar="PLACE",
              help=f"Where they are to be, said the same way.  [default: {SETTINGS['database'].variable}]")  # fmt: skip
@click.option("--again", is_flag=True, help="Empty what an earlier copy that did not end has left in the target.")
@environments
@settings("data")
@json_lines
def command(
    folder: Path,
    source: str,
    target: str | None,
    again: bool,
    environments: tuple[str, ...],
    printer: Printer,
    **given: Any,
) -> None:
    """Copy all that the databases of the app in FOLDER hold to other ones: things, runs, what waits, batches, accounts, deploys.

    Stop its servers first. The target must be empty. Everything that was written is read again and compared, table by
    table, by count and checksum; the source stays as it is, marked as left. Files and the key are no part of the databases: they stay in the
    data folder, where servers on the new database find them.
    """
    data = chosen(given).data_folder(folder)
    goal = target or os.environ.get(SETTINGS["database"].variable)
    if not goal:
        raise AppError("Say where to copy to: --to postgresql://user:password@host/name, or --to sqlite:DIR.")
    from offpage.host import left_behind
    from offpage.host.copying import check_quiet, opened

    there, here = _store(source, data), _store(goal, data)
    done: list[Copied] = []
    with opened(there, here, environments) as moves:
        check_quiet(moves)
        for one in moves:  # all before any is begun
            one.check(again=again)
        for one in moves:
            one.begin(again=again)
        for one in moves:
            with progress(f"Copying {one.name}", 2 * one.rows) as advance:
                done += one.copy(advance)
        check_quiet(moves)
        for one in moves:
            one.end()
            if here.folder is not None:
                left_behind.come_back(here.folder, one.name)
            if there.folder is not None:
                left_behind.leave(there.folder, one.name, str(here), _how(here))
    for table in done:
        printer.data(
            {
                "environment": table.environment,
                "table": table.table,
                "rows": table.sum.rows,
                "checksum": table.sum.checksum,
            }
        )
        if table.sum.rows:
            checksum = table.sum.checksum[:SHORT]
            printer.text(f"  {table.environment:11} {table.table:32} {table.sum.rows:>12,} rows  {checksum}")
    total = sum(one.sum.rows for one in done)
    printer.data({"copied": total, "tables": len(done), "environments": [one.name for one in moves]})
    printer.text(f"Copied {total:,} rows of {len(done)} tables to {here}; counts and checksums agree.")
    if there.folder is not None:
        marks = " and ".join(f"{one.name}.moved" for one in moves)
        printer.hint(f"{there} is marked as left ({marks}): commands on it say where the app is now.")
    if here.folder is None:
        printer.hint(
            "Serve it with: offpage serve --database …   (or OFFPAGE_DATABASE). The data folder stays: files, key."
        )
    elif here.folder != data:
        printer.hint(
            f"Files and the key are still in {data}: copy `files`, `mail` and `key` from there to {here.folder}."
        )


def _how(store: Store) -> str:
    """The option that names where the app is now; never with a password."""
    if store.folder is None:
        return f"--database postgresql://… (or {SETTINGS['database'].variable})"
    return f"--data {store.folder}"


def _store(place: str, data: Path) -> Store:
    from offpage.host.copying import Store
    from offpage.store.opening import is_postgres

    kind, _, folder = place.partition(":")
    if kind == SQLITE:
        return Store(folder=Path(folder) if folder else data)
    if is_postgres(place):
        return Store(url=place)
    raise AppError(f"A place is sqlite, sqlite:DIR or begins with postgresql://, not {place}.")
