"""The command `offpage`: finds the command that is asked for, runs it, and turns errors into sentences.

Exit codes: 0 done; 1 it could not be done, or there are issues; 2 the command line makes no sense;
70 a mistake inside Offpage; 130 interrupted.
"""

from __future__ import annotations

import difflib
import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Final

import click

from offpage import __version__
from offpage.kernel.errors import OffpageError

DONE: Final = 0
FAILED: Final = 1
MISUSED: Final = 2
BROKEN: Final = 70
INTERRUPTED: Final = 130

COMMANDS: Final[Mapping[str, str]] = {
    "new": "Make a small working app to start from.",
    "dev": "Serve a folder, reading it again when it changes.",
    "serve": "Serve the live version at /, the folder at /version-test/.",
    "worker": "Run workflows beside servers that share the database.",
    "check": "List every issue of an app.",
    "deploy": "Bring the folder to live, or go back; show what that changes.",
    "run": "Run one workflow now and print its trace.",
    "runs": "List and show runs; try failed ones again.",
    "call": "Try one call of a connector.",
    "mail": "List and show mail that was kept instead of sent.",
    "deliveries": "List, show and replay what webhooks were sent.",
    "privacy": "Show what privacy rules let somebody see, and why not.",
    "scheduled": "List, show, cancel, pause and resume scheduled runs; when what starts next.",
    "batches": "List, show, pause, resume, cancel and retry batches.",
    "bulk": "Run a workflow over all things of a type, or some of them.",
    "token": "Create, list and revoke API tokens.",
    "users": "List, create and disable users.",
    "editors": "List, create and disable accounts of the web editor.",
    "export": "Write the things of a data type as CSV or JSON lines.",
    "import": "Read things of a data type from CSV or JSON lines.",
    "purge": "Destroy values that the app's data types no longer use.",
    "backup": "Copy the data of an app on SQLite while it is served.",
    "copy": "Move an app from SQLite to PostgreSQL, or back.",
    "migrate": "Bring Offpage's own tables up to date; show what an upgrade waits for, finish it.",
    "forget-key": "Go on with another key where the one of a database is lost.",
    "detect": "Wait for a sample request to a workflow.",
}
"""What each command does. Its code is the module of the same name, imported only when it is needed."""

ALSO: Final[Mapping[str, str]] = {"tokens": "token"}
"""Other names that commands answer to, so that `token` is like `runs` and `users` to those who expect it."""


class Commands(click.Group):
    """The commands, imported one by one as they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of an app's life."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        name = ALSO.get(cmd_name, cmd_name)
        if name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"offpage.cli.{name.replace('-', '_')}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is meant; of one that is not there say which may be meant."""
        name = args[0]
        if name not in COMMANDS and name not in ALSO and not name.startswith("-"):
            near = difflib.get_close_matches(name, COMMANDS, 1)
            hint = f"Did you mean {near[0]}?" if near else "See them all with: offpage --help"
            raise click.UsageError(f"There is no command {name}. {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=Commands,
    help="Offpage runs an app's backend workflows from a folder of YAML files.",
    epilog="offpage COMMAND --help tells more. Exit codes: 0 done, 1 not done or issues found, 2 misused, 130 interrupted.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "--version", message="offpage %(version)s")
def offpage() -> None:
    """Hold the commands together."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave the process with its exit code."""
    sys.exit(run(sys.argv[1:] if arguments is None else list(arguments)))


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code. Errors are told on standard error."""
    try:
        code = offpage.main(list(arguments), prog_name="offpage", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return MISUSED if isinstance(error, click.UsageError) else FAILED
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has heard enough (`offpage runs list | head`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OffpageError as error:
        _tell(arguments, error.message, error.code, answer=error.details.get("answer"))
        return FAILED
    except OSError as error:
        _tell(arguments, f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}", "SYSTEM")
        return FAILED
    except Exception as error:
        if os.environ.get("OFFPAGE_DEBUG"):
            raise
        crash = f"{type(error).__name__}: {error}"
        _tell(arguments, f"A mistake inside Offpage: {crash}\nSet OFFPAGE_DEBUG=1 to see where it happened.", "BROKEN")
        return BROKEN
    return code if isinstance(code, int) else DONE


def _tell(arguments: Sequence[str], message: str, code: str, *, answer: object = None) -> None:
    """Say on standard error why it could not be done, and how another program's `answer` to it begins."""
    if "--json" in arguments:
        from offpage.cli.printing import as_json

        click.echo(
            as_json({"error": {"code": code, "message": message, **({"answer": answer} if answer else {})}}), err=True
        )
    else:
        click.echo(click.style("Error: ", fg="red", bold=True) + message, err=True)
        if answer:
            from offpage.cli.printing import plain

            click.echo(f"It answered: {plain(answer, 1000)}", err=True)
