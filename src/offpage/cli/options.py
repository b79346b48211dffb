"""The options that several commands take."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

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
    """The options --env, --live and --version-test, as the parameter `environment`."""

    @functools.wraps(command)
    def with_environment(*arguments: Any, env: str | None, live: bool, version_test: bool, **given: Any) -> Any:
        said = {one for one, is_said in (("live", live), ("development", version_test), (env, env)) if is_said}
        if len(said) > 1:
            raise click.UsageError("Name one environment: --live, --version-test, or --env.")
        return command(*arguments, environment=said.pop() if said else "development", **given)

    options = (
        click.option("--env", type=click.Choice(ENVIRONMENTS), help="Whose database.  [default: development]"),
        click.option("--live", is_flag=True, help="The live version: the same as --env live."),
        click.option("--version-test", is_flag=True, help="The development version: the same as --env development."),
    )
    decorated: Any = with_environment
    for option in reversed(options):
        decorated = option(decorated)
    return cast("Command", decorated)


def environments(command: Command) -> Command:
    """The option --env for commands about both environments, as the parameter `environments`: one name, or both."""

    def names(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[str, ...]:
        return (value,) if value else ENVIRONMENTS

    return click.option(
        "--env",
        "environments",
        type=click.Choice(ENVIRONMENTS),
        callback=names,
        help="Only this environment.  [default: both]",
    )(command)


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
    """Where the app is and keeps its things. Raises AppError where there is no app, and none was deployed."""
    if not (chosen_settings.database or (chosen_settings.data_folder(folder) / "live.db").is_file()):
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
        chosen_settings.key,
        chosen_settings.bucket,
    )


def require_app(folder: Path) -> None:
    """Raise AppError if a folder is no app folder."""
    if not folder.is_dir():
        raise AppError(f"There is no folder {folder}. Make an app with: offpage new {folder}")
    if not (folder / "app.yaml").is_file():
        raise AppError(f"The folder {folder} holds no app: there is no app.yaml. Make one with: offpage new FOLDER")
