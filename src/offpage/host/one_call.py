"""One call of a connector from outside a server, to try it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from offpage.accounts.actor import ADMIN
from offpage.actions.connecting import CallRef, perform
from offpage.actions.outside import Imports, Listener, OpenedFile, OutsideContext, Services
from offpage.data.transfer.importing import Rules
from offpage.engine.opened import located, opened
from offpage.engine.run import Surroundings
from offpage.host.app_runner import AppRunner
from offpage.kernel.errors import AppError, InvalidData, MissingData, NotFound, OffpageError, StepError
from offpage.model.writer import set_value, write_file
from offpage.program.calling import no_such_call
from offpage.program.program import Program
from offpage.program.tracing import shorten
from offpage.services.files import KeptFile
from offpage.store.tx import Tx
from offpage.values.codec import from_text, to_json
from offpage.values.records import Record

T = TypeVar("T")


class Standing:
    """The surroundings of a call that no run makes. Implements OutsideContext, for the administrator."""

    def __init__(self, runner: AppRunner) -> None:
        around: Surroundings = runner.around
        self._database = runner.database
        self.key = f"call/{secrets.token_hex(12)}"
        self.settings = runner.program.app.settings
        self.actor = ADMIN
        self.ip = ""
        self.app_url = around.facts.get("app.url", "")
        self.services: Services = around.services
        self.listener: Listener | None = None
        self.mail = around.services.mail
        self.throttle = around.services.throttle
        self.source = around.source
        self.now = around.clock.now
        self.hidden: list[str] = []

    def sent(self, size: int) -> None:
        """Nobody called, and no run pays."""

    def hide(self, text: str) -> None:
        """Keep a text out of what is shown."""
        self.hidden.append(text)

    def read(self, segment: Callable[[Tx], T]) -> Awaitable[T]:
        """Read from the database."""
        return self._database.reading(segment)

    async def open_file(self, address: str, most: int) -> OpenedFile:
        """Read a file of the app's storage."""
        return await opened(self.services.files, self._database, address.removeprefix(self.app_url), most, True)

    async def find_file(self, address: str) -> KeptFile | None:
        """A file of the app's storage."""
        return await located(self.services.files, self._database, address.removeprefix(self.app_url), True)

    def imports(self, type_id: str, rules: Rules) -> Imports:
        """A call imports nothing."""
        raise StepError("Nothing is imported without a run.")

    def compute(self, work: Callable[[], T]) -> Awaitable[T]:
        """Do slow work in a thread."""
        return asyncio.to_thread(work)


def call_once(runner: AppRunner, name: str, texts: Mapping[str, str], *, keep_sample: bool = False) -> dict[str, Any]:
    """Make a call now; what is given back is masked and, where it is long, cut. Raises OffpageError.

    `keep_sample`: write the answer's body into the connector's file, so that its parts have types.
    """
    call = find_call(runner.program, name)
    values = read_parameters(call, texts)
    standing = Standing(runner)
    step: OutsideContext = standing

    async def make() -> Record:
        try:
            return await perform(call, values, step)
        finally:
            await standing.services.http.close()

    masks = runner.secrets.masks
    try:
        record = asyncio.run(make())
    except Exception as error:
        if hasattr(error, "message"):
            error.message = masks.sentence(error.message, standing.hidden)
            error.args = (error.message,)
        if isinstance(error, OffpageError):
            error.details = masks.data(error.details, standing.hidden)
        raise
    shown = {part: to_json(of, record[part], call.forms) for part, of in record.types.items()}
    masked: dict[str, Any] = masks.data(shown, standing.hidden)
    if keep_sample:
        _keep_sample(runner, name, masked.get("body"))
    return {part: shorten(value) for part, value in masked.items()}


def find_call(program: Program, name: str) -> CallRef:
    """The call of this name. Raises NotFound with a suggestion, AppError for one with a mistake."""
    found = program.calls.get(name)
    if found is None:
        raise NotFound(no_such_call(name, program.calls))
    if found.broken:
        raise AppError(f"The connector of {name} has mistakes. See them with: offpage check")
    return found


def read_parameters(call: CallRef, texts: Mapping[str, str]) -> list[Any]:
    """Texts as the call's parameters. Raises NotFound, MissingData or InvalidData."""
    known = [one.name for one in call.parameters]
    for name in texts:
        if name not in known:
            raise NotFound(f"{call.name} has no parameter {name}. It has: {', '.join(known) or 'none'}.")
    values = []
    for one in call.parameters:
        if one.name not in texts and not one.optional:
            raise MissingData(f"{call.name} wants {one.name} ({one.type}). Add: --param {one.name}=…")
        try:
            values.append(from_text(one.type, texts.get(one.name, ""), call.forms))
        except InvalidData as error:
            raise InvalidData(f"{one.name}: {error.message}") from error
    return values


def _keep_sample(runner: AppRunner, name: str, body: Any) -> None:
    connector, _, call = name.partition(".")
    path = runner.folder / "connectors" / f"{connector}.yaml"
    write_file(path, set_value(path.read_bytes().decode(), ["calls", call, "sample"], body))
