"""The web editor of a server that a command runs: put in its place, and shown in a browser."""

from __future__ import annotations

import sys
import threading
import webbrowser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from offpage.host.hosting import Host


class EditorLink:
    """The way into a server's editor."""

    def __init__(self, host: Host, *, opens: bool) -> None:
        from offpage.editor.opening import editor_of

        self._url = host.place.url
        self._opens = opens and sys.stdout.isatty()
        self._editor = host.site.editor = editor_of(host)

    def link(self) -> str:
        """An address that lets somebody in once. The token stands behind #, where no server and no log sees it."""
        return f"{self._url}/editor/#token={self._editor.studio.sessions.one_time_token()}"

    def show(self, link: str) -> None:
        """Open the link in the browser of whoever sits at this terminal."""
        if self._opens:
            # A browser that is started in a terminal would hold up the server until it is closed.
            threading.Thread(target=webbrowser.open, args=(link,), daemon=True).start()
