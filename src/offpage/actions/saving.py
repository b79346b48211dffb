"""How a file gets into the app's storage: fetched from a URL, copied from the storage, or made of a text."""

from __future__ import annotations

import asyncio
import mimetypes
import re
from dataclasses import dataclass
from typing import BinaryIO, Final
from urllib.parse import unquote

from offpage.actions.connecting import error_of
from offpage.actions.outside import OutsideContext
from offpage.kernel.errors import StepError
from offpage.services.files import ROUTE, Attached, Files, bytes_of
from offpage.services.http import LARGEST, HttpAnswer, HttpRequest
from offpage.services.reachable import Reachable

SOURCES: Final = ("url", "text", "base64")

FETCH_SECONDS: Final = 120.0
"""How long fetching a file may take: 50 MB over a line of 4 Mbit/s."""

_FILENAME: Final = re.compile(r"""filename\*=(?:utf-8|iso-8859-1)''([^;\s]+)|filename="?([^";]+)"?""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One of a URL, a text and Base64; the name that the file shall have, and the thing that a private one belongs to."""

    url: str | None = None
    text: str | None = None
    base64: str | None = None
    name: str = ""
    attached: Attached | None = None


async def saved(step: OutsideContext, wanted: Wanted) -> str | None:
    """Keep what is wanted and return its address; None where there is nothing. Raises StepError, OutsideFailed."""
    files = step.services.files
    if files is None:
        raise StepError("There is no place for files here.")
    there = await asyncio.to_thread(files.kept, step.key)
    if there is not None:  # before a crash
        return there
    if wanted.url:
        path = wanted.url.removeprefix(step.app_url)
        return await (_copied if path.startswith(f"{ROUTE}/") else _from_outside)(step, files, wanted)
    content = _content(wanted)
    if content is None:
        return None
    return await _kept(
        step, files, wanted.name or ("file" if wanted.text is None else "file.txt"), content, wanted.attached
    )


def _content(wanted: Wanted) -> bytes | None:
    if wanted.base64 is not None:
        content = bytes_of(wanted.base64)
        if content is None:
            raise StepError("`base64` is not valid Base64.")
    elif wanted.text is not None:
        content = wanted.text.encode("utf-8", "replace")
    else:
        return None
    if len(content) > LARGEST:
        raise StepError(f"The file would have {len(content):,} bytes. A step saves at most {LARGEST:,}.")
    return content


async def _copied(step: OutsideContext, files: Files, wanted: Wanted) -> str:
    """A file of the storage: itself, or a copy that is no more open than it was."""
    assert wanted.url
    if not wanted.name and wanted.attached is None:
        if await step.find_file(wanted.url) is None:
            raise StepError(f"There is no file `{wanted.url[:100]}` in this app's storage.")
        return wanted.url
    file = await step.open_file(wanted.url, LARGEST)
    return await _kept(step, files, wanted.name or file.name, file.content, wanted.attached or file.attached)


async def _from_outside(step: OutsideContext, files: Files, wanted: Wanted) -> str:
    """A file of somewhere else, by way of the disk."""
    assert wanted.url
    with await asyncio.to_thread(files.scratch) as scratch:
        answer = await fetched(step, wanted.url, scratch)
        scratch.seek(0)
        name = wanted.name or _name_of(wanted.url, answer)
        return await _kept(step, files, name, scratch, wanted.attached)


async def fetched(step: OutsideContext, url: str, into: BinaryIO | None = None) -> HttpAnswer:
    """The answer that a file of somewhere else is, written `into` a file if one is given. Raises OutsideFailed."""
    url = url.strip().partition("#")[0].replace(" ", "%20")
    if url.startswith("//"):  # as Bubble writes addresses of files
        url = f"https:{url}"
    request = HttpRequest("GET", url, reachable=Reachable(False, step.settings.outside_allow), seconds=FETCH_SECONDS)
    answer = await step.services.http.send(request, into)
    if not 200 <= answer.status < 300:
        raise error_of(url.partition("?")[0][:200], answer, step.now())
    return answer


async def _kept(
    step: OutsideContext, files: Files, name: str, content: bytes | BinaryIO, attached: Attached | None
) -> str:
    now = step.now()
    return await asyncio.to_thread(files.keep, name, content, now, attached, step.key)


def _name_of(url: str, answer: HttpAnswer) -> str:
    """The name that the other side gives a file, or the last part of its address, with an ending that says its type."""
    said = _FILENAME.search(answer.headers.get("content-disposition", ""))
    path = url.strip().partition("#")[0].partition("?")[0].partition("//")[2].partition("/")[2]
    name = unquote(said[1]) if said and said[1] else said[2] if said else unquote(path.rpartition("/")[2])
    if "." not in name[1:]:
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        name = (name or "file") + (mimetypes.guess_extension(kind) or "")
    return name
