"""The built pages of the editor, and the one page that answers every address of it.

The build (ui/, by Vite) leaves files in the package: `index.html`, and `assets/` with a hash in every name.
"""

from __future__ import annotations

import asyncio
import gzip
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from offpage.editor.replies import SAME_ORIGIN
from offpage.kernel.errors import MethodNotAllowed, NotFound
from offpage.web.reply import Header, Reply
from offpage.web.request import Request

BUILT: Final = Path(__file__).parent.parent / "web" / "ui"
"""Where the build leaves the pages."""

CSP: Final[Header] = (
    b"content-security-policy",
    (
        b"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
        b" connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
)
FOR_EVER: Final[Header] = (b"cache-control", b"public, max-age=31536000, immutable")
ASK_AGAIN: Final[Header] = (b"cache-control", b"no-cache")

HTML: Final[Header] = (b"content-type", b"text/html; charset=utf-8")
PAGE: Final = "index.html"
LEAST_PACKED: Final = 1_000
"""Bytes up to which packing is no gain."""

NOT_BUILT: Final = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Offpage</title>
<h1>The editor has not been built</h1>
<p>This copy of Offpage came without its web editor. In a checkout, build it with <code>sh scripts/ui</code>;
elsewhere, install Offpage again without <code>OFFPAGE_SKIP_UI</code>. Then load this page again.</p>
<p>Everything else works without it: <code>offpage --help</code> lists the commands.</p></html>
"""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent; `packed` is it under gzip, b"" where that is no gain."""

    headers: tuple[Header, ...]
    body: bytes
    packed: bytes


class Assets:
    """The files of one build, kept in memory; a new build is seen by its new page."""

    def __init__(self, folder: Path = BUILT) -> None:
        self._folder = folder
        self._built = -1
        self._names: dict[str, Path] = {}
        self._kept: dict[str, Asset] = {}

    async def answer(self, request: Request, rest: str) -> Reply:
        """Answer with a file, or with the page for every other address. Raises NotFound, MethodNotAllowed."""
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed("The editor's pages are read with GET", allow="GET, HEAD")
        found = await asyncio.to_thread(self._find, rest.lstrip("/"))
        if found is None:
            return Reply(200, [HTML, ASK_AGAIN, CSP, *SAME_ORIGIN], NOT_BUILT)
        headers = [*found.headers]
        if not found.packed:
            return Reply(200, headers, found.body)
        headers.append((b"vary", b"accept-encoding"))
        if b"gzip" not in request.headers.get(b"accept-encoding", b""):
            return Reply(200, headers, found.body)
        return Reply(200, [*headers, (b"content-encoding", b"gzip")], found.packed)

    def _find(self, name: str) -> Asset | None:
        """The file of a name, or the page; None where nothing is built. Raises NotFound for a file that is missing."""
        self._look()
        if name not in self._names:
            if name.startswith("assets/") or "." in name.rpartition("/")[2]:
                raise NotFound("There is no such file of the editor")
            name = PAGE
        if name not in self._kept and name in self._names:
            self._kept[name] = _asset(name, self._names[name].read_bytes())
        return self._kept.get(name)

    def _look(self) -> None:
        """See what is built. Only the names found here are served: no path of a request reaches the file system."""
        page = self._folder / PAGE
        built = page.stat().st_mtime_ns if page.is_file() else 0
        if built != self._built:
            files = (path for path in self._folder.rglob("*") if path.is_file() and not path.name.startswith("."))
            self._names = {path.relative_to(self._folder).as_posix(): path for path in files} if built else {}
            self._kept, self._built = {}, built


def _asset(name: str, body: bytes) -> Asset:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    is_text = kind.startswith("text/") or kind in ("application/javascript", "application/json", "image/svg+xml")
    content_type = f"{kind}; charset=utf-8" if is_text else kind
    keep = FOR_EVER if name.startswith("assets/") else ASK_AGAIN
    headers = ((b"content-type", content_type.encode("ascii")), keep, CSP, *SAME_ORIGIN)
    return Asset(headers, body, gzip.compress(body, mtime=0) if is_text and len(body) > LEAST_PACKED else b"")
