"""What is wrong with what an app is started with: lines of .env, and settings that have no effect where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Final

from dotenv.parser import parse_stream

from offpage.host.settings import PREFIX, SETTINGS
from offpage.kernel.address import join
from offpage.kernel.issues import Issue
from offpage.model.env_file import NAME, env_text
from offpage.model.report import nearest

FILES: Final = (NAME, f"{NAME}.live", f"{NAME}.development")

OTHERS: Final = frozenset({"OFFPAGE_DEBUG", "OFFPAGE_SKIP_UI"})
"""Variables that are no settings of a process, but mean something."""

FOR_TESTS: Final = ("OFFPAGE_TEST_", "OFFPAGE_CHAOS_")
"""How variables begin that our own tests read."""

MEANT: Final = {"OFFPAGE_SMTP_SERVER": "OFFPAGE_SMTP_HOST", "OFFPAGE_MAIL_SERVER": "OFFPAGE_SMTP_HOST"}
"""What is meant by names that look more like others."""

SMTP: Final = "OFFPAGE_SMTP_"


def surroundings_issues(folder: Path, environment: Mapping[str, str]) -> list[Issue]:
    """What is wrong with the .env files of an app, and with the variables of this process. Raises AppError."""
    found = [issue for name in FILES for issue in _of_file(folder, name)]
    return [*found, *_of_variables(environment)]


def _of_file(folder: Path, name: str) -> Iterator[Issue]:
    for one in parse_stream(StringIO(env_text(folder, name))):
        line = one.original.line + one.original.string[
            : len(one.original.string) - len(one.original.string.lstrip())
        ].count("\n")
        if one.error or (one.key is not None and one.value is None):
            said = "This line is no `NAME=value`, and is passed over. A value with spaces or # stands in quotes."
            yield Issue(join("env", name), said, name, line, 1)
        elif one.key is not None and one.key.startswith(PREFIX):
            said = (
                f"{one.key} has no effect in {name}: settings of Offpage are environment variables of the process, or"
                f" options.{_meant(one.key)} Here stand the secrets of the app."
            )
            yield Issue(join("env", one.key), said, name, line, 1, severity="warning")


def _of_variables(environment: Mapping[str, str]) -> Iterator[Issue]:
    known = {one.variable for one in SETTINGS.values()}
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known | OTHERS and not name.startswith(FOR_TESTS):
            said = f"The environment variable {name} is no setting, and has no effect.{_meant(name)}"
            yield Issue(join("env", name), said, severity="warning")
    given = sorted(name for name in known if name.startswith(SMTP) and environment.get(name))
    if given and not environment.get(f"{SMTP}HOST"):
        said = f"{', '.join(given)} {'has' if len(given) == 1 else 'have'} no effect without {SMTP}HOST: mail is kept, not sent."
        yield Issue(join("env", given[0]), said, severity="warning")


def _meant(name: str) -> str:
    known = {one.variable for one in SETTINGS.values()}
    near = "" if name in known else MEANT.get(name) or nearest(name, known)
    return f" Did you mean {near}?" if near else ""
