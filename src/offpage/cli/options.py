"""The options that several commands take."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from offpage.cli.printing import Printer
from offpage.host.settings import SETTINGS, Settings, read_settings
from offpage.kernel.errors import AppError

if TYPE_CHECKING:
    from offpage.host.compose import Place

Command = TypeVar("Command", bound=Callable[..., Any])

ENVIRONMENTS: Final = ("development", "live")


def app_folder(command: Command) -> Command:
    """The argument FOLDER (this folder, if left out), as the parameter `folder`."""
    argument = click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False))
    return argument(command)


def json_lines(command: Command) -> Command:
    """The option --json, as the parameter `printer`."""

    def printer(ctx: click.Context, param: click.Parameter, value: bool) -> Printer:
        return Printer(value)

    return click.option("--json", "printer", is_flag=True, callback=printer, help="Print JSON lines.")(command)


def environment(command: Command) -> Command:
    """The option --env, as the parameter `environment`."""
    option = click.option(
        "--env", "environment", type=click.Choice(ENVIRONMENTS), default="development", show_default=True,
        help="Whose database.",
    )  # fmt: skip
    return option(command)


def settings(*names: str) -> Callable[[Command], Command]:
    """Options for the named settings; the command gets them by name, None where not given: see `chosen`."""

    def decorate(command: Command) -> Command:
        for name in reversed(names):
            one = SETTINGS[name]
            kind: dict[str, Any] = {"is_flag": True} if isinstance(one.default, bool) else {"type": type(one.default)}
            text = f"{one.doc}  [{one.variable}]"
            option = click.option(one.option, name, default=None, metavar=one.meaning or None, help=text, **kind)
            command = option(command)
        return command

    return decorate


def chosen(given: dict[str, Any]) -> Settings:
    """Settings from the options given, the environment and the defaults. Raises AppError."""
    return read_settings(os.environ, given)


def place_of(folder: Path, chosen_settings: Settings) -> Place:
    """Where the app is and keeps its things. Raises AppError where there is no app."""
    require_app(folder)
    # Only now: this import takes a while.
    from offpage.host.compose import Place

    data = chosen_settings.data_folder(folder)
    return Place(
        folder,
        data,
        chosen_settings.database,
        chosen_settings.public_url,
        chosen_settings.smtp,
        chosen_settings.smtp_environments == "live",
    )


def require_app(folder: Path) -> None:
    """Raise AppError if a folder is no app folder."""
    if not folder.is_dir():
        raise AppError(f"There is no folder {folder}. Make an app with: offpage new {folder}")
    if not (folder / "app.yaml").is_file():
        raise AppError(f"The folder {folder} holds no app: there is no app.yaml. Make one with: offpage new FOLDER")
