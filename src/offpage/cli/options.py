"""The options that several commands take."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import click
from click.shell_completion import CompletionItem

from offpage.cli.printing import Printer
from offpage.host.settings import SETTINGS, Settings, read_settings
from offpage.kernel.errors import AppError

if TYPE_CHECKING:
    from offpage.host.compose import Place

Command = TypeVar("Command", bound=Callable[..., Any])

_ID: Final = re.compile(r"[0-9]{10,}x[0-9]+\Z")
"""An id of a thing, a run, a delivery."""

_WORDS: Final = {"type_id": "TYPE"}
"""What arguments are called in the help, where that is not their name."""

ENVIRONMENTS: Final = ("development", "live")


def app_folder(command: Command) -> Command:
    """The argument FOLDER (this folder, if left out), as the parameter `folder`."""
    argument = click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False))
    return argument(command)


def folder_and(
    *names: str, many: bool = False, optional: bool = False, shown: str = ""
) -> Callable[[Command], Command]:
    """The arguments [FOLDER] (this folder, if left out) and one for each name, as the parameters `folder` and the names.

    `many`: of the last any number, none too, as a tuple; `optional`: the last may be left out, and is None then; `shown`: what
    the last is called in the help. An app's folder is known wherever it stands, for it has been the last argument of some commands.
    """
    words = [_WORDS.get(one, "ID" if "_id" in one else one.upper()) for one in names]
    words[-1] = shown or words[-1]
    last = f"[{words[-1]}]..." if many else f"[{words[-1]}]" if optional else words[-1]
    metavar = " ".join(["[FOLDER]", *words[:-1], last])

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def with_folder(*arguments: Any, given_arguments: tuple[str, ...], **options: Any) -> Any:
            named_folder = options.pop("named_folder", None)
            folder, rest = _told_apart(given_arguments, words, many=many or optional)
            named: dict[str, Any] = dict(zip(names, rest, strict=False))
            if many:
                named[names[-1]] = tuple(rest[len(names) - 1 :])
            elif optional:
                named.setdefault(names[-1], None)
                if len(rest) > len(words):
                    raise click.UsageError(f"Got unexpected extra argument ({rest[len(words)]})")
            return command(*arguments, folder=named_folder or Path(folder), **named, **options)

        decorated: Any = with_folder
        if many:  # it was the only way to name one
            decorated = click.option(
                "--folder", "named_folder", type=click.Path(path_type=Path), hidden=True, help="The app's folder."
            )(decorated)
        argument = click.argument("given_arguments", nargs=-1, metavar=metavar, shell_complete=_folders)
        return cast("Command", argument(decorated))

    return decorate


def _told_apart(given: Sequence[str], words: Sequence[str], *, many: bool) -> tuple[str, list[str]]:
    """The app's folder, and the rest in the order given. Raises UsageError for too few or too many."""
    rest = list(given)
    least = len(words) - many
    folder = ""
    if len(rest) > least:
        first, last = rest[0], rest[-1]
        if is_app(Path(first)):
            folder = rest.pop(0)
        elif is_app(Path(last)):
            folder = rest.pop()
        elif many:
            folder = rest.pop(0) if not is_app(Path()) and not _ID.match(first) else ""
        elif len(rest) == least + 1:  # neither is there: the one that does not look like anything else is missing
            folder = rest.pop(-1 if "@" in first or _ID.match(first) else 0)
    elif len(rest) == least == 1 and Path(rest[0]).is_dir() and not is_app(Path()):
        folder = rest.pop()
    if len(rest) < least:
        raise click.UsageError(f"Missing argument '{words[len(rest)]}'.")
    if len(rest) > least and not many:
        raise click.UsageError(f"Got unexpected extra argument ({rest[least]})")
    return folder or ".", rest


def _folders(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Let the shell complete the name of a folder."""
    return [CompletionItem(incomplete, type="file")]


def is_app(folder: Path) -> bool:
    """Whether a folder is that of an app, or one where a deployed one keeps its data."""
    return (folder / "app.yaml").is_file() or (folder / ".offpage").is_dir()


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
