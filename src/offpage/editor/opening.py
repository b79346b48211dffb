"""A host → its editor."""

from __future__ import annotations

from offpage.editor.answering import Editor
from offpage.editor.assets import Assets
from offpage.editor.sessions import Sessions
from offpage.editor.studio import Studio
from offpage.host.hosting import Host
from offpage.kernel.clock import SystemClock


def editor_of(host: Host) -> Editor:
    """The editor of what a host serves."""
    return Editor(Studio(host, Sessions(host.place.data, host.main_database, SystemClock())), Assets())
