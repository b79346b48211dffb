"""What all handlers of the editor share: the host that it looks into, and who is in."""

from __future__ import annotations

from typing import cast

from offpage.editor.sessions import Sessions
from offpage.host.app_runner import AppRunner
from offpage.host.compose import Name
from offpage.host.hosting import Host
from offpage.kernel.errors import NotFound


class Studio:
    """The editor of one server."""

    def __init__(self, host: Host, sessions: Sessions) -> None:
        self.host = host
        self.place = host.place
        self.sessions = sessions

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
        if environment == "live":
            raise NotFound("Nothing is live here: deploy the app first, and serve it with offpage serve.")
        raise NotFound(f"The development version cannot be served. {self.host.unserved}".strip())

    @property
    def development(self) -> AppRunner:
        """The folder as it runs. Raises NotFound."""
        return self.runner("development")
