"""What all handlers of the editor share: the host that it looks into, and who is in."""

from __future__ import annotations

from typing import Any, cast

from offpage.accounts.throttle import Throttle
from offpage.editor.folder import Folder
from offpage.editor.log_book import LogBook
from offpage.editor.news import Newsroom
from offpage.editor.scopes import Scopes, Standing
from offpage.editor.sessions import Sessions
from offpage.editor.shapes import PathOf
from offpage.host.app_runner import AppRunner
from offpage.host.compose import Name
from offpage.host.hosting import Host
from offpage.host.sources import LIVE
from offpage.kernel.clock import SystemClock
from offpage.kernel.errors import NotFound
from offpage.kernel.issues import Issue, Issues
from offpage.model.reader import read_files
from offpage.program.looking import look
from offpage.program.resolve import ground_issues, read_ahead


class Studio:
    """The editor of one server."""

    def __init__(self, host: Host, sessions: Sessions) -> None:
        self.host = host
        self.log = LogBook(host.events, SystemClock())
        self.place = host.place
        self.sessions = sessions
        self.throttle = Throttle(sharers=self._servers)
        self.folder = Folder(host.place.folder, host.writing)
        self.newsroom = Newsroom(host)
        self._scopes = Scopes()
        self._keep_results()
        host.site.stopping.append(self.newsroom.close)
        host.reloaded.append(self._reloaded)
        host.detected.append(self._detected)

    def _servers(self) -> int:
        """How many servers there are: they share how many passwords may be tried."""
        return max((one.around.lease.servers for one in self.host.runners.values()), default=1)

    def _keep_results(self) -> None:
        """Let runs of development keep what it takes to run them again from a step. Live never does."""
        found = self.host.development
        if found is not None:
            found.engine.recorder.keeps_finished = True

    def _reloaded(self, issues: Issues) -> None:
        """The folder has been read again, or is served only now; called in a thread."""
        self._keep_results()
        errors = len(issues.errors)
        runner = self.host.development
        revision = "" if runner is None else runner.program.definition
        self.newsroom.tell("app", {"revision": revision, "errors": errors, "warnings": len(issues) - errors})

    def _detected(self, workflow: str, sample: dict[str, Any]) -> None:
        """A sample has come; called in a thread."""
        self.newsroom.tell("detected", {"workflow": workflow, "sample": sample})

    @property
    def environments(self) -> list[str]:
        """The environments that run: development, and live where the server has it."""
        return sorted(self.host.runners)

    @property
    def app_name(self) -> str:
        """The app's name as it is being built."""
        runners = self.host.runners
        shown = runners.get("development") or next(iter(runners.values()), None)
        return self.place.folder.resolve().name if shown is None else shown.program.app.settings.name

    def runner(self, environment: str) -> AppRunner:
        """One environment as it runs. Raises NotFound."""
        found = self.host.runners.get(cast("Name", environment))
        if found is not None:
            return found
        if environment == LIVE:
            raise NotFound("Nothing is live here: deploy the app first, and serve it with offpage serve.")
        raise NotFound(f"The development version cannot be served. {self.host.unserved}".strip())

    @property
    def development(self) -> AppRunner:
        """The folder as it runs. Raises NotFound."""
        return self.runner("development")

    def standing(self, file: str, path: PathOf) -> Standing:
        """What may stand at a path of a file. Raises NotFound."""
        return self._scopes.find(self.development, self.folder, file, path)

    def issues_of(self, name: str, text: str) -> list[Issue]:
        """The issues of one file with this text. Those of what rests on it elsewhere come when the app is read again."""
        runner = self.development
        if runner.program.app.files.get(name) == text:
            return [one for one in runner.issues if one.file == name]
        if name.startswith("workflows/"):
            found = read_ahead(runner.program, runner.kept, name, text)
            return list(look(runner.program, runner.secrets.available, name, text).issues if found is None else found)
        app, issues = read_files({**runner.program.app.files, name: text}, runner.kept.parsed)
        more = ground_issues(app, runner.database.dialect, runner.secrets.available)
        return [one for one in (*issues, *more) if one.file == name]
